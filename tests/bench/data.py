"""Makes the reference data from a fixed seed and loads it by raw multi-row SQL.

Not through the write door: a million writes of it take half an hour, and what is measured here
is reading and writing one record afterwards. `test_data.py` holds that a loaded row is what the
door would have stored.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

import orjson
from django.db import connection

from kartotek.core import asking, custom_indexes, searching, tally, words
from kartotek.core.actor import system
from kartotek.core.catalogue import catalogue, the_type
from kartotek.core.fieldtypes import Pointer
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import workspace
from kartotek.core.write import write
from tests.bench.load import load, make_haste, with_indexes_aside
from tests.bench.names import FAMILY, FORMS, GIVEN, TITLES, TRADES

SEED = 20_261_121
DEPARTMENTS, MEMBERS, SHARED = 50, 500, 1_000
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIFECYCLES = ("customer", "prospect", "lead", "former", "partner")
LIFECYCLE_WEIGHTS = (450, 300, 200, 49, 1)  # "customer" is common, "partner" rare
LOYALTY = "x_loyalty_number"
OWN_BIG, OWN_SMALL = 2, 60  # places in the list of members: about 2 % and 0.1 % of the rows

CONTACT = [
    "id",
    "uid",
    "created_at",
    "changed_at",
    "version",
    "custom",
    "external_ids",
    "name",
    "given_name",
    "family_name",
    "salutation",
    "job_title",
    "phones",
    "emails",
    "addresses",
    "lifecycle",
    "lead_status",
    "language",
    "do_not_call",
    "email_opt_out",
    "source",
    "tags",
    "remember",
    "last_contacted",
    "name_key",
    "company_id",
    "department_id",
    "owner_id",
]
COMPANY = [
    "id",
    "uid",
    "created_at",
    "changed_at",
    "version",
    "custom",
    "external_ids",
    "name",
    "lifecycle",
    "lead_status",
    "website",
    "phones",
    "emails",
    "addresses",
    "industry",
    "registration_number",
    "tax_number",
    "source",
    "tags",
    "remember",
    "last_contacted",
    "name_key",
    "department_id",
    "owner_id",
]
CHUNK = 20_000
CHANGE = [
    "at",
    "batch",
    "type",
    "record",
    "uid",
    "version",
    "verb",
    "actor_kind",
    "actor_name",
    "cause",
]


Chunk = tuple[list[Any], list[Any], list[Any], list[Any]]


class People:
    """The members and departments, uneven: the first ones own much, the last ones little."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM people_department ORDER BY id")
            self.departments = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT id, department_id FROM people_member ORDER BY id")
            self.members = cursor.fetchall()
        # The last member owns nothing at all.
        self.weights = [1 / (place + 8) for place in range(len(self.members) - 1)]

    def owners(self, dice: random.Random, count: int) -> list[tuple[int, int]]:
        return dice.choices(self.members[:-1], self.weights, k=count)


def make(rows: int) -> None:
    """Fill an empty, migrated database."""
    dice = random.Random(SEED)
    settle_in("Reference", "NO", "nb", "Europe/Oslo")
    add_field()
    _make_people(dice)
    people = People()
    companies = max(rows // 10, 1)
    with with_indexes_aside(connection, ("crm_company", "crm_contact", "core_change")):
        _load_type("companies", COMPANY, companies, people, companies)
        _load_type("contacts", CONTACT, rows, people, companies)
    custom_indexes.mend()
    _share(dice, people, rows)
    for key in ("companies", "contacts"):
        _follow(key)
    _analyze()
    for record_type in catalogue():
        tally.refresh(record_type)


def add_field() -> None:
    """One field that the customer added: in every list, sorted and filtered by."""
    values = {"on": "contacts", "label": "Loyalty number", "in_list": True, "indexed": True}
    write(system("bench"), "customfields", None, values)


def _make_people(dice: random.Random) -> None:
    house = system("bench")
    places = [write(house, "departments", None, {"name": "Company"}).uid]
    for number in range(1, DEPARTMENTS):
        values = {"name": f"Department {number}", "parent": places[0]}
        places.append(write(house, "departments", None, values).uid)
    weights = [1 / (place + 2) for place in range(DEPARTMENTS)]
    for number in range(MEMBERS):
        values = {
            "name": f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}",
            "role": "sales",
            "is_active": True,
            "department": dice.choices(places, weights)[0],
            "emails": f"member{number}@example.com",
        }
        write(house, "members", None, values)


