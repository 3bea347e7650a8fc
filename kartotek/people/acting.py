"""Who is behind a request: credentials made into an actor with rights and departments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.reading import as_uuid
from kartotek.people.roles import rights_of

MOST_DEPARTMENTS = 1_000


def actor_of_user(user_id: int, cause: str = "web") -> Actor | None:
    """The member behind these credentials; None where there is none, or none that is active.

    Made anew for each request: what it remembers of its own reach ends with the request.
    """
    found = _actor(
        "JOIN people_account a ON a.member_id = m.id WHERE a.user_id = %s", user_id, cause
    )
    return replace(found, memo={}) if found else None


def actor_of_member(member_id: int, cause: str = "web") -> Actor | None:
    """The member as an actor; None where they are removed or not active."""
    return _actor("WHERE m.id = %s", member_id, cause)


def actor_of_mail(mail: str, cause: str = "web") -> Actor | None:
    """The member with this mail address as an actor; None where none, or no active one, has it."""
    return _actor(
        "JOIN core_identifier i ON i.record = m.id AND i.\"type\" = 'members' "
        "AND i.kind = 'mail' WHERE i.value = %s",
        mail.strip().casefold(),
        cause,
    )


def _actor(where: str, value: Any, cause: str) -> Actor | None:
    """One query: the member, a row for each department at or below their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE me AS (SELECT m.id, m.uid, m.name, m.role, m.department_id, m.language "
            f"FROM people_member m {where} AND m.removed_at IS NULL AND m.is_active), "
            # UNION, so a circle in the tree ends where it closes.
            "below(id) AS (SELECT department_id FROM me UNION SELECT d.id FROM people_department d "
            "JOIN below ON d.parent_id = below.id WHERE d.removed_at IS NULL) "
            "SELECT me.id, me.uid, me.name, me.role, me.department_id, me.language, below.id "
            f"FROM me CROSS JOIN below LIMIT {MOST_DEPARTMENTS}",
            [value],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    member, uid, name, role, department, language, _below = rows[0]
    rights = rights_of(role)
    within = tuple(sorted({row[6] for row in rows if row[6] is not None}))
    return Actor(
        kind="member",
        name=name,
        rights=rights,
        member=member,
        member_uid=as_uuid(uid),
        department=department,
        departments=within if rights.are_bounded else (),
        cause=cause,
        language=language or "en",
    )
