"""Who else may see or edit a record: what others were opened to goes along when they are merged.

The records that go keep their shares, for whoever looks into the trash and for the day they come
back; the one that stays gets copies that name the merge, and loses just those with its undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from kartotek.core import acts, reading
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.jobs import load


def bring_shares(type_key: str, stays: int, others: Sequence[int], act: UUID) -> int:
    """Open the record that stays to everybody to whom the others are open; how many shares."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_share ("type", record, member, department, may_edit, "until", '
            'merged) SELECT "type", %s, member, department, may_edit, "until", %s '
            'FROM core_share WHERE "type" = %s '
            f"AND record IN ({', '.join(map(str, others))})",
            [stays, dialect().uid(act), type_key],
        )
        return int(cursor.rowcount)


def follow_undo(act: UUID) -> None:
    """An act is being undone: where it is a merge, or the undo of one, its shares go or come."""
    merge, is_going = acts.origin(act)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT detail FROM core_receipt WHERE batch = %s AND kind = 'merge'",
            [dialect().uid(merge)],
        )
        row = cursor.fetchone()
        if row is None:
            return
        cursor.execute("DELETE FROM core_share WHERE merged = %s", [dialect().uid(merge)])
    told = load(row[0])
    if is_going or told["type"] not in catalogue():
        return
    uids = [UUID(one) for one in (told["stays"], *told["others"])]
    found = {raw.uid: raw.id for raw in reading.raws_by_uid(catalogue()[told["type"]], [], uids)}
    if uids[0] in found:
        others = [found[uid] for uid in uids[1:] if uid in found]
        if others:
            bring_shares(told["type"], found[uids[0]], others, merge)
