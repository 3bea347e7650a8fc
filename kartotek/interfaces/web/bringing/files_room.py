"""What these pages ask of the files room, and what they pass on to it; nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.dates import ORDERS, Seen, labels_of_orders, read
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import Importing, Plan
from kartotek.interfaces.files.mapping import Asked, Column, Reading, chosen, columns_of
from kartotek.interfaces.files.reading import Table, opened, rows_of
from kartotek.interfaces.files.settling import settled
from kartotek.interfaces.files.targets import UID, targets_of
from kartotek.interfaces.web.menu import may

SHAPES = {  # kind of field → what all values look like that it could hold
    "masked": r".*•.*",  # masked as samples are, because it looks sensitive
    "date": r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}",
    "flag": r"(?i:true|false|yes|no)",
    "number": r"-?[1-9]\d{0,14}|0",
    "decimal": r"-?(?:0|[1-9]\d{0,11})(?:[.,]\d{1,6})?",
    "email": r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>()]+",
    "phone": r"\+\d[\d\s()./-]{5,20}|\(?0\d{1,4}\)?[ /-]\d[\d /-]{4,14}",
    "url": r"https?://\S+",
}
SAMPLES = 3
LOOKED_AT = 500  # rows by which a column is judged
DATED = 20_000  # rows by which the page judges dates; the import looks at all of them
SAMPLE = 60  # letters of one sample


@dataclass(frozen=True)
class Recognised:
    """What a file was recognised as: its type (None where none fits), its columns, its letters."""

    type: RecordType | None
    columns: tuple[Brought, ...]
    targets: tuple[tuple[str, str], ...]
    table: Table
    source: str = ""  # in whose words the columns are; "" for our own
    why: str = ""  # why no type was found
    made: tuple[RecordType, ...] = ()  # of which columns name records that may be missing here


@dataclass(frozen=True)
class Brought:
    """One column: what it is called, a few of its values, where they go and, if nowhere, why."""

    place: int
    header: str
    samples: tuple[str, ...]
    target: str
    reason: str
    dates: Dated | None = None

    @property
    def guess(self) -> str:
        """The kind of value that a new field for it would hold, as far as its samples tell."""
        for kind, shape in SHAPES.items():
            if self.samples and all(re.fullmatch(shape, text) for text in self.samples):
                return kind
        return "text"


@dataclass(frozen=True)
class Dated:
    """How a column of dates is read; what can be read in two ways, as either would be."""

    order: str
    told: str
    doubtful: tuple[tuple[str, str, str], ...] = ()  # text, as a day first, as a month first


@dataclass(frozen=True)
class Wanted:
    """What was chosen for a file: its type, its columns (place → target), its name."""

    type: str
    choices: dict[int, str]
    name: str
    trial: bool = False
    failed: Path | None = None  # where the rows that fail are written
    decided: dict[str, Any] = field(default_factory=dict)  # besides the columns


def importable(actor: Actor) -> list[RecordType]:
    """The types of which this actor may import any."""
    return [one for one in catalogue() if one.in_menu and may(actor, one, "import")]


def recognised(
    actor: Actor,
    path: Path,
    type_key: str,
    choices: dict[int, str],
    hint: str = "",
    decided: Decisions | None = None,
) -> Recognised:
    """Read a file from end to end and say what it holds. ValidationError: it is no such file.

    Without `type_key` the columns speak; where they fit several types alike, or none, `hint` does.
    """
    language = workspace().language
    table = opened(path, language)
    reading, why = _reading(actor, table, type_key, hint, language)
    if reading is None:
        asked = Asked({}, [row.cells for row in islice(rows_of(table), LOOKED_AT)])
        columns = [
            Column(place, header or _nameless(place), samples=tuple(filter(None, asked.of(place))))
            for place, header in enumerate(table.headers)
        ]
        return Recognised(None, tuple(map(_brought, columns)), (), table, why=why)
    found = settled(actor, reading, table, dict(choices), decided or Decisions(), DATED)
    brought = tuple(
        replace(_brought(one), dates=_dates(one, found.dates.get(one.place)))
        for one in found.columns
    )
    targets = tuple(targets_of(actor, reading.type))
    made = tuple({one.key: one for one in found.named.values()}.values())
    return Recognised(reading.type, brought, targets, table, reading.source, why, made)


def begun(actor: Actor, path: Path, wanted: Wanted, state: dict[str, Any] | None) -> Importing:
    """An import, or a trial of one, at its beginning or where `state` says that it was."""
    plan = Plan(
        wanted.type, dict(wanted.choices), dry_run=wanted.trial, name=wanted.name,
        failed=wanted.failed, decisions=Decisions.of(wanted.decided),
    )  # fmt: skip
    return Importing(actor, path, plan, state)


@contextmanager
def called(path: Path, name: str) -> Iterator[None]:
    """What is refused in here speaks of the file by the name that its owner gave it."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError([one.replace(path.name, name) for one in error.messages]) from error


def _reading(
    actor: Actor, table: Table, type_key: str, hint: str, language: str
) -> tuple[Reading | None, str]:
    keys = {one.key for one in importable(actor)}
    for key in (type_key, "", hint):
        if key and key not in keys:
            continue
        try:
            found = chosen(actor, key, table.headers, language)
        except ValidationError:
            continue
        if found.type.key in keys:
            return found, ""
    if best := _best_fit(actor, table, keys, language):
        return chosen(actor, best, table.headers, language), ""
    return None, _("The columns do not say what the rows are. Choose it above.")


def _best_fit(actor: Actor, table: Table, keys: set[str], language: str) -> str:
    """The one type that more than one column fits, and more than fit any other; else ""."""
    fits = {}
    for key in keys:
        columns = columns_of(actor, Reading(catalogue()[key]), table.headers, language)
        fits[key] = sum(1 for one in columns if one.field and one.field != UID)
    most = max(fits.values(), default=0)
    best = [key for key, count in fits.items() if count == most]
    return best[0] if most > 1 and len(best) == 1 else ""


def _brought(column: Column) -> Brought:
    samples = tuple(" ".join(text.split())[:SAMPLE] for text in column.samples[:SAMPLES])
    return Brought(column.place, column.header, samples, column.target.text, column.reason)


def _dates(column: Column, seen: Seen | None) -> Dated | None:
    """None for a column whose dates can be read in one way only."""
    if seen is None or not seen.short:
        return None
    both = [(text, *(_day(text, order) for order in ORDERS)) for text in seen.both]
    doubtful = tuple(both) if seen.is_ambiguous else ()
    return Dated(column.dates, dict(labels_of_orders())[column.dates], doubtful)


def _day(text: str, order: str) -> str:
    found = read(text, order)
    return "" if found is None else format_date(found, "medium", locale=get_language() or "en")


def _nameless(place: int) -> str:
    return _("column %(number)s") % {"number": place + 1}
