"""Salesforce: Data Loader and Data Export, which name columns by the API.

Headers: the standard fields of Account, Contact and Lead in Salesforce's Object Reference
(developer.salesforce.com/docs/atlas.en-us.object_reference.meta), as Data Loader writes them.
"""

from kartotek.crm.sources.words import OWN, SAME, in_parts

_EVERY = {
    "Id": "id",
    "IsDeleted": "removed",
    "OwnerId": "owner",
    "Description": "remember",
    "LastActivityDate": "last_contacted",
    "CreatedDate": "created_at",
    "CreatedById": "created_by",
    **dict.fromkeys(
        (
            "MasterRecordId", "RecordTypeId", "LastModifiedDate", "LastModifiedById",
            "SystemModstamp", "LastViewedDate", "LastReferencedDate", "PhotoUrl", "CleanStatus",
            "Jigsaw",
        ),
        OWN,
    ),
}  # fmt: skip
_NO_PLACE = ("Latitude", "Longitude", "GeocodeAccuracy")  # of an address


def _whole(*prefixes: str) -> dict[str, str]:
    """The compound address beside its parts, and what was worked out from it."""
    found = {f"{prefix}Address": SAME for prefix in prefixes}
    return found | {f"{prefix}{name}": OWN for prefix in prefixes for name in _NO_PLACE}


ACCOUNT = {
    **_EVERY,
    "Name": "name",
    "Type": "lifecycle",
    "ParentId": "parent",
    "Phone": "phones.work",
    "Fax": "phones.other",
    "Website": "website",
    "Industry": "industry",
    "NumberOfEmployees": "employees",
    "AccountSource": "source",
    "JigsawCompanyId": OWN,
    **in_parts("billing", "Billing"),
    **in_parts("shipping", "Shipping"),
    **_whole("Billing", "Shipping"),
}
CONTACT = {
    **_EVERY,
    "AccountId": "company",
    "Name": "name",
    "FirstName": "given_name",
    "LastName": "family_name",
    "Salutation": "salutation",
    "Title": "job_title",
    "ReportsToId": "reports_to",
    "Phone": "phones.work",
    "MobilePhone": "phones.mobile",
    "HomePhone": "phones.home",
    "OtherPhone": "phones.other",
    "Fax": "phones.other",
    "Email": "emails.work",
    "Birthdate": "birthday",
    "LeadSource": "source",
    "DoNotCall": "do_not_call",
    "HasOptedOutOfEmail": "email_opt_out",
    "LastCURequestDate": OWN,
    "LastCUUpdateDate": OWN,
    "IsEmailBounced": OWN,
    "JigsawContactId": OWN,
    "IndividualId": OWN,
    **in_parts("postal", "Mailing"),
    **in_parts("visiting", "Other"),
    **_whole("Mailing", "Other"),
}
LEAD = {
    **_EVERY,
    "Company": "company",
    "Name": "name",
    "FirstName": "given_name",
    "LastName": "family_name",
    "Salutation": "salutation",
    "Title": "job_title",
    "Phone": "phones.work",
    "MobilePhone": "phones.mobile",
    "Fax": "phones.other",
    "Email": "emails.work",
    "LeadSource": "source",
    "Status": "lead_status",
    "DoNotCall": "do_not_call",
    "HasOptedOutOfEmail": "email_opt_out",
    "Street": "addresses.postal.street",
    "City": "addresses.postal.city",
    "State": "addresses.postal.region",
    "PostalCode": "addresses.postal.postal_code",
    "Country": "addresses.postal.country",
    "Address": SAME,
}
