"""What an import made and people changed since: it stays when the import is taken back.

An import may change what another one made; that is no person, and neither is an undo. What a
person changed and took back is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from kartotek.core import acts, reading
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.log import ASIDE, LoggedChange
from kartotek.core.reading import as_uuid

IMPORT = "import"
_PERSONS = "('member', 'customer', 'token')"  # the kinds of actors that a person is behind

Changed = dict[tuple[str, int], str]  # (type, record) → who changed it last


def changed_since(changes: Sequence[LoggedChange]) -> Changed:
    """Of the records of these lines of one act, those that it made, if it is an import, and that
    people changed since and did not remove.
    """
    if not changes or changes[0].cause != IMPORT:
        return {}
    wanted: dict[str, set[int]] = {}
    for change in changes:
        wanted.setdefault(change.type, set()).add(change.record)
    found: Changed = {}
    for type_key, ids in wanted.items():
        if type_key in catalogue():
            found |= _of_type(type_key, ids, changes[0].batch)
    return found


def _of_type(type_key: str, ids: Iterable[int], batch: UUID) -> Changed:
    among, asked = ", ".join(map(str, sorted(ids))), dialect().uid(batch)
    where = f'"type" = %s AND record IN ({among})'
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT record, batch, actor_name FROM core_change WHERE {where} AND batch <> %s "
            f"AND cause <> '{IMPORT}' AND actor_kind IN {_PERSONS} AND verb NOT IN {ASIDE} "
            "ORDER BY position",
            [type_key, asked],
        )
        lines = [(record, as_uuid(act), who) for record, act, who in cursor.fetchall()]
        if not lines:
            return {}
        cursor.execute(
            f"SELECT record FROM core_change WHERE {where} AND batch = %s AND verb = 'create'",
            [type_key, asked],
        )
        made = {row[0] for row in cursor.fetchall()}
    still = acts.those_standing({act for record, act, _who in lines if record in made})
    told = {record: who for record, act, who in lines if record in made and act in still}
    living = reading.raws(catalogue()[type_key], [], list(told))
    return {(type_key, raw.id): told[raw.id] for raw in living if not raw.removed}
