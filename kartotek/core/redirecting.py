"""All that leads to some records made to lead to another: links, lines of parts, lists of links."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core import reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.fieldtypes import FieldType, Link, Links
from kartotek.core.gathering_many import Wish
from kartotek.core.reading import Raw, as_uuid
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.retying import superfluous
from kartotek.core.write_many import write_many

Values = dict[UUID, dict[str, Any]]  # record → what to write to it


def redirect_links(actor: Actor, target: RecordType, stays: Raw, others: Sequence[Raw]) -> int:
    """Change every live record that links to one of `others`; how many there were.

    A relationship that says nothing of its own then goes to the trash. Inside the caller's
    transaction. Raises the error of the first record that refuses.
    """
    moved = 0
    own = {stays.uid, *(raw.uid for raw in others)}
    for record_type in catalogue():
        wanted: Values = {}
        _by_fields(record_type, target, str(stays.uid), others, wanted)
        _by_parts(record_type, target, str(stays.uid), others, wanted)
        _by_lists(record_type, target, stays, others, wanted)
        if record_type.key == target.key:
            # The others go to the trash as they are; the one that stays does not lead to itself.
            wanted = {uid: values for uid, values in wanted.items() if uid not in own}
        for uid in superfluous(record_type, wanted):
            del wanted[uid]
            remove(actor, record_type, uid)
            moved += 1
        wishes = [Wish(uid, values, only_change=True) for uid, values in wanted.items()]
        for outcome in write_many(actor, record_type, wishes, on_error="stop"):
            moved += outcome.did == "updated"
    return moved


def cut_links(
    actor: Actor, target: RecordType, gone: Sequence[Raw], leave: Container[tuple[str, UUID]]
) -> int:
    """Empty every link and line of a part that leads to one of `gone`; how many records had one.

    Those of `leave`, (type, uid), stay as they are. Inside the caller's transaction. Raises the
    error of the first record that refuses.
    """
    cut = 0
    for record_type in catalogue():
        wanted: Values = {}
        _by_fields(record_type, target, None, gone, wanted)
        _by_parts(record_type, target, None, gone, wanted)
        wishes = [
            Wish(uid, values, only_change=True)
            for uid, values in wanted.items()
            if (record_type.key, uid) not in leave
        ]
        for outcome in write_many(actor, record_type, wishes, on_error="stop"):
            cut += outcome.did == "updated"
        _cut_in_trash(record_type, target, gone)
    return cut


def _cut_in_trash(record_type: RecordType, target: RecordType, gone: Sequence[Raw]) -> None:
    """What lies in the trash is changed by nobody; its links lead nowhere when it comes back."""
    among = ", ".join(str(raw.id) for raw in gone)
    spots = [(record_type.table, kind) for kind in _links_to(record_type.fields, target)]
    for part in record_type.parts.values():
        spots += [(part.table, kind) for kind in _links_to(part.fields, target)]
    with connection.cursor() as cursor:
        for table, kind in spots:
            cursor.execute(
                f"UPDATE {table} SET {kind.column} = NULL WHERE {kind.column} IN ({among})"
            )


def _links_to(fields: dict[str, FieldType], target: RecordType) -> Iterator[Link]:
    for kind in fields.values():
        if isinstance(kind, Link) and kind.target == target.key and kind.editable:
            yield kind


def _by_fields(
    record_type: RecordType,
    target: RecordType,
    to: str | None,
    others: Sequence[Raw],
    wanted: Values,
) -> None:
    among = ", ".join(str(raw.id) for raw in others)
    for kind in _links_to(record_type.fields, target):
        for (uid,) in _rows(
            f"SELECT uid FROM {record_type.table} WHERE {kind.column} IN ({among}) "
            "AND removed_at IS NULL ORDER BY id"
        ):
            wanted.setdefault(as_uuid(uid), {})[kind.name] = to


def _by_parts(
    record_type: RecordType,
    target: RecordType,
    to: str | None,
    others: Sequence[Raw],
    wanted: Values,
) -> None:
    among = ", ".join(str(raw.id) for raw in others)
    for name, part in record_type.parts.items():
        for kind in _links_to(part.fields, target):
            for parent, uid in _rows(
                f"SELECT r.uid, p.uid FROM {part.table} p "
                f"JOIN {record_type.table} r ON r.id = p.{part.parent_column} "
                f"WHERE p.{kind.column} IN ({among}) AND r.removed_at IS NULL ORDER BY r.id"
            ):
                lines = wanted.setdefault(as_uuid(parent), {}).setdefault(name, {})
                lines.setdefault(str(as_uuid(uid)), {})[kind.name] = to


def _by_lists(
    record_type: RecordType, target: RecordType, stays: Raw, others: Sequence[Raw], wanted: Values
) -> None:
    names = [name for name, kind in record_type.fields.items() if isinstance(kind, Links)]
    if not names:
        return
    among = ", ".join(str(raw.id) for raw in others)
    ids = [
        id
        for (id,) in _rows(
            "SELECT DISTINCT from_record FROM core_linkrow WHERE from_type = %s AND to_type = %s "
            f"AND to_record IN ({among}) AND role <> 'via'",
            [record_type.key, target.key],
        )
    ]
    gone = {str(raw.uid) for raw in others}
    for raw in reading.raws(record_type, names, ids):
        for name in names if not raw.removed else ():
            if any(entry["uid"] in gone for entry in raw.values[name]):
                wanted.setdefault(raw.uid, {})[name] = [
                    {**entry, "uid": str(stays.uid) if entry["uid"] in gone else entry["uid"]}
                    for entry in raw.values[name]
                ]


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())
