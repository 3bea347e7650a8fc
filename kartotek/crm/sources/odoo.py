"""Odoo: an export of contacts "to be imported again"; a company and a person are one model there.

Headers: the labels of `res.partner` (github.com/odoo/odoo, odoo/addons/base/models/res_partner.py).
"""

from kartotek.crm.sources.words import OWN, address

_EVERY = {
    "External ID": "id",
    "ID": "id",
    "Phone": "phones.work",
    "Mobile": "phones.mobile",
    "Email": "emails.work",
    "Notes": "remember",
    "Salesperson": "owner",
    "Tags": "tags",
    "Created on": "created_at",
    "create_date": "created_at",
    "Created by": "created_by",
    "create_uid": "created_by",
    "Last Updated on": OWN,
    "Is a Company": OWN,
    **address("postal", street="Street", city="City", region="State", country="Country"),
    "Zip": "addresses.postal.postal_code",
}
COMPANY = {
    **_EVERY,
    "Name": "name",
    "Website": "website",
    "Website Link": "website",
    "Tax ID": "tax_number",
    "Company ID": "registration_number",
    "Industry": "industry",
}
CONTACT = {
    **_EVERY,
    "Complete Name": "name",
    "Name": "name",
    "Title": "salutation",
    "Job Position": "job_title",
    "Related Company": "company",
    "Company Name": "company",
    "Language": "language",
}
