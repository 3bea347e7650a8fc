"""The timeline's table: which activities stand in whose timeline. Written by apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from kartotek.core import reading
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import Links, Pointer
from kartotek.core.inserting import insert
from kartotek.core.recordtype import RecordType

if TYPE_CHECKING:
    from kartotek.core.prepare import Prepared


def write(record_type: RecordType, stored: Sequence[tuple[int, Prepared]], at: datetime) -> None:
    """Link activities to the records they are about, and to those records' own companies."""
    fields = [kind.name for kind in record_type.fields.values() if isinstance(kind, Links)]
    if not fields:
        return
    watched = _watched(record_type)
    touched = [(id, one) for id, one in stored if one.old is None or one.values.keys() & watched]
    old = [id for id, one in touched if one.old is not None]
    speak = dialect()
    rows: list[list[Any]] = []
    near = _near(
        [entry for _id, one in touched for name in fields for entry in one.everything[name]]
    )
    for id, one in touched:
        when = one.everything.get(record_type.timeline_at) or at
        for name in fields:
            rows += [
                [record_type.key, id, to_type, to, role, speak.instant(when)]
                for to_type, to, role in _targets(one.everything[name], name, near)
                if role != "via" or not record_type.relates  # on the cards of its ends alone
            ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM core_linkrow WHERE from_record = %s AND from_type = %s",
            [(id, record_type.key) for id in old],
        )
    insert("INSERT INTO core_linkrow (from_type, from_record, to_type, to_record, role, at)", rows)


def _watched(record_type: RecordType) -> set[str]:
    links = {kind.name for kind in record_type.fields.values() if isinstance(kind, Links)}
    return links | {record_type.timeline_at}


Near = dict[tuple[str, UUID], reading.Raw]


def _near(entries: list[Any]) -> Near:
    """The records named, with the one each belongs to: one look-up for a type."""
    wanted: dict[str, dict[UUID, None]] = {}
    for entry in entries:
        wanted.setdefault(entry["type"], {})[UUID(entry["uid"])] = None
    found: Near = {}
    for key, uids in wanted.items():
        target = catalogue()[key]
        names = [target.timeline_parent] if target.timeline_parent else []
        found.update({(key, raw.uid): raw for raw in
                      reading.raws_by_uid(target, names, list(uids))})  # fmt: skip
    return found


def _targets(entries: Any, role: str, near: Near) -> list[tuple[str, int, str]]:
    """(type, id, role) of each record named, and "via" for the one it belongs to."""
    found: dict[tuple[str, int], str] = {}
    for entry in entries or ():
        raw = near.get((entry["type"], UUID(entry["uid"])))
        if raw is None:
            continue
        found[entry["type"], raw.id] = role
        for name, parent in raw.values.items():
            kind = catalogue()[entry["type"]].fields[name]
            if isinstance(parent, Pointer):
                found.setdefault((getattr(kind, "target", ""), parent.id), "via")
    return [(to_type, to, role) for (to_type, to), role in found.items()]
