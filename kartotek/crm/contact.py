"""Contacts: the people we deal with, and where they work."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.board import Board
from kartotek.core.calendar_view import Calendar
from kartotek.core.record import Part, Record
from kartotek.core.recordtype import RecordType, Timeline
from kartotek.core.relates import Relations
from kartotek.crm.sources import (
    address_books,
    cards,
    dynamics,
    hubspot,
    odoo,
    pipedrive,
    salesforce,
    zoho,
)
from kartotek.crm.vocabulary import LEAD_STATUS, LIFECYCLE


class Contact(Record):
    """One person. The name is kept as typed, given and family name beside it."""

    name = fields.text(200, required=True, personal=True)
    given_name = fields.text(100, label=_("First name"), personal=True)
    family_name = fields.text(100, label=_("Last name"), personal=True)
    salutation = fields.text(40, label=_("Salutation"), personal=True)
    job_title = fields.text(120, label=_("Job title"), personal=True)
    company = fields.link("crm.Company", label=_("Company"))
    phones = fields.phones(label=_("Phone"), personal=True)
    emails = fields.emails(label=_("E-mail"), personal=True)
    addresses = fields.addresses(label=_("Address"), personal=True)
    lifecycle = fields.choice(LIFECYCLE, label=_("Status"))
    lead_status = fields.choice(LEAD_STATUS, label=_("Lead status"))
    reports_to = fields.link("crm.Contact", label=_("Reports to"))
    birthday = fields.date(label=_("Birthday"), personal=True)
    language = fields.text(40, label=_("Speaks"), personal=True)
    do_not_call = fields.flag(label=_("Do not call"), personal=True)
    email_opt_out = fields.flag(label=_("No marketing e-mail"), personal=True)
    source = fields.text(80, label=_("Source"))
    tags = fields.tags(label=_("Tags"))
    remember = fields.long_text(label=_("Remember"), personal=True)
    last_contacted = fields.moment(label=_("Last contacted"), personal=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    @classmethod
    def settle(cls, new: Any, old: Any, parts: dict[str, list[Any]]) -> dict[str, Any]:
        """The primary job and the contact's own company and title are one truth."""
        primary = next((job for job in parts["jobs"] if job.primary), None)
        if primary is None:
            return {}
        for job in parts["jobs"]:
            job.primary = job is primary
        was = old and (old.company and old.company.id, old.job_title)
        if was and was != (new.company and new.company.id, new.job_title):
            primary.company, primary.role = new.company, new.job_title
        return {"company": primary.company, "job_title": primary.role}


class Job(Part):
    """Where a contact works, or worked."""

    parent = fields.part_of(Contact, "jobs")
    company = fields.link("crm.Company", label=_("Company"))
    role = fields.text(120, label=_("Role"))
    since = fields.date(label=_("From"))
    until = fields.date(label=_("Until"))
    primary = fields.flag(label=_("Main job"))

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")


class Contacts(RecordType):
    """What people see and do with contacts."""

    model, icon, group = Contact, "contact-round", "people"
    begins_for = "sales service read_only"
    title_from = "given_name family_name | emails"
    subtitle, contact_line = "company", "phones"
    columns = "name company phones emails lifecycle owner changed_at"
    sorts = "name changed_at last_contacted"
    facet = "lifecycle"
    form = (
        "name given_name family_name salutation | company job_title reports_to jobs | "
        "phones emails addresses do_not_call email_opt_out | lifecycle lead_status source tags | "
        "birthday language | owner department"
    )
    quick = "name company phones"
    search = {"name": 3, "emails": 1, "phones": 1, "job_title": 1, "tags": 1}
    search_with = "company"
    same_as = "name company"
    linked_by = timeline_parent = "company"
    panels = [Timeline(), Relations()]
    board = Board("lifecycle")
    calendar = Calendar("birthday", yearly=True)
    imports = {
        "salesforce": salesforce.CONTACT,
        "salesforce leads": salesforce.LEAD,
        "hubspot": hubspot.CONTACT,
        "pipedrive": pipedrive.PERSON,
        "zoho": zoho.CONTACT,
        "odoo": odoo.CONTACT,
        "dynamics": dynamics.CONTACT,
        "outlook": address_books.OUTLOOK,
        "google": address_books.GOOGLE,
        "vcard": cards.PERSON,
    }
    card = {
        "FN": "name", "N": "family_name given_name salutation", "ORG": "company",
        "TITLE": "job_title", "TEL": "phones", "EMAIL": "emails", "ADR": "addresses",
        "BDAY": "birthday", "LANG": "language", "CATEGORIES": "tags", "NOTE": "remember",
    }  # fmt: skip
