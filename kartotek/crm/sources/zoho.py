"""Zoho CRM: exports of accounts and contacts, which name columns by their labels.

Headers: help.zoho.com, "Exporting CRM data" and the standard fields of Accounts and Contacts.
"""

from kartotek.crm.sources.words import OWN, in_parts

_EVERY = {
    "Record Id": "id",
    "Description": "remember",
    "Tag": "tags",
    "Last Activity Time": "last_contacted",
    "Created Time": "created_at",
    "Modified Time": OWN,
    "Created By": "created_by",
    "Modified By": OWN,
}


def _address(use: str, prefix: str) -> dict[str, str]:
    return {
        header.replace("PostalCode", "Code").replace(prefix, f"{prefix} "): target
        for header, target in in_parts(use, prefix).items()
    }


ACCOUNT = {
    **_EVERY,
    "Account Name": "name",
    "Account Owner": "owner",
    "Account Owner.id": OWN,
    "Phone": "phones.work",
    "Fax": "phones.other",
    "Website": "website",
    "Industry": "industry",
    "Employees": "employees",
    "Parent Account": "parent",
    **_address("billing", "Billing"),
    **_address("shipping", "Shipping"),
}
CONTACT = {
    **_EVERY,
    "Contact Name": "name",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Salutation": "salutation",
    "Account Name": "company",
    "Contact Owner": "owner",
    "Contact Owner.id": OWN,
    "Title": "job_title",
    "Email": "emails.work",
    "Secondary Email": "emails.other",
    "Phone": "phones.work",
    "Mobile": "phones.mobile",
    "Home Phone": "phones.home",
    "Other Phone": "phones.other",
    "Fax": "phones.other",
    "Date of Birth": "birthday",
    "Lead Source": "source",
    "Email Opt Out": "email_opt_out",
    "Reporting To": "reports_to",
    **_address("postal", "Mailing"),
    **_address("visiting", "Other"),
}
