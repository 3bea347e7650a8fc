"""Columns that look like identity, bank or health data: left out of an import unless chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

SHARE = 0.3  # of the values looked at, from which a column counts as one of these

# Words of headers, in the languages Kartotek speaks; letters and digits alone, whole words.
_IDENTITY = (
    "ssn", "social security", "passport", "national id", "government id", "personal number",
    "identity card", "driver license", "driving licence", "fødselsnummer", "fodselsnummer",
    "personnummer", "personas kods", "pases", "cpf", "rg", "aadhaar", "aadhar", "pan card",
)  # fmt: skip
_BANK = (
    "iban", "bank account", "credit card", "card number", "cvv", "cvc", "swift",
    "kontonummer", "bankas konts", "conta bancaria", "conta bancária", "upi",
)  # fmt: skip
_HEALTH = (
    "diagnosis", "health", "blood type", "disability", "religion", "ethnicity", "race",
    "sexual orientation", "trade union", "diagnose", "helse", "veselība", "saúde", "religião",
)  # fmt: skip

_SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}")  # as the US write it
_CARD = re.compile(r"(?:\d[ -]?){12,18}\d")  # ISO/IEC 7812: 13 to 19 digits and a check digit
_WORD = re.compile(r"[^\W_]+")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")  # ISO 13616


def why_sensitive(header: str, values: Sequence[str]) -> str:
    """Why a column is left out unless it is chosen; "" for any other. `values` are some of it."""
    words = f" {' '.join(_WORD.findall(_split(header).casefold()))} "
    for kinds, why in (
        (_IDENTITY, _("It looks like numbers of identity. Choose a field to take it over.")),
        (_BANK, _("It looks like bank data. Choose a field to take it over.")),
        (_HEALTH, _("It looks like health or belief. Choose a field to take it over.")),
    ):
        if any(f" {kind} " in words for kind in kinds):
            return why
    if _share(values, _is_social) >= SHARE:
        return _("It looks like numbers of identity. Choose a field to take it over.")
    if _share(values, _is_bank) >= SHARE:
        return _("It looks like bank data. Choose a field to take it over.")
    return ""


def masked(value: str) -> str:
    """A value of such a column as a sample shows it: its shape, none of its letters."""
    return re.sub(r"[^\W_]", "•", value)[:40]


def _split(header: str) -> str:
    """ "CreditCard" as two words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)


def _share(values: Sequence[str], looks: Callable[[str], bool]) -> float:
    found = [looks(value) for value in values if value]
    return sum(found) / len(found) if found else 0.0


def _is_social(value: str) -> bool:
    return bool(_SOCIAL.fullmatch(value))


def _is_bank(value: str) -> bool:
    if _CARD.fullmatch(value) and not value.startswith("0"):
        digits = [int(letter) for letter in value if letter.isdigit()]
        return _passes_luhn(digits)
    return bool(_IBAN.fullmatch(value)) and _passes_iban(value.replace(" ", ""))


def _passes_luhn(digits: Sequence[int]) -> bool:
    """The check digit of a card's number (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def _passes_iban(text: str) -> bool:
    """The check digits of an account's number (ISO 7064, MOD 97-10)."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1
