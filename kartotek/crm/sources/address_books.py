"""The address books people bring: Outlook and Google Contacts.

Headers: Outlook's "Export to a file" (92 columns) and Outlook.com's; Google Contacts' "Google CSV"
as of 2024.
"""

from kartotek.crm.sources.words import address


def _outlook(use: str, prefix: str) -> dict[str, str]:
    found = address(
        use,
        street=f"{prefix} Street",
        city=f"{prefix} City",
        region=f"{prefix} State",
        postal_code=f"{prefix} Postal Code",
        country=f"{prefix} Country/Region",
    )
    return found | {f"{prefix} Country": f"addresses.{use}.country"}


OUTLOOK = {
    "Title": "salutation",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Company": "company",
    "Job Title": "job_title",
    "E-mail Address": "emails.work",
    "E-mail 2 Address": "emails.home",
    "E-mail 3 Address": "emails.other",
    "Business Phone": "phones.work",
    "Business Phone 2": "phones.work",
    "Company Main Phone": "phones.work",
    "Primary Phone": "phones.other",
    "Home Phone": "phones.home",
    "Home Phone 2": "phones.home",
    "Mobile Phone": "phones.mobile",
    "Car Phone": "phones.mobile",
    "Other Phone": "phones.other",
    "Business Fax": "phones.other",
    "Birthday": "birthday",
    "Categories": "tags",
    "Language": "language",
    "Notes": "remember",
    **_outlook("postal", "Business"),
    **_outlook("visiting", "Home"),
}
GOOGLE = {
    "Name": "name",
    "First Name": "given_name",
    "Last Name": "family_name",
    "Name Prefix": "salutation",
    "Organization Name": "company",
    "Organization Title": "job_title",
    "Birthday": "birthday",
    "Notes": "remember",
    "Labels": "tags",
    **{f"E-mail {n} - Value": "emails.work" for n in range(1, 6)},
    **{f"Phone {n} - Value": "phones.work" for n in range(1, 6)},
    **address(
        "postal",
        street="Address 1 - Street",
        city="Address 1 - City",
        region="Address 1 - Region",
        postal_code="Address 1 - Postal Code",
        country="Address 1 - Country",
    ),
}
