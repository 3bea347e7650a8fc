"""The floors: the same rows by raw SQL in a bare WSGI function, and a raw row in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import orjson
from django.db import connection, transaction

from kartotek.core.dialect import dialect

LIST_SQL = (
    "SELECT c.uid, c.version, c.name, f.uid, f.name, c.phones, c.emails, c.lifecycle, m.uid, "
    "m.name, c.changed_at FROM (SELECT id, name_key FROM crm_contact WHERE removed_at IS NULL AND "
    "name_key IS NOT NULL ORDER BY name_key, id LIMIT 51) AS p JOIN crm_contact c ON c.id = p.id "
    "LEFT JOIN crm_company f ON f.id = c.company_id "
    "LEFT JOIN people_member m ON m.id = c.owner_id ORDER BY p.name_key, p.id"
)
OPEN_SQL = "SELECT * FROM crm_contact WHERE uid = {mark}"
SAVE_SQL = (
    "INSERT INTO crm_contact (…) VALUES (…)",
    "INSERT INTO core_change (…) VALUES (…)",
)

Start = Callable[[str, list[tuple[str, str]]], Any]


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection.cursor()


def list_app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """A bare WSGI function that answers with fifty rows."""
    cursor = _raw()
    rows = cursor.execute(LIST_SQL).fetchall()
    cursor.close()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [orjson.dumps([_plain(row) for row in rows], default=str)]


def _plain(row: Any) -> list[Any]:
    return [value.hex() if isinstance(value, bytes) else value for value in row]


def list_once() -> None:
    """Call the function as a server does."""
    b"".join(list_app({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *told: None))


def open_once(uid: Any) -> None:
    """One row by its uid."""
    cursor = _raw()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    row = cursor.execute(OPEN_SQL.format(mark=mark), [dialect().uid(uid)]).fetchone()
    cursor.close()
    orjson.dumps(_plain(row), default=str)


def search_once(token: str) -> None:
    """The fifty newest ids in which a word begins so, and their rows."""
    cursor = _raw()
    if connection.vendor == "sqlite":
        sql = (
            "SELECT id, name FROM crm_contact WHERE id IN (SELECT rowid FROM crm_contact_search "
            f"WHERE crm_contact_search MATCH 'text : \"{token}\" *' ORDER BY rowid DESC LIMIT 400)"
        )
    else:
        token = f"'\ue001{token}'" if len(token) <= 3 else f"'{token}':*"
        quoted = token.replace("'", "''")
        sql = (
            "SELECT id, name FROM crm_contact WHERE id IN (SELECT id FROM crm_contact_search "
            f"WHERE words @@ '{quoted}'::tsquery LIMIT 400)"
        )
    rows = cursor.execute(sql).fetchall()
    cursor.close()
    orjson.dumps([list(row) for row in rows])


def save_once(like: int) -> None:
    """One raw row copied into the same table, and one line of history, in a synced transaction."""
    speak, uid = dialect(), uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_contact (uid, created_at, changed_at, version, custom, name, "
            "given_name, family_name, salutation, job_title, phones, emails, addresses, lifecycle, "
            "lead_status, language, do_not_call, email_opt_out, source, tags, remember, name_key, "
            "company_id, department_id, owner_id) SELECT %s, created_at, changed_at, version, "
            "custom, name, given_name, family_name, salutation, job_title, phones, emails, "
            "addresses, lifecycle, lead_status, language, do_not_call, email_opt_out, source, "
            "tags, remember, name_key, company_id, department_id, owner_id "
            "FROM crm_contact WHERE id = %s",
            [speak.uid(uid), like],
        )
        cursor.execute(
            'INSERT INTO core_change (at, batch, "type", record, uid, version, verb, actor_kind, '
            "actor_name, cause) SELECT created_at, uid, 'contacts', id, uid, 1, 'create', "
            "'import', 'floor', 'bench' FROM crm_contact WHERE uid = %s",
            [speak.uid(uid)],
        )
