"""Pipedrive: exports of organizations and people, whose headers begin with the kind of record.

Headers: support.pipedrive.com, "Exporting data from Pipedrive"; a "*" marks a needed column.
"""

from kartotek.crm.sources.words import OWN

ORGANIZATION = {
    "Organization - ID": "id",
    "Organization - Name": "name",
    "Organization - Address": "addresses.postal.street",
    "Organization - Owner": "owner",
    "Organization - Label": "tags",
    "Organization - Organization created": "created_at",
    "Organization - Update time": OWN,
}
PERSON = {
    "Person - ID": "id",
    "Person - Name": "name",
    "Person - First name": "given_name",
    "Person - Last name": "family_name",
    "Person - Phone": "phones.work",
    "Person - Phone - Work": "phones.work",
    "Person - Phone - Home": "phones.home",
    "Person - Phone - Mobile": "phones.mobile",
    "Person - Phone - Other": "phones.other",
    "Person - Email": "emails.work",
    "Person - Email - Work": "emails.work",
    "Person - Email - Home": "emails.home",
    "Person - Email - Other": "emails.other",
    "Person - Organization": "company",
    "Person - Owner": "owner",
    "Person - Label": "tags",
    "Person - Person created": "created_at",
    "Person - Update time": OWN,
}
