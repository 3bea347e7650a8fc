"""Microsoft Dynamics 365: exports of accounts and contacts, which name columns by their labels.

Headers: learn.microsoft.com, the column references of the tables Account and Contact.
"""

from kartotek.crm.sources.words import OWN, address

_EVERY = {
    "Description": "remember",
    "Owner": "owner",
    "Created On": "created_at",
    "Created By": "created_by",
    "Modified On": OWN,
    "(Do Not Modify) Row Checksum": OWN,
    "(Do Not Modify) Modified On": OWN,
    **address(
        "postal",
        street="Address 1: Street 1",
        city="Address 1: City",
        region="Address 1: State/Province",
        postal_code="Address 1: ZIP/Postal Code",
        country="Address 1: Country/Region",
    ),
}
ACCOUNT = {
    **_EVERY,
    "(Do Not Modify) Account": "id",
    "Account Name": "name",
    "Main Phone": "phones.work",
    "Other Phone": "phones.other",
    "Fax": "phones.other",
    "Email": "emails.work",
    "Website": "website",
    "Industry": "industry",
    "Number of Employees": "employees",
    "Parent Account": "parent",
}
CONTACT = {
    **_EVERY,
    "(Do Not Modify) Contact": "id",
    "Full Name": "name",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Salutation": "salutation",
    "Job Title": "job_title",
    "Company Name": "company",
    "Email": "emails.work",
    "Email Address 2": "emails.other",
    "Business Phone": "phones.work",
    "Mobile Phone": "phones.mobile",
    "Home Phone": "phones.home",
    "Fax": "phones.other",
    "Birthday": "birthday",
    "Lead Source": "source",
    "Manager": "reports_to",
    "Do not allow Phone Calls": "do_not_call",
    "Do not allow Bulk Emails": "email_opt_out",
}
