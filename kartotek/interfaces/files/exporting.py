"""All that an actor may see of one type, written into a file "for machines", page by page."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Links, Ref
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Question, Row
from kartotek.core.recordtype import PartType, RecordType
from kartotek.core.security import note
from kartotek.interfaces.files.cells import escape

Cell = Callable[[Any], Any]


def export_file(actor: Actor, named: AnyType, path: Path) -> int:
    """Write every record within reach to `path`; how many there were.

    .csv is UTF-8 with commas (RFC 4180), every other line ending and quote as it must be;
    .jsonl is one JSON object a line. The file appears under its name when it is whole.
    """
    if isinstance(named, str) and named not in catalogue():
        known = ", ".join(one.key for one in catalogue())
        raise ValidationError(
            _("There is no type “%(key)s”. Known are: %(known)s.")
            % {"key": named[:60], "known": known}
        )
    record_type = the_type(named)
    if actor.rights.scope(record_type.key, "export") == "none":
        raise PermissionDenied(
            _("Your role may not export %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    writers = {".csv": _write_csv, ".jsonl": _write_lines}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise ValidationError(
            _("The name of the file says how it is written: end it in %(known)s.")
            % {"known": ", ".join(writers)}
        )
    names = columns(actor, record_type)
    note("export", actor=actor, type=record_type.key, file=path.name)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            rows = write(file, record_type, names, pages(actor, record_type, names))
        part.replace(path)
    except OSError as error:
        raise ValidationError(
            _("“%(file)s” cannot be written: %(why)s. Choose another folder.")
            % {"file": str(path), "why": error.strerror}
        ) from None
    return rows


def columns(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    """Every field and part that the actor may see, in the order of the declaration."""
    seen = visible(actor, record_type)
    own = [name for name in record_type.fields if name in seen]
    last = (
        "owner", "department", "external_ids", "created_at", "created_by", "changed_at",
        "changed_by",
    )  # fmt: skip
    named = [name for name in own if name not in last]
    parts = [name for name in record_type.parts if name in seen]
    return (*named, *parts, *(name for name in last if name in own))


def pages(actor: Actor, record_type: RecordType, names: tuple[str, ...]) -> Iterator[Row]:
    """Every live record within reach, by keyset pages; the oldest first."""
    after = ""
    while True:
        question = Question(columns=names, sort="id", size=LARGEST_PAGE, after=after)
        page = find(actor, record_type, question)
        yield from page.rows
        if not page.next:
            return
        after = page.next


def _write_csv(
    file: Any, record_type: RecordType, names: tuple[str, ...], rows: Iterator[Row]
) -> int:
    writer = csv.writer(file)
    writer.writerow(["uid", *names])
    cells = [(name, cell_of(record_type, name)) for name in names]
    count = 0
    for row in rows:
        values = row.values
        writer.writerow([str(row.uid), *(escape(cell(values[name])) for name, cell in cells)])
        count += 1
    return count


def cell_of(record_type: RecordType, name: str) -> Cell:
    if name in record_type.parts:
        part = record_type.parts[name]
        return lambda rows: orjson.dumps(_part(part, rows)).decode() if rows else ""
    kind = record_type.fields[name]
    if isinstance(kind, Links):
        return lambda value: kind.export(_reachable(value))
    return kind.export


def _write_lines(
    file: Any, record_type: RecordType, names: tuple[str, ...], rows: Iterator[Row]
) -> int:
    count = 0
    for row in rows:
        line: dict[str, Any] = {"uid": str(row.uid)}
        for name in names:
            line[name] = _plain(record_type, name, row.values[name])
        file.write(orjson.dumps(line).decode() + "\n")
        count += 1
    return count


def _plain(record_type: RecordType, name: str, value: Any) -> Any:
    if name in record_type.parts:
        return _part(record_type.parts[name], value)
    kind = record_type.fields[name]
    return kind.plain(_reachable(value) if isinstance(kind, Links) else value)


def _part(part: PartType, rows: Any) -> list[dict[str, Any]]:
    """The rows of one part; a link the reader may not follow is left out, not emptied."""
    return [
        {
            "uid": str(row["uid"]),
            **{
                name: kind.plain(row[name])
                for name, kind in part.fields.items()
                if not _is_hidden(kind, row[name])
            },
        }
        for row in rows or ()
    ]


def _is_hidden(kind: FieldType, value: Any) -> bool:
    return isinstance(kind, Link) and isinstance(value, Ref) and not value.is_reachable


def _reachable(value: Any) -> tuple[Any, ...]:
    return tuple(one for one in value or () if not isinstance(one, Ref) or one.is_reachable)
