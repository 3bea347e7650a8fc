"""From which devices people are signed in: remembered, listed, ended.

A session is a credential, and so an exception to the doors; ending one is a line in the security
log. Which sessions are open says Django's table, where an ended one is gone at once; ours says what
its owner knows it by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import Moment
from kartotek.core.reading import as_uuid
from kartotek.core.security import note
from kartotek.people.security import address_of

LONGEST_AGENT = 300
# In this order: what stands first also names what stands below it.
_BROWSERS = {
    r"Edg(?:e|A|iOS)?/": "Edge", r"OPR/|Opera": "Opera", r"SamsungBrowser/": "Samsung Internet",
    r"Firefox/|FxiOS/": "Firefox", r"Chrom(?:e|ium)/|CriOS/": "Chrome", r"Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    r"iPhone|iPod": "iPhone", r"iPad": "iPad", r"Android": "Android", r"CrOS": "ChromeOS",
    r"Windows": "Windows", r"Mac OS X|Macintosh": "macOS", r"Linux|X11": "Linux",
}  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One open session, as its owner knows it."""

    uid: UUID
    name: str
    address: str
    made_at: datetime | None
    used_at: datetime | None
    is_this: bool


def named(agent: str) -> str:
    """A device in words, from what its browser says of itself."""
    browser = next((one for sign, one in _BROWSERS.items() if re.search(sign, agent)), "")
    system = next((one for sign, one in _SYSTEMS.items() if re.search(sign, agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown device")


def begin(request: HttpRequest, user_id: int) -> None:
    """Remember a session that has just begun; what is left of ended ones goes."""
    if request.session.session_key is None:
        request.session.save()
    now = dialect().instant(datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM people_session WHERE user_id = %s AND (key = %s OR NOT EXISTS "
            "(SELECT 1 FROM django_session d WHERE d.session_key = people_session.key "
            "AND d.expire_date > %s))",
            [user_id, request.session.session_key, now],
        )
    _remember(request, user_id, now)


def renewed(before: str | None, request: HttpRequest) -> None:
    """The same session goes on under another key, as after a change of the password."""
    if request.session.session_key is None:
        request.session.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_session SET key = %s WHERE key = %s",
            [request.session.session_key, before],
        )


def used(request: HttpRequest, user_id: int, moment: Any) -> None:
    """Remember when a session was used last; asked once in a few minutes.

    One that began before sessions were remembered is remembered from here on.
    """
    key = request.session.session_key
    if key is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_session SET used_at = %s WHERE key = %s", [moment, key])
        if not cursor.rowcount:
            _remember(request, user_id, moment)


def _remember(request: HttpRequest, user_id: int, moment: Any) -> None:
    """Two requests at once remember a session once, and none whose credentials have just gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_session (uid, user_id, key, made_at, used_at, address, agent) "
            "SELECT %s, u.id, %s, %s, %s, %s, %s FROM auth_user u WHERE u.id = %s "
            "ON CONFLICT (key) DO NOTHING",
            [dialect().uid(uuid7()), request.session.session_key, moment, moment,
             address_of(request)[:45], _agent_of(request), user_id],
        )  # fmt: skip


def _agent_of(request: HttpRequest) -> str:
    told = request.headers.get("User-Agent", "")
    return "".join(filter(str.isprintable, told))[:LONGEST_AGENT]


def devices_of(member: UUID, key: str | None = None) -> list[Device]:
    """Where somebody is signed in, the one of this `key` first, then by their last use."""
    found = [_device(row, key) for row in _rows(member)]
    found.sort(key=lambda one: one.used_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    return sorted(found, key=lambda one: not one.is_this)


def _rows(member: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.uid, s.key, s.made_at, s.used_at, s.address, s.agent FROM people_session s "
            "JOIN people_account a ON a.user_id = s.user_id "
            "JOIN people_member m ON m.id = a.member_id "
            "JOIN django_session d ON d.session_key = s.key "
            "WHERE m.uid = %s AND d.expire_date > %s",
            [dialect().uid(member), dialect().instant(datetime.now(UTC))],
        )
        return list(cursor.fetchall())


def _device(row: tuple[Any, ...], key: str | None) -> Device:
    uid, own, made, used_at, address, agent = row
    load = Moment().load
    return Device(as_uuid(uid), named(agent), address, load(made), load(used_at), own == key)


def end(actor: Actor, member: UUID, uid: UUID, address: str) -> Device:
    """End one session of a member: its next request is nobody's. NotFound where it is not open."""
    found = {as_uuid(row[0]): row for row in _rows(member)}
    if uid not in found:
        raise NotFound(_("This session has ended already."))
    _end(actor, member, [found[uid]], address)
    return _device(found[uid], None)


def end_others(actor: Actor, member: UUID, key: str | None, address: str) -> int:
    """End all sessions of a member but the one of this key; returns how many."""
    rows = [row for row in _rows(member) if row[1] != key]
    _end(actor, member, rows, address)
    return len(rows)


def _end(actor: Actor, member: UUID, rows: list[tuple[Any, ...]], address: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for uid, key, *_times, where, agent in rows:
            cursor.execute("DELETE FROM django_session WHERE session_key = %s", [key])
            cursor.execute("DELETE FROM people_session WHERE key = %s", [key])
            note(
                "session_closed", actor=actor, address=address, session=str(as_uuid(uid)),
                member=str(member), device=named(agent), where=where,
            )  # fmt: skip
