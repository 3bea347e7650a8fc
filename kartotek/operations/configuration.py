"""What a company set up (fields; views and roles where there are any) as one file, for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import receipts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Condition, Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.workspace import workspace
from kartotek.core.write import write

FORMAT = 1
Entry = dict[str, Any]
Name = tuple[str, ...]  # by what a record is known in every installation


@dataclass(frozen=True)
class Difference:
    """One record that the file and this installation do not have alike."""

    type: RecordType
    name: Name
    here: Row | None
    wanted: Entry | None
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f"{self.type.key}: {' '.join(self.name)}"
        if self.here is None:
            return f"+ {what}"
        if self.wanted is None:
            return f"- {what}"
        told = [f"{one}: {_said(self.type, self.here, one)} → {self.wanted.get(one)}"
                for one in self.fields]  # fmt: skip
        return f"~ {what}: {'; '.join(told)}"


@dataclass
class Applied:
    """What applying a file did; `batch` takes it back."""

    batch: UUID
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)


def exported(actor: Actor) -> bytes:
    """The set-up of this installation as JSON, its entries in a lasting order."""
    found: dict[str, Any] = {"kartotek_config": FORMAT}
    for record_type in _types():
        rows = sorted(_rows(actor, record_type), key=lambda row: _name(record_type, row))
        found[record_type.key] = [_entry(record_type, row) for row in rows]
    return orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"


def differences(actor: Actor, text: bytes) -> list[Difference]:
    """What differs between the file and here, in the order in which it would be applied."""
    found = []
    for record_type, entries in _parsed(text):
        here = {_name(record_type, row): row for row in _rows(actor, record_type)}
        for name, wanted in entries.items():
            row = here.pop(name, None)
            changed = _changed(record_type, row, wanted) if row else ()
            if row is None or changed:
                found.append(Difference(record_type, name, row, wanted, changed))
        found += [Difference(record_type, name, row, None) for name, row in here.items()]
    return found


def applied(actor: Actor, text: bytes, *, removes: bool = False) -> Applied:
    """Make this installation like the file, whole or not at all; one act, undone as one.

    What is here and not in the file stays, unless `removes`. ValidationError names the entry.
    """
    done = Applied(uuid7())
    acting = actor.because("config", done.batch)
    whole = sum(len(entries) for _type, entries in _parsed(text))
    with transaction.atomic():
        for one in differences(actor, text):
            _apply(acting, one, done, removes=removes)
        done.unchanged = whole - done.created - done.updated
        receipts.record(
            "config", _("Set-up from a file"), actor, rows=whole, created=done.created,
            updated=done.updated, unchanged=done.unchanged, batch=done.batch,
            detail={"removed": done.removed},
        )  # fmt: skip
    return done


def _apply(actor: Actor, one: Difference, done: Applied, *, removes: bool) -> None:
    try:
        if one.wanted is None:
            if removes and one.here is not None:
                remove(actor, one.type, one.here.uid)
                done.removed.append(str(one)[2:])
        elif one.here is None:
            write(actor, one.type, None, one.wanted)
            done.created += 1
        else:
            write(
                actor, one.type, one.here.uid, {name: one.wanted.get(name) for name in one.fields}
            )
            done.updated += 1
    except ValidationError as error:
        raise ValidationError(
            _("%(entry)s: %(error)s Nothing was changed.")
            % {"entry": str(one)[2:], "error": " ".join(error.messages)}
        ) from None


def _types() -> list[RecordType]:
    return [one for one in catalogue() if one.known_by]


def _fields(record_type: RecordType) -> list[str]:
    """What of a record can be taken elsewhere: not whose it is, nor what it links to."""
    beside = ("owner", "department", "external_ids")
    return [name for name, kind in record_type.fields.items()
            if kind.editable and name not in beside and not isinstance(kind, Link)]  # fmt: skip


def _rows(actor: Actor, record_type: RecordType) -> Iterator[Row]:
    """What is set up for everybody: of views those that are shared, whoever sees more."""
    columns, after = tuple(_fields(record_type)), ""
    shared = (Condition(record_type.open_by, "is", True),) if record_type.open_by else ()
    while True:
        asked = Question(shared, columns, size=LARGEST_PAGE, after=after)
        page = find(actor, record_type, asked)
        yield from page
        if not (after := page.next):
            return


def _entry(record_type: RecordType, row: Row) -> Entry:
    kinds = record_type.fields
    return {name: kinds[name].plain(row[name]) for name in _fields(record_type)
            if not kinds[name].is_empty(row[name])}  # fmt: skip


def _name(record_type: RecordType, held: Row | Entry) -> Name:
    return tuple(str(held.get(name) or "") for name in record_type.known_by.split())


def _changed(record_type: RecordType, row: Row, wanted: Entry) -> tuple[str, ...]:
    context = workspace().context
    return tuple(
        name
        for name in _fields(record_type)
        if (kind := record_type.fields[name]).plain(row[name])
        != kind.plain(kind.parse(wanted.get(name), context))
    )


def _said(record_type: RecordType, row: Row, name: str) -> Any:
    return record_type.fields[name].plain(row[name])


def _parsed(text: bytes) -> list[tuple[RecordType, dict[Name, Entry]]]:
    """The file's entries by type and name; ValidationError where it is no such file."""
    try:
        held = orjson.loads(text)
        if held["kartotek_config"] != FORMAT:
            raise ValueError
    except (ValueError, TypeError, KeyError):
        raise ValidationError(
            _("This is no set-up of Kartotek. “kartotek config export” writes one.")
        ) from None
    known = {one.key: one for one in _types()}
    found = []
    for key, entries in held.items():
        if key == "kartotek_config":
            continue
        if key not in known or not isinstance(entries, list):
            raise ValidationError(
                _("This file sets up “%(key)s”, which this version of Kartotek does not know. "
                  "Take that part out, or upgrade.") % {"key": key[:60]}
            )  # fmt: skip
        found.append((known[key], _named(known[key], entries)))
    return found


def _named(record_type: RecordType, entries: list[Any]) -> dict[Name, Entry]:
    found: dict[Name, Entry] = {}
    for entry in entries:
        unknown = set(entry) - set(_fields(record_type)) if isinstance(entry, dict) else {"?"}
        if unknown:
            raise ValidationError(
                _("An entry of “%(key)s” holds “%(name)s”, which is nothing it can hold.")
                % {"key": record_type.key, "name": min(unknown)[:60]}
            )
        found[_name(record_type, entry)] = entry
    return found
