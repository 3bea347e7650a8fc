"""A row loaded by the benchmark's raw loader is what the write door would have stored.

Apart from ids, uids, times and batch; and from the sort keys of a tenth of the names, which the
loader leaves empty on purpose, so that lists have a segment without values.
"""

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import asking, log
from kartotek.core.actor import EVERYTHING, Actor
from kartotek.core.catalogue import the_type
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.question import Question
from kartotek.core.reading import as_uuid
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import workspace
from kartotek.core.write_many import write_many
from tests.bench.data import (
    COMPANY,
    CONTACT,
    People,
    _chunk,
    _follow,
    _remember_titles,
    _store,
    add_field,
)
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
LOADER = Actor("import", "Reference data", EVERYTHING, cause="import")
COMPANIES = 20
CHUNKS = [
    ("companies", COMPANY, 0, 20),
    ("contacts", CONTACT, 0, 120),
    ("contacts", CONTACT, 120, 80),
]
ONE_OF_ITS_KIND = ("id", "uid", "created_at", "changed_at", "name_key")


@pytest.fixture
def loaded():
    """Companies and contacts by the loader's own functions, the contacts in two chunks."""
    settle_in("Reference", "NO", "nb", "Europe/Oslo")
    make_world()
    add_field()
    people = People()
    for key, columns, first, count in CHUNKS:
        _remember_titles()
        asked = (key, columns, first, count, people, COMPANIES, workspace().context)
        _store(key, columns, _chunk(asked))
        _follow(key)


def written_again(key):
    """The same values through the write door; the pairs of uids."""
    record_type = the_type(key)
    kinds = {name: kind for name, kind in record_type.fields.items() if kind.editable}
    rows = find(LOADER, key, Question(size=500, columns=tuple(kinds))).rows
    wishes = [
        Wish(uuid7(), {name: kind.plain(row[name]) for name, kind in kinds.items()}) for row in rows
    ]
    write_many(LOADER, key, wishes, on_error="stop")
    return [(row.uid, wish.uid) for row, wish in zip(rows, wishes, strict=True)]


def asked(sql):
    """The rows of one query, each by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def grouped(rows, by):
    found = {}
    for row in rows:
        found.setdefault(row.pop(by), []).append(tuple(row.values()))
    return {key: sorted(values) for key, values in found.items()}


def searched(key):
    """id → what the search table holds of it."""
    table = asking.table_of(the_type(key))
    if connection.vendor != "sqlite":
        return grouped(asked(f"SELECT id, words::text, guarded::text FROM {table}"), "id")
    with connection.cursor() as cursor:  # the table keeps its index and no texts
        cursor.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {table}, instance)")
        try:
            return grouped(asked("SELECT doc, col, term FROM temp.terms"), "doc")
        finally:
            cursor.execute("DROP TABLE temp.terms")


def shape(column):
    """SQLite keeps times as text, which sorts only where all are as long."""
    return f"length({column})" if connection.vendor == "sqlite" else f"pg_typeof({column})::text"


def told(line):
    return (line.version, line.verb, line.before, line.after, line.actor_kind, line.actor_name,
            line.member, line.cause)  # fmt: skip


def everything(key):
    """uid → all that is stored of a record, in four tables."""
    columns = f"*, {shape('created_at')} AS created, {shape('changed_at')} AS changed"
    rows = {row["id"]: row for row in asked(f"SELECT {columns} FROM {the_type(key).table}")}
    named = f"SELECT record, kind, value FROM core_identifier WHERE \"type\" = '{key}'"
    identifiers, words = grouped(asked(named), "record"), searched(key)
    return {
        as_uuid(row["uid"]): {
            "row": {name: value for name, value in row.items() if name not in ONE_OF_ITS_KIND},
            "identifiers": identifiers.get(id),
            "words": words.get(id),
            "history": [told(line) for line in log.of_record(key, id, None, 9)],
        }
        for id, row in rows.items()
    }


@pytest.mark.parametrize(("key", "count"), [("companies", 20), ("contacts", 200)])
def test_a_loaded_row_is_what_the_door_would_have_stored(key, count, loaded):
    pairs = written_again(key)
    stored = everything(key)
    assert len(pairs) == count
    for by_loader, by_door in pairs:
        assert stored[by_loader] == stored[by_door]
        assert all(stored[by_door].values())


def test_a_loaded_name_has_the_doors_sort_key_or_none(loaded):
    pairs = written_again("contacts")
    keys = {as_uuid(row["uid"]): row["name_key"]
            for row in asked("SELECT uid, name_key FROM crm_contact")}  # fmt: skip
    assert all(keys[by_loader] in (None, keys[by_door]) for by_loader, by_door in pairs)
    assert 0 < sum(keys[by_loader] is None for by_loader, _door in pairs) < len(pairs) / 4
