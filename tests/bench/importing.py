"""Many new contacts through the write door, and the same rows by raw SQL into the same tables."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from kartotek.core import asking, reading, searching
from kartotek.core.actor import EVERYTHING, Actor
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.gathering_many import Wish
from kartotek.core.reading import as_uuid
from kartotek.core.write_many import CHUNK, write_many
from tests.bench.data import LIFECYCLES, SEED, People
from tests.bench.names import FAMILY, GIVEN

KEY = "contacts"
ROWS = 20_000
Load = tuple[str, list[Sequence[Any]]]  # "table (columns)" and its rows


def importing() -> Iterator[tuple[str, float, str]]:
    """Rows a second by the door and raw, and what part of the raw speed the door reaches."""
    dice = random.Random(SEED)
    member, department = People().members[0]
    actor = Actor("import", "bench", EVERYTHING, member=member, department=department)
    write_many(actor, KEY, wishes(dice, CHUNK))  # so that nothing is done for the first time
    last = _last_id()
    asked = wishes(dice, ROWS)
    by_door = _rate(lambda: write_many(actor, KEY, asked, on_error="stop"))
    chunks = [_copied(last + first) for first in range(0, ROWS, CHUNK)]
    raw = _rate(lambda: [_store(chunk) for chunk in chunks])
    yield "import/contacts", by_door, "rows/s"
    yield "import/raw", raw, "rows/s"
    yield "import/of_raw", by_door / raw, "×"


def wishes(dice: random.Random, count: int) -> list[Wish]:
    """Contacts as a file holds them: name, company, two phones, mail, address, status."""
    companies = _companies()
    return [Wish(UUID(bytes=uuid7().bytes), _values(dice, companies)) for _time in range(count)]


def _values(dice: random.Random, companies: list[str]) -> dict[str, Any]:
    return {
        "name": f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}",
        "company": dice.choice(companies),
        "phones": f"+47 9{dice.randrange(10**7):07d}; 22 {dice.randrange(10**6):06d}",
        "emails": f"person{dice.getrandbits(48)}@example.com",
        "addresses": {
            "street": f"Storgata {dice.randrange(200)}",
            "postal_code": f"0{dice.randrange(1000):03d}",
            "city": "Oslo",
        },
        "lifecycle": dice.choice(LIFECYCLES),
    }


def _companies() -> list[str]:
    rows = _asked("SELECT uid FROM crm_company ORDER BY id LIMIT 2000")
    return [str(as_uuid(row["uid"])) for row in rows]


def _rate(work: Callable[[], Any]) -> float:
    """Rows a second."""
    begun = time.perf_counter()
    work()
    return ROWS / (time.perf_counter() - begun)


def _last_id() -> int:
    return int(_asked("SELECT max(id) AS last FROM crm_contact")[0]["last"])


def _asked(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _copied(after: int) -> list[Load]:
    """A chunk of what the door stored behind an id, table by table, under ids and uids anew."""
    named = f"\"type\" = '{KEY}' AND record > {after} AND record <= {after + CHUNK}"
    contacts = _asked(f"SELECT * FROM crm_contact WHERE id > {after} AND id <= {after + CHUNK}")
    names = _asked(f'SELECT kind, value, "type", record FROM core_identifier WHERE {named}')
    lines = _asked(f"SELECT * FROM core_change WHERE {named}")
    speak = dialect()
    uids = {row["id"]: speak.uid(UUID(bytes=uuid7().bytes)) for row in contacts}
    for row in contacts:
        row.update(id=row["id"] + ROWS, uid=uids[row["id"]])
    for row in lines:
        row.update(record=row["record"] + ROWS, uid=uids[row["record"]])
        del row["position"]
    for row in names:
        row["record"] += ROWS
    tables = {"crm_contact": contacts, "core_identifier": names, "core_change": lines}
    return [*(_load(table, rows) for table, rows in tables.items()), _found(after)]


def _load(table: str, rows: list[dict[str, Any]]) -> Load:
    speak = dialect()
    quoted = ", ".join(f'"{name}"' for name in rows[0])
    return f"{table} ({quoted})", [
        [speak.instant(one) if isinstance(one, datetime) else one for one in row.values()]
        for row in rows
    ]


def _found(after: int) -> Load:
    """The search rows, which cannot be read where they stand."""
    record_type = the_type(KEY)
    ids = range(after + 1, after + CHUNK + 1)
    raws = reading.raws(record_type, list(record_type.fields), ids)
    titles = reading.linked_titles(record_type, [raw.values for raw in raws])
    made = [
        (
            raw.id + ROWS,
            searching.row_of(record_type, raw.values, raw.owner, raw.department, titles),
        )
        for raw in raws
    ]
    table = asking.table_of(record_type)
    if connection.vendor == "sqlite":
        return f"{table} (rowid, text, guarded, reach)", [
            (id, " ".join(row.text), " ".join(row.guarded), " ".join(row.scope)) for id, row in made
        ]
    return f"{table} (id, words, guarded)", [
        (id, " ".join(f"'{one}'" for one in (*searching._with_starts(row.text), *row.scope)), "")
        for id, row in made
    ]


def _store(chunk: list[Load]) -> None:
    """One chunk in one transaction, as the door does it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for into, rows in chunk:
            if connection.vendor == "sqlite":
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
                continue
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