def _uid(number: int, dice: random.Random) -> uuid.UUID:
    """Like a UUIDv7: in the order of creation, so that its index grows at one end."""
    return uuid.UUID(int=(0x0190 << 112) | (number << 80) | (7 << 76) | dice.getrandbits(72))


def _moment(dice: random.Random, days: int) -> str:
    day, seconds = divmod(int(dice.random() * days * 86_400), 86_400)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{_day(day)} {clock}" + (".000000" if connection.vendor == "sqlite" else "+00")


@lru_cache(maxsize=5_000)
def _day(before: int) -> str:
    return (NOW - timedelta(days=before)).date().isoformat()


@lru_cache(maxsize=200_000)
def _key(name: str) -> str | None:
    return words.sort_key(name, "nb")


@lru_cache(maxsize=1_000)
def _ascii(name: str) -> str:
    return words.fold(name).encode("ascii", "ignore").decode() or "person"


def _json(entries: list[dict[str, Any]]) -> str:
    return orjson.dumps(entries).decode()


def _companies(
    dice: random.Random, people: People, first: int, count: int, companies: int
) -> Iterator[dict[str, Any]]:
    for number, (owner, department) in enumerate(people.owners(dice, count), first + 1):
        name = f"{dice.choice(FAMILY)} {dice.choice(TRADES)} {dice.choice(FORMS)}"
        digits = f"+4733{number:06d}"
        yield {
            "id": number, "uid": _uid(number, dice), "created_at": _moment(dice, 2_000),
            "changed_at": _moment(dice, 1_000), "version": 1, "custom": "{}",
            "external_ids": [], "name": name,
            "lifecycle": dice.choices(LIFECYCLES, LIFECYCLE_WEIGHTS)[0], "lead_status": "",
            "website": f"https://firm{number}.example.com",
            "phones": [{"text": digits, "e164": digits, "type": "work", "id": f"p{number % 9}",
                        "primary": True}],
            "emails": [], "addresses": "[]", "industry": dice.choice(("it", "retail", "other")),
            "registration_number": "", "tax_number": "", "source": "", "tags": [],
            "remember": "", "last_contacted": _sometimes(dice, _moment(dice, 1_000)),
            "name_key": _sometimes(dice, _key(name)), "department_id": department,
            "owner_id": owner,
        }  # fmt: skip


def _sometimes(dice: random.Random, value: Any) -> Any:
    """Ten in a hundred are empty."""
    return value if dice.random() >= 0.1 else None


def _contacts(
    dice: random.Random, people: People, first: int, count: int, companies: int
) -> Iterator[dict[str, Any]]:
    for number, (owner, department) in enumerate(people.owners(dice, count), first + 1):
        given, family = dice.choice(GIVEN), dice.choice(FAMILY)
        name = f"{given} {family}"
        digits = f"+479{number:07d}"
        company = dice.randrange(companies) + 1
        yield {
            "id": number, "uid": _uid(number + (1 << 20), dice),
            "created_at": _moment(dice, 2_000), "changed_at": _moment(dice, 1_000), "version": 1,
            "custom": _loyalty(dice, number), "external_ids": [], "name": name,
            "given_name": given,
            "family_name": family,
            "salutation": "", "job_title": dice.choice(TITLES),
            "phones": [{"text": digits, "e164": digits, "type": "mobile", "id": "a1",
                        "primary": True}],
            "emails": [_mail(given, family, number, company)],
            "addresses": "[]", "lifecycle": dice.choices(LIFECYCLES, LIFECYCLE_WEIGHTS)[0],
            "lead_status": "", "language": "", "do_not_call": 0, "email_opt_out": 0,
            "source": "fair" if number % 3 else "web", "tags": [], "remember": "",
            "last_contacted": _sometimes(dice, _moment(dice, 1_000)),
            "name_key": _sometimes(dice, _key(name)),
            "company_id": company, "department_id": department,
            "owner_id": owner,
        }  # fmt: skip


