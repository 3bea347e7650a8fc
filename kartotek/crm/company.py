"""Companies: the organisations we deal with."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType, Related, Timeline
from kartotek.core.relates import Relations
from kartotek.core.trees import refuse_circle
from kartotek.crm.sources import dynamics, hubspot, odoo, pipedrive, salesforce, zoho
from kartotek.crm.vocabulary import INDUSTRIES, LEAD_STATUS, LIFECYCLE


class Company(Record):
    """One organisation."""

    name = fields.text(200, required=True, personal=True)
    lifecycle = fields.choice(LIFECYCLE, label=_("Status"))
    lead_status = fields.choice(LEAD_STATUS, label=_("Lead status"))
    website = fields.url(label=_("Website"))
    phones = fields.phones(label=_("Phone"), personal=True)
    emails = fields.emails(label=_("E-mail"), personal=True)
    addresses = fields.addresses(label=_("Address"), personal=True)
    industry = fields.choice(INDUSTRIES, label=_("Industry"))
    employees = fields.number(label=_("Employees"))
    registration_number = fields.text(40, label=_("Registration number"), personal=True)
    tax_number = fields.text(40, label=_("Tax number"), personal=True)
    parent = fields.link("crm.Company", label=_("Part of"))
    source = fields.text(80, label=_("Source"))
    tags = fields.tags(label=_("Tags"))
    remember = fields.long_text(label=_("Remember"), personal=True)
    last_contacted = fields.moment(label=_("Last contacted"))

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")


class Companies(RecordType):
    """What people see and do with companies."""

    model, icon, group = Company, "building-2", "people"
    begins_for = "manager executive orders"
    subtitle, contact_line = "addresses", "phones"
    columns = "name phones lifecycle industry owner changed_at"
    sorts = "name changed_at last_contacted"
    facet = "lifecycle"
    form = (
        "name lifecycle lead_status | phones emails website addresses | "
        "industry employees registration_number tax_number parent | source tags | owner department"
    )
    quick = "name phones website"
    search = {"name": 3, "emails": 1, "phones": 1, "website": 1, "addresses": 1, "tags": 1}
    same_as = "name website"
    linked_by = "parent"
    imports = {
        "salesforce": salesforce.ACCOUNT,
        "hubspot": hubspot.COMPANY,
        "pipedrive": pipedrive.ORGANIZATION,
        "zoho": zoho.ACCOUNT,
        "odoo": odoo.COMPANY,
        "dynamics": dynamics.ACCOUNT,
    }
    card = {
        "FN": "name", "ORG": "name", "TEL": "phones", "EMAIL": "emails", "ADR": "addresses",
        "URL": "website", "CATEGORIES": "tags", "NOTE": "remember",
    }  # fmt: skip
    panels = [
        Timeline(),
        Relations(),
        Related("contacts", "company"),
        Related("companies", "parent"),
    ]

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """No company is a part of itself."""
        refuse_circle(self, "parent", values, old, uid)
