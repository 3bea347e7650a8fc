"""Where the header of a table stands, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

DEEPEST = 20  # rows in which a header is looked for
LONGEST = 300  # letters of a value that is looked at closely
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-][\d:]+)?")
_SMALL = re.compile(r"\d{1,4}")  # a year or a number of a column may well be a header
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Heading:
    """The names of the columns; how many rows stand before the first row of data."""

    names: tuple[str, ...]
    first: int
    remarks: tuple[str, ...] = ()


def heading(rows: Sequence[Sequence[str]]) -> Heading | None:
    """The heading of a table whose first rows are given; None where all of them are blank."""
    bare = [[cell.strip() for cell in row] for row in rows]
    if not any(any(row) for row in bare):
        return None
    place = _place(bare)
    remarks = []
    if any(any(row) for row in bare[:place]):
        remarks.append(_skipped(bare[:place]))
    if _is_data(bare[place]):
        names = [_("column %(number)s") % {"number": one + 1} for one in range(len(bare[place]))]
        remarks.append(
            _("The file has no header: its columns are called “%(first)s” to “%(last)s”.")
            % {"first": names[0], "last": names[-1]}
        )
        return Heading(tuple(names), place, tuple(remarks))
    names, doubled = unique(bare[place])
    return Heading(tuple(names), place + 1, (*remarks, *doubled))


def _skipped(above: Sequence[Sequence[str]]) -> str:
    words = next(cell for row in above for cell in row if cell)
    return _("What stands above the header (“%(words)s”) was not read.") % {"words": words[:40]}


def _place(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is not blank, or the first full one below a title.

    Lower than the first only where all above are at most half as full, so are no header.
    """
    counts = [sum(map(bool, row)) for row in rows]
    top = next(place for place, count in enumerate(counts) if count)
    usual = median(count for count in counts if count)
    for place in range(top + 1, min(len(rows) - 1, DEEPEST)):
        above = [count for count in counts[top:place] if count]
        if (
            counts[place] >= max(2, usual)
            and all(count * 2 <= counts[place] for count in above)
            and _reads_as_header(rows[place])
            and (counts[place] > 2 or _is_title(rows[top:place]))
        ):
            return place
    return top


def _reads_as_header(row: Sequence[str]) -> bool:
    names = [cell.casefold() for cell in row if cell]
    return len(set(names)) == len(names) and all(
        _YEAR.fullmatch(name) or not _looks_like_data(name) for name in names
    )


def _is_title(rows: Sequence[Sequence[str]]) -> bool:
    """Words with blanks between: above two columns a single word may be a header cut short."""
    return any(" " in cell for row in rows for cell in row)


def _is_data(row: Sequence[str]) -> bool:
    """Certainly no header: every cell is a value, or one is a mail address."""
    cells = [cell for cell in row if cell]
    if any(len(cell) <= LONGEST and _MAIL.fullmatch(cell) for cell in cells):
        return True
    return all(map(_looks_like_data, cells)) and not all(map(_SMALL.fullmatch, cells))


def _looks_like_data(cell: str) -> bool:
    """A number, an amount, a date, a phone number, a mail or web address."""
    if len(cell) > LONGEST:
        return False
    if not any(letter.isalpha() for letter in cell):
        return any(letter.isdigit() for letter in cell)
    return bool(_MAIL.fullmatch(cell) or _ADDRESS.fullmatch(cell) or _MOMENT.fullmatch(cell))


def unique(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Every name once: the second “Phone” becomes “Phone (2)”. Beside them a note for each."""
    taken = {name.casefold() for name in names}
    numbers: dict[str, int] = {}
    found: list[str] = []
    renamed: dict[str, list[str]] = {}
    for name in names:
        key, kept = name.casefold(), name
        numbers[key] = numbers.get(key, 0) + 1
        if name and numbers[key] > 1:
            while (kept := f"{name} ({numbers[key]})").casefold() in taken:
                numbers[key] += 1
            taken.add(kept.casefold())
            renamed.setdefault(key, []).append(kept)
        found.append(kept)
    remarks = [
        _("Several columns are called “%(column)s”; the further ones are read as “%(others)s”.")
        % {"column": key[:60], "others": "”, “".join(others)[:200]}
        for key, others in renamed.items()
    ]
    return found, remarks
