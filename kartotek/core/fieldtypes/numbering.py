"""Phone numbers made comparable: the international form (ITU-T E.164), and bare digits.

Numbers written plainly are read here, in a microsecond; every other one by the library, in sixty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers

_PLAIN = re.compile(r"\+(?:[2-9][0-9]{7,14}|1[2-9][0-9]{9})")
_SEPARATORS = re.compile(r"[\s\u00a0().\-/]")
_BARE = re.compile(r"[0-9]{4,15}")
_NO_DIGIT = re.compile(r"\D")
_WITHOUT_ASCII = {code: None for code in range(128) if not chr(code).isdecimal()}
_WITHOUT_SEPARATORS = {code: None for code in range(128) if _SEPARATORS.match(chr(code))}


def digits_of(text: str) -> str:
    """The digits of a text, whatever stands between them."""
    return text.translate(_WITHOUT_ASCII) if text.isascii() else _NO_DIGIT.sub("", text)


@lru_cache(maxsize=16_384)  # an import asks twice for each: to match, and to store
def e164(text: str, country: str) -> str:
    """The international form "+4755512345", or "" where the text is no complete number."""
    bare = text.translate(_WITHOUT_SEPARATORS) if text.isascii() else _SEPARATORS.sub("", text)
    if _PLAIN.fullmatch(bare):
        return bare
    if _BARE.fullmatch(bare) and (habits := _habits(country)) and (found := habits.read(bare)):
        return found
    return _by_the_library(text, country)


def national(number: str) -> str:
    """The digits of an E.164 number as it is dialled at home; "" for what is none."""
    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.national_significant_number(found))


def _by_the_library(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@dataclass(frozen=True)
class _Habits:
    """How numbers are written within one country, from the library's own tables."""

    code: str
    is_national: Callable[[str], Any]
    lengths: frozenset[int]
    abroad: Callable[[str], Any]  # does it begin as a call to another country?
    prefixed: Callable[[str], Any]  # does it begin with what is dialled within the country?
    prefix: str  # the same where it is one plain text, such as "0"

    def read(self, bare: str) -> str:
        """The international form of plain digits, "" where the library must look closer."""
        if self.abroad(bare):
            return ""
        if self.prefixed(bare):
            if not self.prefix:
                return ""
            bare = bare[len(self.prefix) :]
        if bare[:1] == "0" or len(bare) not in self.lengths or not self.is_national(bare):
            return ""
        return self.code + bare


@lru_cache(maxsize=300)
def _habits(country: str) -> _Habits | None:
    """None for a country that shares another one's code, or rewrites what is dialled."""
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if known is None or known.national_prefix_transform_rule:
        return None
    if phonenumbers.region_code_for_country_code(known.country_code) != country:
        return None
    prefix = known.national_prefix_for_parsing or ""
    return _Habits(
        code=f"+{known.country_code}",
        is_national=re.compile(known.general_desc.national_number_pattern).fullmatch,
        lengths=frozenset(known.general_desc.possible_length),
        abroad=re.compile(known.international_prefix or r"(?!)").match,
        prefixed=re.compile(prefix or r"(?!)").match,
        prefix=prefix if prefix == "0" else "",
    )
