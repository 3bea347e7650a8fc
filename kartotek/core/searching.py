"""Search tables: one of the same shape for each record type, kept by the write door.

Words arrive normalised from `words`, so both databases find alike. Rights stand in the index as
tokens and are intersected there. Tokens that begin with a private-use letter are not words: the
sound of a title's word, on PostgreSQL the first letters of each word, and whose a record is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from kartotek.core import asking, words
from kartotek.core.asking import DEPARTMENT, LONGEST_TOKEN, OWNER, SHORT, SOUND, START, table_of
from kartotek.core.fieldtypes import Link, Pointer
from kartotek.core.inserting import MANY, insert
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope
from kartotek.core.titling import Titles

CANDIDATES = 400
SOME = 200  # of those that are like a part only: each is a page read from somewhere
SHAPE = "3"  # of PostgreSQL's tables and of the tokens in them: raised, all are made anew
MOST_TOKENS = 400  # of one record; a longer text is found by its first ones


@dataclass(frozen=True)
class SearchRow:
    """What a record is found by, and by whom."""

    text: tuple[str, ...]
    guarded: tuple[str, ...]
    scope: tuple[str, ...]


def create(record_type: RecordType) -> None:
    """Make the type's search table, in the shape of this version."""
    name = table_of(record_type)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_fts5(name))
            return
        cursor.execute(
            f"CREATE TABLE {name} "
            "(id bigint PRIMARY KEY, words tsvector NOT NULL, guarded tsvector NOT NULL)"
        )
        for index, column in indexes_of(record_type).items():
            cursor.execute(
                f"CREATE INDEX {index} ON {name} USING gin ({column}) WITH (fastupdate=off)"
            )
        cursor.execute(f"COMMENT ON TABLE {name} IS '{shape_of(record_type)}'")


def indexes_of(record_type: RecordType) -> dict[str, str]:
    """PostgreSQL's indexes of a search table → what they hold."""
    name = table_of(record_type)
    more = {f"{name}_guarded": "(words || guarded)"} if record_type.guarded else {}
    return {f"{name}_words": "words", **more}


def shape_of(record_type: RecordType) -> str:
    return f"{SHAPE} guarded" if record_type.guarded else SHAPE


def _fts5(name: str) -> str:
    lean = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
    return (
        f"CREATE VIRTUAL TABLE {name} USING fts5(text, guarded, reach, "
        f"{lean}detail=column, prefix='1 2 3 4', "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")"
    )


def is_current(record_type: RecordType) -> bool:
    """Is the search table that is there in the shape of this version?"""
    name = table_of(record_type)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
            return bool(cursor.fetchone()[0] == _fts5(name))
        cursor.execute("SELECT obj_description(%s::regclass)", [name])
        return bool(cursor.fetchone()[0] == shape_of(record_type))


