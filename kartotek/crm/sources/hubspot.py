"""HubSpot: exports of companies and contacts, which name columns by their labels.

Headers: knowledge.hubspot.com, "Export your records" and "Set up your import file".
"""

from kartotek.crm.sources.words import OWN, address

_EVERY = {
    "Record ID": "id",
    "Lifecycle Stage": "lifecycle",
    "Lead Status": "lead_status",
    "Last Activity Date": "last_contacted",
    "Create Date": "created_at",
    "Last Modified Date": OWN,
    **address(
        "postal",
        street="Street Address",
        city="City",
        region="State/Region",
        postal_code="Postal Code",
        country="Country/Region",
    ),
}
COMPANY = {
    **_EVERY,
    "Company name": "name",
    "Company owner": "owner",
    "Company Domain Name": "website",
    "Phone Number": "phones.work",
    "Industry": "industry",
    "Number of Employees": "employees",
    "Description": "remember",
}
CONTACT = {
    **_EVERY,
    "First Name": "given_name",
    "Last Name": "family_name",
    "Email": "emails.work",
    "Phone Number": "phones.work",
    "Mobile Phone Number": "phones.mobile",
    "Job Title": "job_title",
    "Contact owner": "owner",
    "Associated Company": "company",
    "Associated Company IDs (Primary)": "company",
    "Original Source": "source",
    "Unsubscribed from all email": "email_opt_out",
}
