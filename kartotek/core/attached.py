"""Files that records hold: taken when the record is made, read through the right to see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import files, reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import FieldType, FileRef, Links, Moment
from kartotek.core.find import find_one
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.timeline import activity_types

MOST_SHOWN = 200  # files of one record, the newest
BLOCK_SNIFFED = 16  # bytes
MOST_DRAWN = 5 * files.MEGABYTE  # bytes of a picture that is shown small


@dataclass(frozen=True)
class Attached:
    """One file on a record: the record that holds it, the field, what it is, who brought it."""

    type: str
    field: str
    uid: UUID
    version: int
    title: str
    file: FileRef
    at: datetime
    who: str
    may_edit: bool
    may_remove: bool


def types_with_files() -> list[RecordType]:
    """The types whose records are files about other records."""
    return [one for one in activity_types() if one.files]


def may_attach(actor: Actor) -> bool:
    """May this actor put a file on any record at all?"""
    return any(actor.rights.scope(one.key, "create") != "none" for one in types_with_files())


def attached(
    actor: Actor, named: AnyType, record: Row, *, limit: int = MOST_SHOWN
) -> list[Attached]:
    """The files about a record that this actor may see, the newest first; a query for a type."""
    record_type = the_type(named)
    near = reading.near_ids(actor, record_type, [record.uid])
    if not near:
        return []
    found: list[Attached] = []
    for holder in types_with_files():
        kind = holder.files[0]
        if {holder.title, kind.name} <= visible(actor, holder):
            found += _of_type(actor, holder, kind, (record_type.key, near[0]), limit)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _of_type(
    actor: Actor, holder: RecordType, kind: FieldType, to: tuple[str, int], limit: int
) -> list[Attached]:
    """Who brought each is joined: naming them afterwards would ask once more."""
    reach = {verb: scope_of(actor, holder, verb) for verb in ("view", "edit", "remove")}
    maker = catalogue()[getattr(holder.fields["created_by"], "target", "")]
    maker_reach = scope_of(actor, maker)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, r.uid, r.version, r.owner_id, r.department_id, l.at, "
            f"r.{holder.fields[holder.title].column}, r.{kind.column}, m.id, m.owner_id, "
            f"m.department_id, m.{maker.fields[maker.title].column} FROM core_linkrow l "
            f"JOIN {holder.table} r ON r.id = l.from_record "
            f"LEFT JOIN {maker.table} m ON m.id = r.created_by_id "
            "WHERE l.to_record = %s AND l.to_type = %s AND l.from_type = %s AND l.role <> 'via' "
            f"AND r.removed_at IS NULL AND r.{kind.column} IS NOT NULL "
            f"ORDER BY l.at DESC, l.id DESC LIMIT {limit}",
            [to[1], to[0], holder.key],
        )
        rows = cursor.fetchall()
    found = {}
    for id, uid, version, owner, department, at, title, stored, who, *whose, name in rows:
        when, file = Moment().load(at), kind.load(stored)
        if file is None or when is None or not reach["view"].holds(id, owner, department):
            continue
        is_near = who is not None and maker_reach.holds(who, *whose)
        found[id] = Attached(
            holder.key, kind.name, reading.as_uuid(uid), version, title, file, when,
            name if is_near else "", reach["edit"].holds(id, owner, department),
            reach["remove"].holds(id, owner, department),
        )  # fmt: skip
    return list(found.values())


def about_field(holder: RecordType) -> str:
    """The field of such a type that names the records it is about."""
    return next(name for name, kind in holder.fields.items() if isinstance(kind, Links))


def content_of(actor: Actor, named: AnyType, uid: UUID, field: str) -> tuple[str, FileRef, Path]:
    """The name under which a record's file is handed out, the file and where its bytes lie.

    NotFound where the record is not there or not open, holds no such file, or its bytes are gone.
    """
    record_type = the_type(named)
    missing = NotFound(_("There is no such file, or it is not open to you."))
    if field not in {kind.name for kind in record_type.files} & visible(actor, record_type):
        raise missing
    named_too = {record_type.title} & visible(actor, record_type)
    row = find_one(actor, record_type, uid, columns=(field, *named_too))
    file = row.get(field)
    if not isinstance(file, FileRef):
        raise missing
    try:
        _facts, path = files.content(file.uid)
    except NotFound:
        raise NotFound(
            _("The bytes of this file are gone. Ask who looks after Kartotek for a backup.")
        ) from None
    title = str(row.get(record_type.title) or file.name) if named_too else file.name
    return _ending(title, file.name), file, path


def _ending(title: str, name: str) -> str:
    """A name that was changed keeps the ending by which programs know the file."""
    suffix = Path(name).suffix
    return title if not suffix or title.lower().endswith(suffix.lower()) else f"{title}{suffix}"


def picture_type(path: Path) -> str:
    """The media type of a picture that any browser draws, told by its first bytes; else ""."""
    if path.stat().st_size > MOST_DRAWN:
        return ""
    with path.open("rb") as file:
        first = file.read(BLOCK_SNIFFED)
    if first.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if first.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if first[:4] == b"RIFF" and first[8:12] == b"WEBP" else ""