def forget(record_type: RecordType) -> None:
    """Drop the search table; it holds nothing that the records do not."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table_of(record_type)}")


def row_of(
    record_type: RecordType,
    values: dict[str, Any],
    owner: int | None,
    department: int | None,
    titles: Titles,
) -> SearchRow:
    """What a record with these values is found by; pure. `titles` are those of linked records."""
    text: list[str] = []
    guarded: list[str] = []
    hidden = record_type.guarded.split()
    titled: list[str] | None = None
    for name in record_type.search:
        value = values.get(name)
        if not value:  # most fields of most records: no words
            continue
        found = record_type.fields[name].words(value)
        (guarded if name in hidden else text).extend(found)
        if name == record_type.title:
            titled = found
    text += _linked(record_type, values, titles)
    if titled is None:
        titled = record_type.fields[record_type.title].words(values.get(record_type.title, ""))
    text += [SOUND + heard for word in titled if (heard := words.sound(word))]
    scope = []
    if record_type.scoped:
        scope = [f"{OWNER}{owner}"] if owner else []
        scope += [f"{DEPARTMENT}{department}"] if department else []
    return SearchRow(_few(text), _few(guarded), tuple(scope))


def _linked(record_type: RecordType, values: dict[str, Any], titles: Titles) -> list[str]:
    """The words of the records that `search_with` links to."""
    found: list[str] = []
    for name in record_type.search_with.split():
        kind, pointer = record_type.fields[name], values.get(name)
        if isinstance(pointer, Pointer) and isinstance(kind, Link):
            found += _words_of(titles.get((kind.target, pointer.id), ""))
    return found


@lru_cache(maxsize=4_096)  # an import names the same few companies over and over
def _words_of(title: str) -> tuple[str, ...]:
    return tuple(words.split(title))


def _few(tokens: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([token[:LONGEST_TOKEN] for token in tokens]))[:MOST_TOKENS]


def laid_out(row: SearchRow) -> tuple[str, ...]:
    """A search row as its table takes it, behind the id."""
    if connection.vendor == "sqlite":
        return " ".join(row.text), " ".join(row.guarded), " ".join(row.scope)
    words = [*_with_starts(row.text), *row.scope]
    return _tsvector(words), _tsvector(_with_starts(row.guarded))


def put(record_type: RecordType, rows: Sequence[tuple[int, SearchRow]]) -> None:
    """Write the search rows of some records, old ones replaced; the caller holds the records."""
    laid: list[tuple[Any, ...]] = [(id, *laid_out(row)) for id, row in rows]
    name = table_of(record_type)
    if not laid:
        return
    if connection.vendor == "sqlite":
        sql = f"REPLACE INTO {name} (rowid, text, guarded, reach) VALUES (%s, %s, %s, %s)"
    elif len(rows) >= MANY:
        drop(record_type, [id for id, _row in rows])
        insert(f"INSERT INTO {name} (id, words, guarded)", laid)
        return
    else:
        sql = (
            f"INSERT INTO {name} (id, words, guarded) VALUES (%s, %s::tsvector, %s::tsvector) "
            "ON CONFLICT (id) DO UPDATE SET words = excluded.words, guarded = excluded.guarded"
        )
    with connection.cursor() as cursor:
        cursor.executemany(sql, laid)


def put_new(record_type: RecordType, rows: Sequence[tuple[int, tuple[str, ...]]]) -> None:
    """Write the search rows, laid out, of records that have none yet."""
    columns = (
        "rowid, text, guarded, reach" if connection.vendor == "sqlite" else "id, words, guarded"
    )
    into = f"INSERT INTO {table_of(record_type)} ({columns})"
    insert(into, [(id, *row) for id, row in rows])


def _tsvector(tokens: Sequence[str]) -> str:
    """Tokens as PostgreSQL reads a tsvector (postgresql.org/docs, datatype-textsearch)."""
    return " ".join(
        ["'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in tokens]
    )


def _with_starts(tokens: Sequence[str]) -> list[str]:
    starts = {
        START + token[:size]
        for token in tokens
        if token[0] != SOUND
        for size in range(1, SHORT + 1)
        if len(token) >= size
    }
    return [*tokens, *starts]


def drop(record_type: RecordType, ids: Sequence[int]) -> None:
    """Take records out of the search."""
    key = "rowid" if connection.vendor == "sqlite" else "id"
    if not ids:
        return
    with connection.cursor() as cursor:  # one statement: FTS5 pays for each
        cursor.execute(
            f"DELETE FROM {table_of(record_type)} WHERE {key} IN ({', '.join(map(str, ids))})"
        )


def size(record_type: RecordType) -> int:
    """About how many records can be found: the highest id among them."""
    key = "rowid" if connection.vendor == "sqlite" else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max({key}) FROM {table_of(record_type)}")
        return int(cursor.fetchone()[0] or 0)


def candidates(
    record_type: RecordType,
    asked: Sequence[str],
    scope: Scope,
    *,
    guarded: bool,
    limit: int,
    whole: int = 0,
) -> list[int]:
    """Ids of records in which every asked word begins some word, newest first.

    The first `whole` words must be words, not only begin them.
    """
    return asking.match(record_type, query(asked, guarded=guarded, limit=limit, whole=whole), scope)


def query(asked: Sequence[str], *, guarded: bool, limit: int, whole: int = 0) -> asking.Query:
    """The question in which some word begins with every asked one (see `candidates`)."""
    groups = tuple((word[:LONGEST_TOKEN],) for word in asked)
    return asking.Query(groups, guarded, limit, whole)


def sounding(asked: Sequence[str], *, every: bool) -> asking.Query:
    """The question in which title words sound like `every` asked word, or like some of them."""
    heard = [_sounds(word) for word in asked]
    groups = [kept for group in heard if (kept := [one for one in group if len(one) > 2])]
    groups = groups or heard  # a single consonant says next to nothing, unless it is all there is
    if not every:
        groups = [list(dict.fromkeys(token for group in groups for token in group))]
    limit = CANDIDATES if every else SOME
    return asking.Query(tuple(map(tuple, groups)), False, limit, whole=len(groups))


def _sounds(word: str) -> list[str]:
    """How a word sounds, and how it would with one consonant less: a letter too many was typed."""
    key = words.sound(word)
    fewer = [SOUND + key[:i] + key[i + 1 :] for i in range(1, len(key))]
    return list(dict.fromkeys([SOUND + key, *fewer]))
