"""What these pages ask of the files room, and what they pass on to it; nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files import mapping
from kartotek.interfaces.files.importing import import_file
from kartotek.interfaces.files.mapping import UID, Column, chosen, columns_of
from kartotek.interfaces.files.reading import Table, opened, rows_of
from kartotek.interfaces.web.bringing.renaming import renamed
from kartotek.interfaces.web.menu import may

SAMPLES = 3
LOOKED_AT = 200  # rows from which the samples are taken
SAMPLE = 60  # letters of one sample
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Recognised:
    """What a file was recognised as: its type (None where none fits), its columns, its letters."""

    type: RecordType | None
    columns: tuple[Brought, ...]
    targets: tuple[tuple[str, str], ...]
    rows: int
    encoding: str
    separator: str
    why: str = ""  # why no type was found


@dataclass(frozen=True)
class Brought:
    """One column: what it is called, a few of its values, where they go and, if nowhere, why."""

    place: int
    header: str
    samples: tuple[str, ...]
    target: str
    reason: str


def importable(actor: Actor) -> list[RecordType]:
    """The types of which this actor may import any."""
    return [one for one in catalogue() if one.in_menu and may(actor, one, "import")]


def recognised(
    actor: Actor, path: Path, type_key: str, choices: dict[int, str], hint: str = ""
) -> Recognised:
    """Read a file from end to end and say what it holds. ValidationError: it is no such file.

    Without `type_key` the columns speak; where they fit several types alike, or none, `hint` does.
    """
    language = workspace().language
    table = opened(path, language)
    samples = _samples(table)
    record_type, why = _type_of(actor, table, type_key, hint, language)
    if record_type is None:
        columns = [Column(place, header or _nameless(place)) for place, header
                   in enumerate(table.headers)]  # fmt: skip
        targets: tuple[tuple[str, str], ...] = ()
    else:
        columns = columns_of(actor, record_type, table.headers, language)
        targets = targets_of(actor, record_type, language)
    brought = tuple(_brought(one, samples[one.place], choices, targets) for one in columns)
    return Recognised(
        record_type, brought, targets, table.rows, table.encoding, table.separator, why
    )


def targets_of(actor: Actor, record_type: RecordType, language: str) -> tuple[tuple[str, str], ...]:
    """Where a column may go, with its label in the reader's language."""
    # Passed on when the files room offers it: actor, type and language, for (target, label) pairs.
    if offered := getattr(mapping, "targets_of", None):
        return tuple(offered(actor, record_type, language))
    seen = visible(actor, record_type)
    fields = [(name, str(one.label)) for name, one in record_type.fields.items()
              if name in seen and one.editable]  # fmt: skip
    parts = [(name, str(one.label)) for name, one in record_type.parts.items() if name in seen]
    return (*fields, *parts, (UID, _("Kartotek's own number of the record")))


def bring(
    actor: Actor, path: Path, type_key: str, choices: dict[int, str], *,
    trial: bool, progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """Import a file, or only try it; the receipt as JSON holds it."""
    # Passed on when the files room takes them: the changed choices (place → target, "" to leave a
    # column out) and what is to be called with the rows that are done and how many there are.
    known = signature(import_file).parameters
    more: dict[str, Any] = {"progress": progress} if "progress" in known else {}
    if "choices" in known:
        more["choices"] = choices
        return import_file(actor, path, type_key, dry_run=trial, **more).plain()
    table = opened(path, workspace().language)
    with renamed(table, choices) as named:
        told = import_file(actor, named, type_key, dry_run=trial, **more).plain()
    for place, column in enumerate(told["columns"]):
        column["column"] = table.headers[place] or _nameless(place)
        if choices.get(place) == "":
            column["reasons"] = {_("You left this column out."): column["left_out"]}
    return told


@contextmanager
def called(path: Path, name: str) -> Iterator[None]:
    """What is refused in here speaks of the file by the name that its owner gave it."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError([one.replace(path.name, name) for one in error.messages]) from error


def _type_of(
    actor: Actor, table: Table, type_key: str, hint: str, language: str
) -> tuple[RecordType | None, str]:
    keys = {one.key for one in importable(actor)}
    if type_key in keys:
        return catalogue()[type_key], ""
    try:
        found = chosen(actor, "", table.headers, language)
    except ValidationError:
        found = None
    if found is not None and found.key in keys:
        return found, ""
    if hint in keys:
        return catalogue()[hint], ""
    if best := _best_fit(actor, table, keys, language):
        return catalogue()[best], ""
    return None, _("The columns do not say what the rows are. Choose it above.")


def _best_fit(actor: Actor, table: Table, keys: set[str], language: str) -> str:
    """The one type that more than one column fits, and more than fit any other; else ""."""
    fits = {}
    for key in keys:
        columns = columns_of(actor, catalogue()[key], table.headers, language)
        fits[key] = sum(1 for one in columns if one.field and one.field != UID)
    most = max(fits.values(), default=0)
    best = [key for key, count in fits.items() if count == most]
    return best[0] if most > 1 and len(best) == 1 else ""


def _samples(table: Table) -> list[tuple[str, ...]]:
    """The first different values of each column."""
    # Left to the files room when its columns bring `samples` of their own.
    found: list[list[str]] = [[] for _header in table.headers]
    for row in islice(rows_of(table), LOOKED_AT):
        for place, cell in enumerate(row.cells[: len(found)]):
            text = " ".join(cell.split())[:SAMPLE]
            if text and text not in found[place] and len(found[place]) < SAMPLES:
                found[place].append(text)
    return [tuple(one) for one in found]


def _brought(
    column: Column,
    samples: tuple[str, ...],
    choices: dict[int, str],
    targets: tuple[tuple[str, str], ...],
) -> Brought:
    known = {target for target, _label in targets}
    wanted = choices.get(column.place, column.field)
    target = wanted if wanted in known else ""
    offered = getattr(column, "samples", ()) or samples
    return Brought(column.place, column.header, tuple(offered)[:SAMPLES], target, column.reason)


def _nameless(place: int) -> str:
    return _("column %(number)s") % {"number": place + 1}
