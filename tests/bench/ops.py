"""The operations: what is measured, with which start, by which scope."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core import words
from kartotek.core.actor import system
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.question import Place, encode
from kartotek.core.reading import as_uuid
from kartotek.core.write import write
from tests.bench import floor
from tests.bench.client import Client
from tests.bench.clocks import Call, database, wall
from tests.bench.data import LOYALTY, SEED
from tests.bench.names import FAMILY, GIVEN
from tests.bench.standing_in import HEADER

SORTS = ("name", "-changed_at", "last_contacted")
FILTERS = {"no_filter": "", "common": "customer", "rare": "partner"}  # values of lifecycle
SCOPES = (
    "all", "own", "own_few", "one_department", "five_departments", "twenty_departments",
    "fifty_departments", "nothing", "shared_1000",
)  # fmt: skip
SEARCH_SCOPES = ("all", "own", "five_departments", "twenty_departments")
LETTERS = (1, 2, 4, 8, 12)
ROUNDS = 40
PARTIAL = "HX-Request: true\r\n"  # what a page sends that is there already


@dataclass(frozen=True)
class Op:
    """One operation: its name, calls to be timed one by one, its floor, and what is timed."""

    name: str
    calls: list[Call]
    floor: Call
    clock: Callable[[Call], float] = wall


def every(house: Client, bare: Client) -> Iterator[Op]:
    """All operations that are a latency, the cheap ones first."""
    dice = random.Random(SEED)
    lists = partial(bare.get, "/list")
    yield Op("floor/list_json", [lists] * ROUNDS, lists)
    yield from _lists(dice, house, lists)
    yield from _own_field(dice, house, lists)
    yield from _searches(dice, house, bare)
    yield from _opens(dice, house, bare)
    yield from _saves(dice, house)


def standing(scope: str) -> str:
    """The header that gives a request this scope."""
    return f"{HEADER}: {scope}\r\n"


def _lists(dice: random.Random, house: Client, lists: Call) -> Iterator[Op]:
    for scope in SCOPES:
        for sort in SORTS:
            cursors = [_cursor(sort, dice.random()) for _time in range(8)]
            for label, value in FILTERS.items():
                for place, starts in (("first", [""]), ("middle", cursors)):
                    where = f"{scope}/{sort}/{label}/{place}"
                    picked = f"&f=lifecycle:is:{value}" if value else ""
                    queries = [f"sort={sort}{picked}&after={quote(one)}" for one in starts]
                    ask = partial(_asked, house, scope)
                    yield Op(f"list_json/{where}", ask("/api/v1/contacts", queries), lists)
                    yield Op(f"list_html/{where}", ask("/contacts", queries), lists)


def _own_field(dice: random.Random, house: Client, lists: Call) -> Iterator[Op]:
    """Lists by a field that the customer added: sorted by it, and narrowed to one value of it."""
    for scope in SCOPES:
        ask = partial(_asked, house, scope)
        cursors = [_cursor(LOYALTY, dice.random()) for _time in range(8)]
        queries = {
            "first": [f"sort={LOYALTY}"],
            "middle": [f"sort={LOYALTY}&after={quote(one)}" for one in cursors],
            "one": [f"f={LOYALTY}:is:L-{dice.randrange(10_000)}" for _time in range(ROUNDS)],
        }
        for place, asked in queries.items():
            where = f"{scope}/{LOYALTY}/{place}"
            yield Op(f"list_json/{where}", ask("/api/v1/contacts", asked), lists)


def _asked(house: Client, scope: str, path: str, queries: list[str]) -> list[Call]:
    headers = standing(scope)
    return [
        partial(house.get, f"{path}?{queries[n % len(queries)]}", headers) for n in range(ROUNDS)
    ]


def _cursor(sort: str, share: float) -> str:
    """A place somewhere in the middle of a sorted list."""
    record_type = the_type("contacts")
    column = record_type.sort_column(sort.lstrip("-"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM crm_contact")
        id = int(cursor.fetchone()[0] * share) + 1
        cursor.execute(
            f"SELECT uid, {column} FROM crm_contact WHERE id >= %s AND {column} IS NOT NULL "
            "AND removed_at IS NULL ORDER BY id LIMIT 1",
            [id],
        )
        row = cursor.fetchone()
    if row is None:
        return _cursor(sort, share / 2)
    key = row[1] if isinstance(row[1], str) else str(dialect().instant(row[1]))
    return encode(Place(False, key, as_uuid(row[0])), f"contacts {sort} ")


def _searches(dice: random.Random, house: Client, bare: Client) -> Iterator[Op]:
    for size in LETTERS:
        for scope in SEARCH_SCOPES:
            texts = [_typed(dice, size) for _time in range(ROUNDS)]
            calls = [
                partial(house.get, f"/search?q={quote(text)}", PARTIAL + standing(scope))
                for text in texts
            ]
            tokens = iter([(words.split(text) or ["a"])[0] for text in texts] * 9)
            yield Op(
                f"search/{scope}/{size}_letters",
                calls,
                lambda t=tokens: bare.get(f"/search?{quote(next(t))}"),
            )


def _typed(dice: random.Random, size: int) -> str:
    return f"{dice.choice(FAMILY)} {dice.choice(GIVEN)} x"[:size].strip()


def uids(dice: random.Random, count: int) -> list[UUID]:
    """Contacts somewhere in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM crm_contact")
        most = int(cursor.fetchone()[0])
        ids = [dice.randrange(most) + 1 for _time in range(count)]
        marks = ", ".join(map(str, ids))
        cursor.execute(f"SELECT uid FROM crm_contact WHERE removed_at IS NULL AND id IN ({marks})")
        return [as_uuid(row[0]) for row in cursor.fetchall()]


