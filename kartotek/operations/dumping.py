"""PostgreSQL as a whole: dumped, the dump read back and counted, restored into a fresh database."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

_ENTRY = re.compile(r"^\d+; \d+ \d+ TABLE DATA public (\S+) ", re.MULTILINE)


class DumpFailed(Exception):
    """The database's own tool refused; the sentence says why."""


def tool(name: str) -> str:
    """The path of pg_dump or pg_restore; DumpFailed names what brings it."""
    found = shutil.which(name)
    if found is None:
        raise DumpFailed(
            _("%(tool)s is missing. Install PostgreSQL's client (on Debian: "
              "sudo apt install postgresql-client).") % {"tool": name}
        )  # fmt: skip
    return found


def environment() -> dict[str, str]:
    """How the tools reach the database; the password stays out of the list of processes."""
    facts = connection.settings_dict
    named = {
        "PGHOST": facts["HOST"], "PGPORT": facts["PORT"], "PGUSER": facts["USER"],
        "PGPASSWORD": facts["PASSWORD"], "PGDATABASE": facts["NAME"],
        "PGSSLMODE": facts.get("OPTIONS", {}).get("sslmode", ""),
    }  # fmt: skip
    return {**os.environ, **{name: str(given) for name, given in named.items() if given}}


def run(words: list[str], database: str = "") -> str:
    """One of the tools; its output, or DumpFailed with its last line."""
    around = environment()
    if database:
        around["PGDATABASE"] = database
    ended = subprocess.run(words, env=around, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [str(ended.returncode)])[-1]
        raise DumpFailed(f"{Path(words[0]).name}: {last}.")
    return ended.stdout


def counts_of(cursor: Any) -> dict[str, int]:
    """Rows by table, in the snapshot of the caller's transaction."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM public."{name}"')
        found[name] = cursor.fetchone()[0]
    return found


def write(target: Path) -> dict[str, int]:
    """Dump into a file and read the file back; both see one snapshot, so the rows are equal."""
    import psycopg

    facts = connection.get_connection_params()
    facts = {key: facts[key] for key in ("dbname", "user", "password", "host", "port")
             if facts.get(key)}  # fmt: skip
    with psycopg.connect(**facts) as held:
        held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = held.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        run([tool("pg_dump"), "-Fc", "--no-owner", "--no-acl", f"--snapshot={row[0]}",
             f"--file={target}"])  # fmt: skip
        with held.cursor() as cursor:
            wanted = counts_of(cursor)
    found = verified(target)
    if found != wanted:
        raise DumpFailed(_("the copy's rows are not those of the database."))
    target.chmod(0o600)
    return found


def verified(path: Path) -> dict[str, int]:
    """Read a whole dump, as a restore would; returns its rows by table. Raises DumpFailed."""
    if not path.is_file():
        raise DumpFailed(_("there is no file %(path)s.") % {"path": path})
    listed = _ENTRY.findall(run([tool("pg_restore"), "--list", str(path)]))
    if "core_change" not in listed:
        raise DumpFailed(_("%(path)s is not a copy of Kartotek.") % {"path": path})
    return {**dict.fromkeys(sorted(listed), 0), **_rows(path)}


def _rows(path: Path) -> Counter[str]:
    """Count the lines that stand between COPY and its end, table by table."""
    words = [tool("pg_restore"), "--data-only", "--file=-", str(path)]
    rows: Counter[str] = Counter()
    with subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reading:
        assert reading.stdout is not None
        table = ""
        for line in reading.stdout:
            if table and line == b"\\.\n":
                table = ""
            elif table:
                rows[table] += 1
            elif line.startswith(b"COPY public."):
                table = line.split()[1].decode().removeprefix("public.").strip('"')
        last = reading.stderr.read() if reading.stderr else b""
    if reading.returncode:
        raise DumpFailed(_("%(path)s is damaged (%(why)s).")
                         % {"path": path, "why": last.decode(errors="replace").strip()[-200:]}
        )  # fmt: skip
    return rows


def _as_keeper(*statements: str) -> None:
    """Statements about whole databases, through the server's own one."""
    import psycopg

    facts = connection.get_connection_params()
    facts = {key: facts[key] for key in ("user", "password", "host", "port") if facts.get(key)}
    try:
        with psycopg.connect(dbname="postgres", autocommit=True, **facts) as server:
            for statement in statements:
                server.execute(statement.encode())
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[0]
        raise DumpFailed(_("PostgreSQL refused (%(why)s).") % {"why": why}) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def create(name: str) -> None:
    """An empty database; what a restore that was cut short left under this name goes."""
    drop(name)
    _as_keeper(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")


def drop(name: str) -> None:
    """Remove a database that a restore made; never called for one that was in use."""
    _as_keeper(f"DROP DATABASE IF EXISTS {_quoted(name)}")


def load(path: Path, name: str) -> None:
    """Restore a dump into an empty database, all or nothing."""
    run(
        [tool("pg_restore"), "--no-owner", "--no-acl", "--exit-on-error",
         "--single-transaction", f"--dbname={name}", str(path)],
        name,
    )  # fmt: skip


def former(present: str) -> list[str]:
    """The databases that restores put aside (see `restoring`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname",
            [f"{present[:40]}_before_"],
        )
        return [row[0] for row in cursor.fetchall()]


def exchange(present: str, fresh: str, aside: str) -> None:
    """The present database aside, the fresh one in its place."""
    _as_keeper(f"ALTER DATABASE {_quoted(present)} RENAME TO {_quoted(aside)}")
    try:
        _as_keeper(f"ALTER DATABASE {_quoted(fresh)} RENAME TO {_quoted(present)}")
    except DumpFailed:
        _as_keeper(f"ALTER DATABASE {_quoted(aside)} RENAME TO {_quoted(present)}")
        raise
