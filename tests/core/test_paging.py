"""Pages of lists with empty and equal values: every record exactly once, in order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartotek.core import listing, tally
from kartotek.core.actor import VERBS, Rights, system
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.gathering import reachable
from kartotek.core.question import Condition, Place, Question, decode, encode
from kartotek.core.remove import remove
from kartotek.core.write import write

SORTS = ("name", "-name", "changed_at", "-changed_at", "last_contacted", "-last_contacted",
         "birthday", "-birthday")  # fmt: skip
SCOPES = ("all", "department", "several", "own", "shared", "nothing")
FILTERS = ((), (Condition("lifecycle", "is", "customer"),), (Condition("name", "not_empty"),))
PLANS = (None, "walk", "gather", "bounded", "branches")
MANY = 36


@pytest.fixture
def crowd(world):
    """Records of three owners in three departments; few names, few days, many empty values."""
    owners = (world.bob, world.dan, world.cyd)
    for number in range(MANY):
        write(system("test"), "contacts", None, {
            "name": f"Åse {number % 4}",
            "owner": str(owners[number % 7 % 3].member_uid),
            "lifecycle": "customer" if number % 3 == 0 else "lead",
            "last_contacted": _moment(number % 3) if number % 4 else None,
            "birthday": f"1980-01-0{number % 3 + 1}" if number % 2 else None,
        })  # fmt: skip
    _empty_some_keys()
    _share(world.bob)
    tally.refresh(the_type("contacts"))
    return world


def _moment(number):
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)).isoformat()


def _empty_some_keys():
    """Names are required, so that their empty keys come from a filled table only."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_contact SET name_key = NULL WHERE id % 5 = 0")