def _opens(dice: random.Random, house: Client, bare: Client) -> Iterator[Op]:
    for scope in ("all", "twenty_departments"):
        found = uids(dice, ROUNDS)
        if scope != "all":
            found = _within(house, scope)
        again = iter(found * 9)
        yield Op(
            f"open/{scope}",
            [partial(house.get, f"/contacts/{uid}", standing(scope)) for uid in found],
            lambda a=again: bare.get(f"/open?{next(a)}"),
        )


def _within(house: Client, scope: str) -> list[UUID]:
    """Contacts that this scope reaches."""
    body = house.get(f"/api/v1/contacts?size={ROUNDS}&sort=-changed_at", standing(scope))
    return [UUID(row["uid"]) for row in orjson.loads(body)["rows"]]


def new_values(dice: random.Random, number: int) -> dict[str, Any]:
    """A contact as a person would type it."""
    return {
        "name": f"{dice.choice(GIVEN)} {dice.choice(FAMILY)} {number}",
        "phones": f"+47 40 {dice.randrange(10**6):06d}",
        "emails": f"bench{dice.getrandbits(40)}@example.com",
    }


def _saves(dice: random.Random, house: Client) -> Iterator[Op]:
    """What the door asks of the database, commit and all; and whole requests."""
    json = "Content-Type: application/json\r\n"
    actor, raw = system("bench"), partial(_raw_save, dice)
    yield Op(
        "save/door_new",
        [partial(write, actor, "contacts", None, new_values(dice, n)) for n in range(ROUNDS)],
        raw,
        database,
    )
    yield Op(
        "save/door_change",
        [partial(write, actor, "contacts", uid, {"job_title": f"Title {n}"})
         for n, uid in enumerate(uids(dice, ROUNDS))],
        raw,
        database,
    )  # fmt: skip
    post = partial(house.ask, "POST", "/api/v1/contacts", headers=json, status=201)
    bodies = [orjson.dumps(new_values(dice, n)) for n in range(ROUNDS)]
    yield Op("save/new", [partial(post, body) for body in bodies], raw)
    patch = partial(house.ask, "PATCH", headers=json)
    places = [f"/api/v1/contacts/{uid}" for uid in uids(dice, ROUNDS)]
    changes = [orjson.dumps({"job_title": f"Post {n}"}) for n in range(ROUNDS)]
    yield Op(
        "save/change", [partial(patch, *one) for one in zip(places, changes, strict=False)], raw
    )


def _raw_save(dice: random.Random) -> None:
    floor.save_once(dice.randrange(9_000) + 1)
