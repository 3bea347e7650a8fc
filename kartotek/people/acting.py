"""Who is behind a request: credentials made into an actor with rights and departments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.utils.crypto import constant_time_compare

from kartotek.core.actor import Actor
from kartotek.core.context import Formats
from kartotek.core.dialect import dialect
from kartotek.core.reading import as_uuid
from kartotek.core.workspace import workspace
from kartotek.people.roles import rights_of, start_of

MOST_DEPARTMENTS = 1_000


_BY_USER = "JOIN people_account a ON a.member_id = m.id JOIN auth_user u ON u.id = a.user_id"


def actor_of_user(user_id: int, cause: str = "web") -> Actor | None:
    """The member behind these credentials; None where there is none, or none that is active.

    Made anew for each request: what it remembers of its own reach ends with the request.
    """
    rows = _rows(f"{_BY_USER} WHERE a.user_id = %s", user_id)
    return _at_a_page(rows, cause) if rows else None


def actor_of_session(session: SessionBase) -> tuple[int, Actor] | None:
    """(user's id, actor) of who signed in with this session: one query instead of Django's two.

    None is no refusal: whatever is not plainly in order here is for Django to judge, which also
    ends the session where it must.
    """
    user_id, stamp = session.get(SESSION_KEY, ""), session.get(HASH_SESSION_KEY)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS or not stamp:
        return None
    rows = _rows(f"{_BY_USER} WHERE u.id = %s AND u.is_active", int(user_id), "u.password")
    if not rows:
        return None
    # Changes with the password: that is how a new one ends the sessions made with the old one.
    expected = get_user_model()(password=rows[0][-1]).get_session_auth_hash()
    if not constant_time_compare(stamp, expected):
        return None
    return int(user_id), _at_a_page(rows, "web")


def actor_of_member(member_id: int, cause: str = "web") -> Actor | None:
    """The member as an actor; None where they are removed or not active."""
    rows = _rows("WHERE m.id = %s", member_id)
    return _actor(rows, cause) if rows else None


def actor_of_mail(mail: str, cause: str = "web") -> Actor | None:
    """The member with this mail address as an actor; None where none, or no active one, has it."""
    rows = _rows(
        "JOIN core_identifier i ON i.record = m.id AND i.\"type\" = 'members' "
        "AND i.kind = 'mail' WHERE i.value = %s",
        mail.strip().casefold(),
    )
    return _actor(rows, cause) if rows else None


# The members who are away on this day, and have left what is theirs to this one.
_AWAY = (
    "(SELECT {ids} FROM people_member a WHERE a.deputy_id = m.id AND a.removed_at IS NULL "
    "AND a.is_active AND a.away_from <= %s AND (a.away_until IS NULL OR a.away_until >= %s))"
)


def _rows(where: str, value: Any, extra: str = "NULL") -> list[Any]:
    """One query: the member, a row for each department at or below their own."""
    today = datetime.now(ZoneInfo(workspace().zone)).date().isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE me AS (SELECT m.id, m.uid, m.name, m.role, m.department_id, "
            f"m.language, m.zone, m.date_format, m.number_format, m.clock, m.no_letter_keys, "
            f"{extra} AS extra, {_AWAY.format(ids=dialect().joined('a.id'))} "
            f"AS away FROM people_member m {where} AND m.removed_at IS NULL AND m.is_active), "
            # UNION, so a circle in the tree ends where it closes.
            "below(id) AS (SELECT department_id FROM me UNION SELECT d.id FROM people_department d "
            "JOIN below ON d.parent_id = below.id WHERE d.removed_at IS NULL) "
            "SELECT me.id, me.uid, me.name, me.role, me.department_id, me.language, me.zone, "
            "below.id, me.away, me.date_format, me.number_format, me.clock, me.no_letter_keys, "
            f"me.extra FROM me CROSS JOIN below LIMIT {MOST_DEPARTMENTS}",
            [today, today, value],
        )
        return list(cursor.fetchall())


@lru_cache(maxsize=256)
def _is_zone(name: str) -> bool:
    """Is there such a time zone? Anybody who may change members can type anything."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _at_a_page(rows: list[Any], cause: str) -> Actor:
    """The actor as they look at pages: in formats of their own, which no program meets."""
    day, number, clock, has_no_keys = rows[0][9:13]
    formats = Formats(day, number, clock)
    return replace(_actor(rows, cause), formats=formats, letter_keys=not has_no_keys, memo={})


def _actor(rows: list[Any], cause: str) -> Actor:
    member, uid, name, role, department, language, zone, _below, away = rows[0][:9]
    rights = rights_of(role)
    within = tuple(sorted({row[7] for row in rows if row[7] is not None}))
    return Actor(
        kind="member",
        name=name,
        rights=rights,
        member=member,
        member_uid=as_uuid(uid),
        department=department,
        departments=within if rights.are_bounded else (),
        stands_in=tuple(map(int, away.split(","))) if away and rights.are_bounded else (),
        cause=cause,
        language=language or "en",
        zone=zone if zone and _is_zone(zone) else "",
        start=start_of(role),
    )