def _share(actor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM crm_contact WHERE id % 4 = 1")
        for (record,) in cursor.fetchall():
            cursor.execute(
                'INSERT INTO core_share ("type", record, member, may_edit) '
                "VALUES ('contacts', %s, %s, %s)",
                [record, actor.member, dialect().boolean(False)],
            )


def seen_by(world, scope):
    """Bob with one of six reaches."""
    kept = {"all": "all", "shared": "own", "nothing": "none"}.get(scope, scope)
    kept = {"several": "department"}.get(kept, kept)
    verbs = {"*": dict.fromkeys(VERBS, "all"), "contacts": dict.fromkeys(VERBS, kept)}
    actor = replace(world.bob, rights=Rights(verbs=verbs))
    if scope == "several":
        actor = replace(actor, departments=(world.bob.department, world.dan.department))
    if scope == "shared":
        actor = replace(actor, member=world.bob.member, departments=())
    return actor


def expected(world, scope, where, sort):
    """The same list, worked out in Python from all rows."""
    name = sort.lstrip("-")
    columns = ("name", "owner", "department", "lifecycle", name)
    everyone = find(system("test"), "contacts", Question(columns=columns, size=500))
    keys, ids, shared = _keys(name)
    actor = seen_by(world, scope)
    departments = {world.bob.department: "Sales", world.dan.department: "Elsewhere"}
    within = {departments[one] for one in actor.departments if one in departments}
    rows = []
    for row in everyone:
        mine = row["owner"].title == "Bob" or row.uid in shared
        near = row["department"].title in within
        reach = {"all": True, "nothing": False, "own": mine, "shared": mine}.get(
            scope, mine or near
        )
        kept = all(part.op == "not_empty" or row["lifecycle"] == "customer" for part in where)
        if reach and kept:
            rows.append(row.uid)
    filled = [uid for uid in rows if keys[uid] is not None]
    filled.sort(key=lambda uid: (keys[uid], ids[uid]), reverse=sort.startswith("-"))
    return filled + sorted((uid for uid in rows if keys[uid] is None), key=ids.get)


def _keys(name):
    column = the_type("contacts").sort_column(name)
    from kartotek.core.reading import as_uuid

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT uid, id, {column} FROM crm_contact")
        rows = [(as_uuid(uid), id, key) for uid, id, key in cursor.fetchall()]
        cursor.execute("SELECT record FROM core_share")
        shared = {row[0] for row in cursor.fetchall()}
    keys = {uid: key for uid, _id, key in rows}
    return keys, {uid: id for uid, id, _key in rows}, {u for u, id, _k in rows if id in shared}


def paged(actor, where, sort, size):
    """All pages, one after the other."""
    found, after = [], ""
    for _page in range(MANY + 2):
        page = find(actor, "contacts", Question(where=where, sort=sort, size=size, after=after))
        found += [row.uid for row in page]
        after = page.next
        if not after:
            return found
    raise AssertionError("the pages do not end")


@settings(max_examples=80, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    sort=st.sampled_from(SORTS),
    scope=st.sampled_from(SCOPES),
    where=st.sampled_from(FILTERS),
    size=st.integers(1, 7),
    chosen=st.sampled_from(PLANS),
)
@pytest.mark.django_db
def test_every_record_comes_exactly_once_and_in_order(crowd, sort, scope, where, size, chosen):
    real = listing.plan
    indexed = sort.lstrip("-") != "birthday"
    if chosen and indexed and not (chosen == "branches" and scope == "all"):
        listing.plan = lambda _walk: chosen
    try:
        found = paged(seen_by(crowd, scope), where, sort, size)
    finally:
        listing.plan = real
    assert found == expected(crowd, scope, where, sort)


def first_page(actor, **asked):
    return find(actor, "contacts", Question(size=2, sort="name", **asked))


@pytest.fixture
def four(ann):
    for name in ("Åse", "Bo", "Cid", "Dag"):
        write(ann, "contacts", None, {"name": name})
        write(ann, "companies", None, {"name": name})
    return ann


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 5, 11, 12, 20, -1])
def test_a_cursor_with_one_letter_altered_is_refused(place, four):
    cursor = first_page(four).next
    other = "A" if cursor[place] != "A" else "B"
    broken = cursor[:place] + other + (cursor[place + 1 :] if place != -1 else "")
    with pytest.raises(ValidationError) as refused:
        first_page(four, after=broken)
    assert list(refused.value.message_dict) == ["after"]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "é", "====", "A" * 5_000, "\x00", "' OR 1=1 --"])
def test_what_is_no_cursor_is_refused(cursor, four):
    with pytest.raises(ValidationError):
        first_page(four, after=cursor)


@pytest.mark.django_db
def test_a_cursor_of_another_type_or_sort_is_refused(four):
    cursor = first_page(four).next
    for key, sort in (("companies", "name"), ("contacts", "-name"), ("contacts", "changed_at")):
        with pytest.raises(ValidationError):
            find(four, key, Question(sort=sort, after=cursor))


@pytest.mark.django_db
def test_a_cursor_holds_no_integer_id(four):
    cursor = first_page(four).next
    place = decode(cursor, "contacts name ")
    raw = reachable(four, the_type("contacts"), place.uid, "view")
    assert encode(place, "contacts name ") == cursor
    assert isinstance(place, Place)
    assert str(raw.id) not in (str(place.key), str(place.uid))


@pytest.mark.django_db
def test_a_cursor_at_a_removed_record_goes_on_from_there(four):
    page = first_page(four)
    remove(four, "contacts", page.rows[-1])
    assert [row.title for row in first_page(four, after=page.next)] == ["Cid", "Dag"]


@pytest.mark.django_db
def test_the_list_of_removed_records_is_paged_like_any_other(four):
    for row in find(four, "contacts", Question()):
        remove(four, "contacts", row)
    first = first_page(four, removed=True)
    second = first_page(four, removed=True, after=first.next)
    assert len({row.uid for row in (*first, *second)}) == 4
    assert all(row.removed for row in (*first, *second))
    assert len(find(four, "contacts", Question())) == 0
