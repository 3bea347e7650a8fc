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
_ESCAPED = re.compile(r'["\\]')
_NUMBER = re.compile(r"[+\d\s().\-/\u00a0]+")


class Traces:
    """What one or more records are known by, ready to be looked for."""

    def __init__(self, texts: Iterable[str]) -> None:
        known = {text: _pattern(text) for text in texts}
        patterns = {pattern for pattern in known.values() if pattern}
        ordered = sorted(patterns, key=len, reverse=True)
        self._found = re.compile("|".join(ordered), re.IGNORECASE) if ordered else None
        found = [text for text, pattern in known.items() if pattern]
        self._numbers = {digits_of(text) for text in found if _is_number(text)}
        self._words = {_longest(text) for text in found if not _is_number(text)}

    @classmethod
    def of(cls, held: Iterable[tuple[RecordType, Mapping[str, Any]]]) -> Traces:
        """Of records with these values."""
        return cls(text for record_type, values in held for text in _known_by(record_type, values))

    def are_in(self, text: str) -> bool:
        """Does the text name any of them?"""
        found = self._found
        return found is not None and self.may_be_in(text) and found.search(text) is not None

    def may_be_in(self, text: str) -> bool:
        """The quick answer, that leaves nearly all texts out: a part of each has to stand there.

        It holds for JSON, too, in which a quotation mark or a backslash has one before it.
        """
        lowered = text.casefold()
        if any(word in lowered for word in self._words):
            return True
        digits = digits_of(text) if self._numbers else ""
        return any(number in digits for number in self._numbers)

    def blanked(self, text: str) -> str:
        """The text with a mark in the place of each."""
        return self._found.sub(mark(), text) if self._found and self.are_in(text) else text

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


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip())) and len(digits_of(text)) >= SHORTEST_NUMBER


def _longest(text: str) -> str:
    """The longest part of a text that stands in every spelling which its pattern finds."""
    plain = [part for word in text.casefold().split() for part in _ESCAPED.split(word)]
    return max(plain, key=len)


def _pattern(text: str) -> str:
    """A pattern of a text, whatever its blanks are; "" for what is too short to be anybody's."""
    if _is_number(text):
        return rf"(?<!\d)\+?{_BETWEEN.join(digits_of(text))}(?!\d)"
    words = text.split()
    if len("".join(words)) < SHORTEST:
        return ""
    return rf"(?<!\w){_BLANKS.join(map(re.escape, words))}(?!\w)"