def _loyalty(dice: random.Random, number: int) -> str:
    """The customer's own field, empty for one in ten; each value stands on some records."""
    if dice.random() < 0.1:
        return "{}"
    value = f"L-{number * 7919 % 100_003}"
    return f'{{"{LOYALTY}":"{value}","{LOYALTY}:key":"{_key(value)}"}}'


def _mail(given: str, family: str, number: int, company: int) -> dict[str, Any]:
    """At work mostly, as customers of firms are; one in six a private one with a number in it."""
    local = f"{_ascii(given)}.{_ascii(family)}"
    if number % 6:
        address = f"{local}@firm{company}.example.com"
        return {"address": address, "type": "work", "id": "b1", "primary": True}
    return {"address": f"{local}{number}@example.com", "type": "home", "id": "b1", "primary": True}


def _load_type(key: str, columns: list[str], rows: int, people: People, companies: int) -> None:
    """Chunks made by other processes, from a seed each, loaded here in their order."""
    asked = [
        (key, columns, first, min(CHUNK, rows - first), people, companies, workspace().context)
        for first in range(0, rows, CHUNK)
    ]
    _remember_titles()
    connection.close()  # a forked process that ends would say goodbye on it
    with get_context("fork").Pool(2) as pool:
        make_haste(connection)
        for made in pool.imap(_chunk, asked):
            _store(key, columns, made)


def _store(key: str, columns: list[str], made: Chunk) -> None:
    """What one chunk holds, each into its table."""
    record_type = the_type(key)
    table, search, found, lines = made
    load(connection, record_type.table, columns, table)
    load(connection, "core_identifier", ["kind", "value", "type", "record"], found)
    load(connection, "core_change", CHANGE, lines)
    load(connection, asking.table_of(record_type), _search_columns(), search)


_titles: dict[tuple[str, int], str] = {}  # handed to the other processes by the fork


def _remember_titles() -> None:
    """The names of the companies, whose words stand in the search rows of their contacts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM crm_company")
        _titles.update({("companies", id): name for id, name in cursor.fetchall()})


def _search_columns() -> list[str]:
    return (
        ["rowid", "text", "reach"] if connection.vendor == "sqlite" else ["id", "words", "guarded"]
    )


def _chunk(asked: tuple[Any, ...]) -> Chunk:
    """Rows of the type's table, its search table, its identifiers, one line of history each."""
    key, columns, first, count, people, companies, context = asked
    record_type, dice = the_type(key), random.Random(f"{SEED} {key} {first}")
    maker = _companies if key == "companies" else _contacts
    table, search, found, lines = [], [], [], []
    for row in maker(dice, people, first, count, companies):
        found += [
            [kind, value, key, row["id"]]
            for field in record_type.identifying
            for kind, value in field.identifiers(row[field.name], context)
        ]
        search.append(_search_row(record_type, row))
        lines.append(_line(key, row))
        for name in ("phones", "emails", "tags", "external_ids"):
            row[name] = _json(row[name])
        table.append([row[column] for column in columns])
    return table, search, found, lines


def _search_row(record_type: Any, row: dict[str, Any]) -> list[Any]:
    values = {**row, "addresses": (), "company": Pointer(row.get("company_id", 0))}
    made = searching.row_of(record_type, values, row["owner_id"], row["department_id"], _titles)
    if connection.vendor == "sqlite":
        return [row["id"], " ".join(made.text), " ".join(made.scope)]
    tokens = {*searching._with_starts(made.text), *made.scope}
    return [row["id"], " ".join(f"'{token}'" for token in tokens), ""]


def _line(key: str, row: dict[str, Any]) -> list[Any]:
    return [row["created_at"], row["uid"], key, row["id"], row["uid"], 1, "create", "import",
            "Reference data", "import"]  # fmt: skip


def _share(dice: random.Random, people: People, rows: int) -> None:
    """A thousand contacts opened to the member in the middle of the list."""
    member = people.members[OWN_SMALL][0]
    picked = dice.sample(range(1, rows + 1), min(SHARED, rows // 10))
    values = [["contacts", record, member, 0] for record in picked]
    load(connection, "core_share", ["type", "record", "member", "may_edit"], values)


def _follow(key: str) -> None:
    """Let the next id come after the loaded ones."""
    table = the_type(key).table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


def _analyze() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            return
        for record_type in catalogue():
            name = asking.table_of(record_type)
            cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
