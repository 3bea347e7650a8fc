"""SQLite files as wholes: copied while in use, opened aside, checked, counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

TRIES = 3
APPEND_ONLY = ("core_change", "core_securityline")
_MAGIC = b"SQLite format 3\x00"


class Damaged(Exception):
    """This file is not what it should be; the sentence says how."""


@contextmanager
def opened(path: Path, *, quiet: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; `quiet` for a file nobody else has open."""
    mode = "mode=ro&immutable=1" if quiet else "mode=ro"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as found:
        found.execute("PRAGMA busy_timeout = 20000")
        yield found


def counts_of(source: sqlite3.Connection) -> dict[str, int]:
    """Rows by table, without the tables inside a search index."""
    names = [
        row[0]
        for row in source.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
    ]
    return {name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def write(source: Path, target: Path) -> dict[str, int]:
    """Copy a database in use into an empty file and verify the copy; returns its rows by table."""
    with opened(source) as database:
        for _round in range(TRIES):
            version = _version(database)
            before = counts_of(database)
            target.write_bytes(b"")
            database.execute("VACUUM INTO ?", [str(target)])
            is_still = _version(database) == version
            if is_still:
                break
        after = before if is_still else counts_of(database)
    found = verified(target)
    _compare(before, after, found, exactly=is_still)
    return found


def _version(database: sqlite3.Connection) -> int:
    """A number that moves when another connection commits."""
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def _compare(
    before: dict[str, int], after: dict[str, int], found: dict[str, int], *, exactly: bool
) -> None:
    """Nobody wrote meanwhile: equal. Somebody did: what only grows lies between."""
    for table, rows in before.items():
        between = rows <= found.get(table, -1) <= after.get(table, -1)
        if (exactly and found.get(table) != rows) or (table in APPEND_ONLY and not between):
            raise Damaged(
                _("the copy has %(found)s rows of %(table)s instead of %(rows)s.")
                % {"found": found.get(table, 0), "table": table, "rows": rows}
            )


def verified(path: Path) -> dict[str, int]:
    """Open a file aside and check all of it; returns its rows by table. Raises Damaged."""
    if not path.is_file():
        raise Damaged(_("there is no file %(path)s.") % {"path": path})
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Damaged(_("%(path)s is not a SQLite database.") % {"path": path})
    try:
        with opened(path, quiet=True) as copy:
            answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if answer != "ok":
                raise Damaged(_("%(path)s is damaged (%(why)s).") % {"path": path, "why": answer})
            if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Damaged(_("%(path)s has links that lead nowhere.") % {"path": path})
            return counts_of(copy)
    except sqlite3.DatabaseError as error:
        raise Damaged(_("%(path)s is damaged (%(why)s).") % {"path": path, "why": error}) from error


def migrations_in(path: Path) -> set[tuple[str, str]]:
    """(app, name) of the migrations a file has seen; Damaged where it is not one of ours."""
    with opened(path, quiet=True) as copy:
        try:
            rows = copy.execute("SELECT app, name FROM django_migrations").fetchall()
        except sqlite3.DatabaseError:
            rows = []
    found = {(app, name) for app, name in rows}
    if not any(app == "core" for app, _name in found):
        raise Damaged(_("%(path)s is a database, but not one of Kartotek.") % {"path": path})
    return found
