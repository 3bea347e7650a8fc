"""Who is behind a request: credentials made into an actor with rights and departments."""

from __future__ import annotations

from typing import Any

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.reading import as_uuid
from kartotek.people.roles import rights_of

MOST_DEPARTMENTS = 1_000


def actor_of_user(user_id: int, cause: str = "web") -> Actor | None:
    """The member behind these credentials; None where there is none, or none that is active."""
    return _actor(
        "JOIN people_account a ON a.member_id = m.id WHERE a.user_id = %s", user_id, cause
    )


def actor_of_member(member_id: int, cause: str = "web") -> Actor | None:
    """The member as an actor; None where they are removed or not active."""
    return _actor("WHERE m.id = %s", member_id, cause)


def _actor(where: str, value: Any, cause: str) -> Actor | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id, m.uid, m.name, m.role, m.department_id, m.language FROM people_member m "
            f"{where} AND m.removed_at IS NULL AND m.is_active",
            [value],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    member, uid, name, role, department, language = row
    return Actor(
        kind="member",
        name=name,
        rights=rights_of(role),
        member=member,
        member_uid=as_uuid(uid),
        department=department,
        departments=departments_within(department),
        cause=cause,
        language=language or "en",
    )


def departments_within(department: int | None) -> tuple[int, ...]:
    """A department and all below it, in one query; a circle in the tree ends where it closes."""
    if department is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below(id) AS (SELECT CAST(%s AS bigint) UNION "
            "SELECT d.id FROM people_department d JOIN below ON d.parent_id = below.id "
            f"WHERE d.removed_at IS NULL) SELECT id FROM below LIMIT {MOST_DEPARTMENTS}",
            [department],
        )
        return tuple(sorted(row[0] for row in cursor.fetchall()))
