"""Where else somebody stands: what a record is known by, found and blanked in other texts.

Names, mail addresses, numbers, streets, ids and masked values count, each whole: one first name
alone is many people's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.fieldtypes import FieldType, LongText
from kartotek.core.fieldtypes.numbering import digits_of
from kartotek.core.recordtype import RecordType

SHORTEST = 5  # letters of what is looked for: less is found in other words
SHORTEST_NUMBER = 7  # digits of a number, the same for those
_BETWEEN = r"[\s().\-/\u00a0]{0,3}"  # what people write between the digits of a number
_BLANKS = r"[\s,]{1,3}"  # between words
_NUMBER = re.compile(r"[+\d\s().\-/\u00a0]+")


class Traces:
    """What one or more records are known by, ready to be looked for."""

    def __init__(self, texts: Iterable[str]) -> None:
        patterns = {_pattern(text) for text in texts}
        ordered = sorted(patterns - {""}, key=len, reverse=True)
        self._found = re.compile("|".join(ordered), re.IGNORECASE) if ordered else None

    @classmethod
    def of(cls, held: Iterable[tuple[RecordType, Mapping[str, Any]]]) -> Traces:
        """Of records with these values."""
        return cls(text for record_type, values in held for text in _known_by(record_type, values))

    def are_in(self, text: str) -> bool:
        """Does the text name any of them?"""
        return self._found is not None and self._found.search(text) is not None

    def blanked(self, text: str) -> str:
        """The text with a mark in the place of each."""
        return self._found.sub(mark(), text) if self._found else text

    def blanked_in(self, plain: Any) -> Any:
        """The same for every text inside plain JSON; names of fields stay."""
        if isinstance(plain, str):
            return self.blanked(plain)
        if isinstance(plain, list):
            return [self.blanked_in(one) for one in plain]
        if isinstance(plain, dict):
            return {name: self.blanked_in(one) for name, one in plain.items()}
        return plain


def mark() -> str:
    """What stands where a name stood."""
    return _("[erased]")


def _known_by(record_type: RecordType, values: Mapping[str, Any]) -> Iterator[str]:
    for kind in record_type.fields.values():
        if kind.name in values:
            yield from kind.traces(values[kind.name])
    yield from _names(record_type, values)


def _names(record_type: RecordType, values: Mapping[str, Any]) -> Iterator[str]:
    """The title, and what titles are made of, also the last name first."""
    title: FieldType = record_type.fields[record_type.title]
    if title.personal and not isinstance(title, LongText):
        yield str(values.get(record_type.title) or "")
    for group in record_type.title_from.split("|"):
        words = [values.get(name) for name in group.split()]
        if len(words) > 1 and all(isinstance(word, str) and word for word in words):
            yield " ".join(map(str, words))
            yield " ".join(map(str, reversed(words)))


def _pattern(text: str) -> str:
    """A pattern of a text, whatever its blanks are; "" for what is too short to be anybody's."""
    digits = digits_of(text)
    if _NUMBER.fullmatch(text.strip()) and len(digits) >= SHORTEST_NUMBER:
        return rf"(?<!\d)\+?{_BETWEEN.join(digits)}(?!\d)"
    words = text.split()
    if len("".join(words)) < SHORTEST:
        return ""
    return rf"(?<!\w){_BLANKS.join(map(re.escape, words))}(?!\w)"
