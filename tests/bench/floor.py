"""The floors: the same rows by raw SQL in a bare WSGI function, and a raw row in a transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import django
from django.apps import apps

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)

if not apps.ready:  # started by a server
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartotek.site.settings")
    django.setup()

import orjson
from django.db import connection, transaction

from kartotek.core.dialect import dialect

LIST_SQL = (
    "SELECT c.uid, c.version, c.name, f.uid, f.name, c.phones, c.emails, c.lifecycle, m.uid, "
    "m.name, c.changed_at, c.custom ->> 'x_loyalty_number' FROM (SELECT id, name_key "
    "FROM crm_contact WHERE removed_at IS NULL AND "
    "name_key IS NOT NULL ORDER BY name_key, id LIMIT 51) AS p JOIN crm_contact c ON c.id = p.id "
    "LEFT JOIN crm_company f ON f.id = c.company_id "
    "LEFT JOIN people_member m ON m.id = c.owner_id ORDER BY p.name_key, p.id"
)
OPEN_SQL = "SELECT * FROM crm_contact WHERE uid = {mark}"
SEARCH_SQLITE = (
    "SELECT id, name FROM crm_contact WHERE id IN (SELECT rowid FROM crm_contact_search "
    "WHERE crm_contact_search MATCH ? ORDER BY rowid DESC LIMIT 400)"
)
SEARCH_POSTGRES = (
    "SELECT id, name FROM crm_contact WHERE id IN (SELECT id FROM crm_contact_search "
    "WHERE words @@ %s::tsquery LIMIT 400)"
)
SHORT = 3  # letters whose beginning is a token of its own on PostgreSQL
SAVE_SQL = (
    "INSERT INTO crm_contact (…) VALUES (…)",
    "INSERT INTO core_change (…) VALUES (…)",
)
COPIED = (
    "created_at, changed_at, version, custom, external_ids, name, given_name, family_name, "
    "salutation, job_title, phones, emails, addresses, lifecycle, lead_status, language, "
    "do_not_call, email_opt_out, source, tags, remember, name_key, company_id, department_id, "
    "owner_id"
)

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """A bare WSGI function: /list, /open?uid, /search?token, /pace."""
    asked = unquote(environ.get("QUERY_STRING", ""))
    paths = {"/list": _list, "/open": _open, "/search": _search, "/pace": _pace}
    found = paths[environ["PATH_INFO"]](asked)
    body = orjson.dumps([_plain(row) for row in found], default=str)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


def _plain(row: Any) -> list[Any]:
    return [value.hex() if isinstance(value, bytes) else value for value in row]


def _rows(sql: str, params: Sequence[Any] = ()) -> list[Any]:
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    rows = cursor.execute(sql, params).fetchall()
    cursor.close()
    return rows


def _pace(_asked: str) -> list[Any]:
    """How quick the machine is just now, whatever the size of the data: a few small questions."""
    for _time in range(20):
        rows = _rows("SELECT 1")
    return rows


def _list(_asked: str) -> list[Any]:
    return _rows(LIST_SQL)


def _open(uid: str) -> list[Any]:
    mark = "?" if connection.vendor == "sqlite" else "%s"
    return _rows(OPEN_SQL.format(mark=mark), [dialect().uid(UUID(uid))])


def _search(token: str) -> list[Any]:
    """The newest ids in which a word begins so, at most 400, and their rows."""
    if connection.vendor == "sqlite":
        return _rows(SEARCH_SQLITE, [f'text : "{token}" *'])
    token = f"'\ue001{token}'" if len(token) <= SHORT else f"'{token}':*"
    return _rows(SEARCH_POSTGRES, [token])


def save_once(like: int) -> None:
    """One raw row copied into the same table, and one line of history, in a synced transaction."""
    speak, uid = dialect(), uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO crm_contact (uid, {COPIED}) SELECT %s, {COPIED} "
            "FROM crm_contact WHERE id = %s",
            [speak.uid(uid), like],
        )
        cursor.execute(
            'INSERT INTO core_change (at, batch, "type", record, uid, version, verb, actor_kind, '
            "actor_name, cause) SELECT created_at, uid, 'contacts', id, uid, 1, 'create', "
            "'import', 'floor', 'bench' FROM crm_contact WHERE uid = %s",
            [speak.uid(uid)],
        )
