"""Who was erased: a list of uids that outlives copies, and that no import and no restore passes.

It holds no value of anybody: the uid, of which type, when and by whom; and digests of the ids that
other systems have for the record, so that their exports do not bring it back either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kartotek.core import errors
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Moment, identifier
from kartotek.core.fieldtypes.lists import listed
from kartotek.core.reading import among as _among
from kartotek.core.reading import as_uuid

_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
KEEPERS: list[Callable[[], object]] = []  # told when the list has grown, after the commit


@dataclass(frozen=True)
class Gone:
    """One erased record; `names` are digests of its ids in other systems."""

    uid: UUID
    type: str
    at: datetime
    who: str
    names: tuple[str, ...] = ()


def digest_of(external_id: str) -> str:
    """What is kept of "system:id": SHA-256, from which the id cannot be read."""
    return hashlib.sha256("|".join(identifier(external_id)).encode()).hexdigest()


def every() -> list[Gone]:
    """The whole list, the oldest first."""
    with connection.cursor() as cursor:
        names: dict[int, list[str]] = {}
        cursor.execute("SELECT erased_id, digest FROM core_erasedname ORDER BY id")
        for id, digest in cursor.fetchall():
            names.setdefault(id, []).append(digest)
        cursor.execute('SELECT id, uid, "type", at, actor_name FROM core_erased ORDER BY id')
        rows = cursor.fetchall()
    return [
        Gone(as_uuid(uid), type_key, at, who, tuple(names.get(id, ())))
        for id, uid, type_key, stored, who in rows
        if (at := Moment().load(stored)) is not None
    ]


def put_down(gone: Sequence[Gone]) -> int:
    """Put on the list what is not on it yet, in the caller's commit; how many that were."""
    speak, new = dialect(), 0
    with transaction.atomic(), connection.cursor() as cursor:
        for one in gone:
            cursor.execute(
                'INSERT INTO core_erased (uid, "type", at, actor_name) VALUES (%s, %s, %s, %s) '
                "ON CONFLICT DO NOTHING",
                [speak.uid(one.uid), one.type, speak.instant(one.at), one.who[:200]],
            )
            new += cursor.rowcount
            for digest in one.names:
                cursor.execute(
                    "INSERT INTO core_erasedname (digest, erased_id) "
                    "SELECT %s, id FROM core_erased WHERE uid = %s ON CONFLICT DO NOTHING",
                    [digest, speak.uid(one.uid)],
                )
    if new:
        transaction.on_commit(_tell_keepers)
    return new


def _tell_keepers() -> None:
    for keeper in KEEPERS:
        keeper()


def known(uids: Sequence[UUID]) -> set[UUID]:
    """Those of the uids that are on the list."""
    if not uids:
        return set()
    speak = dialect()
    where, params = _among("uid", [speak.uid(uid) for uid in uids])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT uid FROM core_erased WHERE {where}", params)
        return {as_uuid(row[0]) for row in cursor.fetchall()}


def refusals(rows: Sequence[tuple[UUID, Any]]) -> dict[UUID, errors.Gone]:
    """Of rows that would be made, (uid, external ids as sent), those that must not come back.

    A row is known by its uid, by a former uid among its ids, or by its id in another system.
    """
    digests: dict[UUID, list[str]] = {}
    names = {uid: {uid} for uid, _raw in rows}
    for uid, raw in rows:
        for one in _ids(raw) if raw else ():
            digests.setdefault(uid, []).append(digest_of(one))
            names[uid] |= {UUID(each) for each in _UID.findall(one)}
    gone = known([one for each in names.values() for one in each])
    found = {uid for uid, each in names.items() if gone & each} | _named(digests)
    return {uid: _refusal() for uid in found}


def _ids(raw: Any) -> Iterable[str]:
    given = raw.splitlines() if isinstance(raw, str) else raw
    try:
        return [one.strip() for one in listed(given) if isinstance(one, str) and ":" in one]
    except ValidationError:
        return []  # the field names what is wrong with it


def _named(digests: dict[UUID, list[str]]) -> set[UUID]:
    wanted = [one for each in digests.values() for one in each]
    if not wanted:
        return set()
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT digest FROM core_erasedname WHERE digest IN ({marks})", wanted)
        held = {row[0] for row in cursor.fetchall()}
    return {uid for uid, each in digests.items() if held.intersection(each)}


def refuse(uid: UUID, external_ids: Any) -> None:
    """Raises errors.Gone where a record with this name was erased."""
    for error in refusals([(uid, external_ids)]).values():
        raise error


def _refusal() -> errors.Gone:
    return errors.Gone(
        _("This record was erased for good, so it does not come back. If the person came back by "
          "themselves, add them anew by hand.")
    )  # fmt: skip


def now() -> datetime:
    """The moment that lines of one erasure share."""
    return datetime.now(UTC)
