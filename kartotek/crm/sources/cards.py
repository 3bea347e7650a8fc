"""vCard: the columns that the reader of cards makes of their properties (RFC 6350, RFC 2426).

"TEL 2 work" is the second number of that kind; what has no place here is left out and counted.
"""

from kartotek.crm.sources.words import OWN, SAME

_NUMBERS = ("", " 2", " 3", " 4", " 5", " 6")
_PHONES = {
    "": "work", "work": "work", "home": "home", "mobile": "mobile", "home mobile": "mobile",
    "work mobile": "mobile", "other": "other", "fax": "other", "home fax": "other",
    "work fax": "other", "pager": "other", "car": "mobile",
}  # fmt: skip
_MAILS = {"": "work", "work": "work", "home": "home", "other": "other"}
_ADDRESSES = {
    "": "postal", "work": "postal", "home": "visiting", "x-billing": "billing",
    "x-shipping": "shipping",
}  # fmt: skip
_PARTS = {
    "street": "street", "city": "city", "region": "region", "code": "postal_code",
    "country": "country",
}  # fmt: skip


def _reached(name: str, field: str, uses: dict[str, str]) -> dict[str, str]:
    return {
        f"{name}{number} {kind}".strip(): f"{field}.{use}"
        for kind, use in uses.items()
        for number in _NUMBERS
    }


PERSON = {
    "FN": "name",
    "N given": "given_name",
    "N family": "family_name",
    "N prefix": "salutation",
    "ORG": "company",
    "TITLE": "job_title",
    "BDAY": "birthday",
    "NOTE": "remember",
    "CATEGORIES": "tags",
    "UID": "id",
    "LANG": "language",
    "REV": OWN,
    "PRODID": OWN,
    **{f"LABEL {kind}".strip(): SAME for kind in _ADDRESSES},
    **_reached("TEL", "phones", _PHONES),
    **_reached("EMAIL", "emails", _MAILS),
    **{
        f"ADR {kind} {part}".replace("  ", " "): f"addresses.{use}.{ours}"
        for kind, use in _ADDRESSES.items()
        for part, ours in _PARTS.items()
    },
}
