"""The operations: what is measured, with which start, by which scope."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Condition, Page, Place, Question, encode
from kartotek.core.reading import as_uuid
from kartotek.core.search import search
from kartotek.core.write import write
from tests.bench import floor
from tests.bench.actors import actors
from tests.bench.data import SEED
from tests.bench.names import FAMILY, GIVEN

SORTS = ("name", "-changed_at", "last_contacted")
FILTERS = {
    "no_filter": (),
    "common": (Condition("lifecycle", "is", "customer"),),
    "rare": (Condition("lifecycle", "is", "partner"),),
}
SCOPES = (
    "all", "own", "own_few", "one_department", "five_departments", "twenty_departments",
    "fifty_departments", "nothing", "shared_1000",
)  # fmt: skip
LETTERS = (1, 2, 4, 8, 12)
ROUNDS = 40


@dataclass(frozen=True)
class Op:
    """One operation: its name, calls to be timed one by one, and its floor."""

    name: str
    calls: list[Callable[[], Any]]
    floor: Callable[[], Any]


def every() -> Iterator[Op]:
    """All operations, the cheap ones first."""
    dice = random.Random(SEED)
    known = actors()
    yield Op("floor/list_json", [floor.list_once] * ROUNDS, floor.list_once)
    yield from _lists(dice, known)
    yield from _searches(dice, known)
    yield from _opens(dice, known["all"])
    yield from _saves(dice, known["all"])


def _json(page: Page) -> bytes:
    """The page as the API sends it."""
    kinds = the_type(page.type).fields
    return orjson.dumps(
        [
            {"uid": row.uid, "version": row.version}
            | {name: _plain(kinds[name], row[name]) for name in page.columns}
            for row in page
        ],
        default=str,
    )


def _plain(kind: Any, value: Any) -> Any:
    if hasattr(value, "title") and hasattr(value, "uid"):
        return {"uid": value.uid, "title": value.title}
    return kind.plain(value)


def _lists(dice: random.Random, known: dict[str, Actor]) -> Iterator[Op]:
    for scope in SCOPES:
        for sort in SORTS:
            cursors = [_cursor(sort, dice.random()) for _time in range(8)]
            for label, where in FILTERS.items():
                for place, starts in (("first", [""]), ("middle", cursors)):
                    questions = [Question(where=where, sort=sort, after=one) for one in starts]
                    calls = [
                        partial(_list, known[scope], questions[n % len(questions)])
                        for n in range(ROUNDS)
                    ]
                    name = f"list_json/{scope}/{sort}/{label}/{place}"
                    yield Op(name, calls, floor.list_once)


def _list(actor: Actor, question: Question) -> bytes:
    return _json(find(actor, "contacts", question))


def _cursor(sort: str, share: float) -> str:
    """A place somewhere in the middle of a sorted list."""
    record_type = the_type("contacts")
    name = sort.lstrip("-")
    column = record_type.sort_column(name).strip('"')
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM crm_contact")
        id = int(cursor.fetchone()[0] * share) + 1
        cursor.execute(
            f"SELECT uid, {column} FROM crm_contact WHERE id >= %s AND {column} IS NOT NULL "
            "AND removed_at IS NULL ORDER BY id LIMIT 1",
            [id],
        )
        row = cursor.fetchone() or _cursor(sort, share / 2)
    key = row[1] if isinstance(row[1], str) else str(dialect().instant(row[1]))
    return encode(Place(False, key, as_uuid(row[0])), f"contacts {sort} ")


def _searches(dice: random.Random, known: dict[str, Actor]) -> Iterator[Op]:
    for size in LETTERS:
        for scope in ("all", "own", "five_departments", "twenty_departments"):
            texts = [_typed(dice, size) for _time in range(ROUNDS)]
            calls = [lambda t=text, a=known[scope]: search(a, t) for text in texts]
            tokens = iter(texts * 9)
            yield Op(
                f"search/{scope}/{size}_letters",
                calls,
                lambda t=tokens: floor.search_once(_ascii(next(t))),
            )


def _typed(dice: random.Random, size: int) -> str:
    return f"{dice.choice(FAMILY)} {dice.choice(GIVEN)} x"[:size].strip()


def _ascii(text: str) -> str:
    from kartotek.core import words

    return (words.split(text) or ["a"])[0]


def _uids(dice: random.Random, count: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM crm_contact")
        most = int(cursor.fetchone()[0])
        ids = [dice.randrange(most) + 1 for _time in range(count)]
        marks = ", ".join(map(str, ids))
        cursor.execute(f"SELECT uid FROM crm_contact WHERE id IN ({marks})")
        return [as_uuid(row[0]) for row in cursor.fetchall()]


def _opens(dice: random.Random, actor: Actor) -> Iterator[Op]:
    uids = _uids(dice, ROUNDS)

    def open_record(uid: UUID) -> None:
        row = find_one(actor, "contacts", uid)
        lines = history(actor, "contacts", row, Context("nb"))
        orjson.dumps([dict(row.values), [line.who for line in lines]], default=str)

    calls = [lambda u=uid: open_record(u) for uid in uids]
    again = iter(uids * 9)
    yield Op("open/record", calls, lambda: floor.open_once(next(again)))


def _saves(dice: random.Random, actor: Actor) -> Iterator[Op]:
    def values(number: int) -> dict[str, Any]:
        return {
            "name": f"{dice.choice(GIVEN)} {dice.choice(FAMILY)} {number}",
            "phones": f"+47 40 {dice.randrange(10**6):06d}",
            "emails": f"bench{dice.getrandbits(40)}@example.com",
        }

    made = [partial(write, actor, "contacts", None, values(n)) for n in range(ROUNDS)]
    yield Op("save/new", made, lambda: floor.save_once(dice.randrange(9_000) + 1))
    changes = [
        lambda u=uid, n=n: write(actor, "contacts", u, {"job_title": f"Title {n}"})
        for n, uid in enumerate(_uids(dice, ROUNDS))
    ]
    yield Op("save/change", changes, lambda: floor.save_once(dice.randrange(9_000) + 1))
