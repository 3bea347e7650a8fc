"""The list builder: each plan is chosen where it belongs, and each gives the same right rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import counting, listing, tally
from kartotek.core.actor import VERBS, Rights, system
from kartotek.core.catalogue import the_type
from kartotek.core.counting import capped_count, surely_many
from kartotek.core.dialect import dialect
from kartotek.core.find import _walk, find, find_each
from kartotek.core.gathering_many import Wish
from kartotek.core.listing import Start, Walk, plan
from kartotek.core.question import Condition, Question
from kartotek.core.scope import Scope
from kartotek.core.write import write
from kartotek.core.write_many import write_many

pytestmark = pytest.mark.django_db
CUSTOMERS = (Condition("lifecycle", "is", "customer"),)


def walk(**facts):
    kept = {
        "record_type": the_type("contacts"),
        "scope": Scope(everything=True),
        "conditions": (),
        "column": '"name_key"',
        "index": "crm_contact_name_s",
        "rows": 1_000_000,
    }
    return Walk(**{**kept, **facts})


COMMON, RARE = {"share": 0.45}, {"share": 0.001}
FILTER = (("lifecycle IN (%s)", ["customer"]),)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, "walk"),
        ({"removed": True, "scope": Scope(owner=1)}, "walk"),
        ({"column": "", "scope": Scope(owner=1)}, "walk"),
        ({"conditions": FILTER, **RARE}, "gather"),
        ({"conditions": FILTER, "gathers": True}, "gather"),
        ({"conditions": FILTER, **RARE, "scope": Scope(owner=1), "own": 20_000}, "gather"),
        ({"conditions": FILTER, **RARE, "scope": Scope(owner=1), "own": 200}, "branches"),
        ({"index": "", "conditions": FILTER}, "gather"),
        ({"conditions": FILTER, **COMMON}, "bounded"),
        ({"scope": Scope(departments=(1,)), "reach": 0.1}, "bounded"),
        ({"scope": Scope(owner=1), "reach": 0.02, "own": 20_000}, "bounded"),
        ({"scope": Scope(owner=1), "reach": 0.002, "own": 2_000}, "branches"),
        ({"scope": Scope(owner=1), "reach": 0.0002, "own": 200}, "branches"),
        ({"scope": Scope(owner=1), "reach": 0.004, "own": 4_000, "conditions": FILTER,
          **COMMON}, "bounded"),
        ({"scope": Scope(shared=(1, 2)), "reach": 0.000002}, "branches"),
        ({"scope": Scope(departments=(1,)), "reach": 0.001}, "walk"),
        ({"scope": Scope(departments=(1,)), "reach": 0.001, "by_department": True}, "branches"),
        ({"scope": Scope(departments=tuple(range(1, 22))), "reach": 0.001, "by_department": True},
         "walk"),
        ({"scope": Scope(departments=(1,), owner=1), "reach": 0.001, "own": 9_000,
          "by_department": True}, "walk"),
    ],
)  # fmt: skip
def test_the_rule_chooses_the_plan_by_what_the_tallies_say(facts, wanted):
    assert plan(walk(**facts)) == wanted


@pytest.fixture
def crowd(ann, bob, dan):
    """Thirty contacts of two owners in two departments, a third of them customers."""
    for owner, numbers in ((dan, range(0, 30, 2)), (bob, range(1, 30, 2))):
        write_many(owner, "contacts", [
            Wish(uuid7(), {
                "name": f"Person {number * 7 % 30:02}",
                "lifecycle": "customer" if number % 3 == 0 else "lead",
                "last_contacted": None if number % 5 == 0 else _moment(number % 4),
            })
            for number in numbers
        ], chunk=3)  # fmt: skip
    tally.refresh(the_type("contacts"))


def _moment(number):
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)).isoformat()


def limited(actor, scope):
    """The same person with another reach."""
    verbs = {"*": dict.fromkeys(VERBS, "all"), "contacts": dict.fromkeys(VERBS, scope)}
    return replace(actor, rights=Rights(verbs=verbs))


PLANS = ("walk", "gather", "bounded", "branches")


@pytest.mark.parametrize("sort", ["name", "-name", "last_contacted", "-changed_at"])
@pytest.mark.parametrize("scope", ["all", "department", "own"])
@pytest.mark.parametrize("where", [(), CUSTOMERS])
def test_every_plan_gives_the_same_rows(sort, scope, where, crowd, bob, monkeypatch):
    asked = Question(sort=sort, where=where, size=7)
    given = {}
    for chosen in PLANS:
        monkeypatch.setattr(listing, "plan", lambda _walk, chosen=chosen: chosen)
        if chosen == "branches" and scope == "all":
            continue
        given[chosen] = [row.uid for row in find(limited(bob, scope), "contacts", asked)]
    assert len(given["walk"]) in (5, 7)
    assert all(rows == given["walk"] for rows in given.values())


@pytest.mark.parametrize("sort", ["name", "last_contacted", "-changed_at"])
def test_a_bounded_walk_that_comes_short_is_done_again(sort, crowd, bob, monkeypatch):
    actor = limited(bob, "own")
    wrong = replace(
        _walk(actor, the_type("contacts"), Question(sort=sort)), reach=1.0, own=10**6, rows=10**6
    )
    assert plan(wrong) == "bounded"
    monkeypatch.setattr(listing, "SMALLEST_WINDOW", 2)
    monkeypatch.setattr(listing, "_expected", lambda _walk: 0.5)
    found = listing.found(wrong, Start())
    right = listing.found(replace(wrong, own=15, reach=0.5), Start())
    assert len(found) == 15
    assert found == right


def test_own_and_department_overlap_without_a_double(crowd, bob, monkeypatch):
    monkeypatch.setattr(listing, "plan", lambda _walk: "branches")
    page = find(bob, "contacts", Question(sort="last_contacted", size=50))
    assert len(page) == len({row.uid for row in page}) == 15


def share(record_uid, member):
    """Open one record to one member."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM crm_contact WHERE uid = %s", [dialect().uid(record_uid)])
        cursor.execute(
            'INSERT INTO core_share ("type", record, member, may_edit) VALUES (%s, %s, %s, %s)',
            ["contacts", cursor.fetchone()[0], member, dialect().boolean(False)],
        )


@pytest.mark.parametrize("chosen", PLANS)
def test_shared_records_stand_among_the_own_ones(chosen, crowd, ann, bob, monkeypatch):
    others = [
        row for row in find(ann, "contacts", Question(size=50)) if row["owner"].title != "Bob"
    ]
    for row in others[:3]:
        share(row.uid, bob.member)
    monkeypatch.setattr(listing, "plan", lambda _walk: chosen)
    found = {row.uid for row in find(limited(bob, "own"), "contacts", Question(size=50))}
    assert {row.uid for row in others[:3]} <= found
    assert len(found) == 15 + 3


def explained(actor, question, monkeypatch, chosen):
    """SQLite's own words on the plan of the list query."""
    monkeypatch.setattr(listing, "plan", lambda _walk: chosen)
    kept = []
    real = listing._run
    monkeypatch.setattr(listing, "_run", lambda sql: kept.append(sql) or real(sql))
    find(actor, "contacts", question)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {kept[0][0]}", kept[0][1])
        return "\n".join(row[3] for row in cursor.fetchall())


EXPECTED = [
    ("all", "name", (), "walk", "SEARCH crm_contact USING INDEX crm_contact_name_s"),
    ("all", "-changed_at", (), "walk",
     "SEARCH crm_contact USING INDEX crm_contact_changed__s"),
    ("own", "last_contacted", (), "walk",
     "SEARCH crm_contact USING INDEX crm_contact_last_con_s"),
    ("department", "name", CUSTOMERS, "bounded",
     "SEARCH crm_contact USING INDEX crm_contact_name_s"),
    ("own", "name", CUSTOMERS, "gather",
     "SEARCH crm_contact USING INDEX crm_contact_lifecycl (lifecycle=?)"),
    ("own", "name", (), "branches", "USING INDEX crm_contact_o (owner_id=?)"),
    ("department", "changed_at", (), "branches",
     "USING INDEX crm_contact_changed__d (department_id=? AND changed_at>?)"),
    ("department", "last_contacted", (), "walk",
     "SEARCH crm_contact USING INDEX crm_contact_last_con_s"),
    ("all", "name", CUSTOMERS, "gather",
     "SEARCH crm_contact USING INDEX crm_contact_lifecycl (lifecycle=?)"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "sort", "where", "chosen", "wanted"), EXPECTED)
def test_sqlite_walks_the_index_that_the_plan_means(
    scope, sort, where, chosen, wanted, crowd, bob, monkeypatch
):
    if connection.vendor != "sqlite":
        return postgres_walks_an_index(scope, sort, where, chosen, bob, monkeypatch)
    told = explained(limited(bob, scope), Question(sort=sort, where=where), monkeypatch, chosen)
    assert wanted in told, told
    assert "SCAN crm_contact" not in told
    if chosen in ("walk", "bounded"):
        assert "TEMP B-TREE" not in told
    return None


def postgres_walks_an_index(scope, sort, where, chosen, bob, monkeypatch):
    """PostgreSQL sorts thirty rows without an index; so it is asked what it would do with many."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL jit = off")  # what is switched off seems dear enough to compile
    kept = []
    real = listing._run
    monkeypatch.setattr(listing, "plan", lambda _walk: chosen)
    monkeypatch.setattr(listing, "_run", lambda sql: kept.append(sql) or real(sql))
    find(limited(bob, scope), "contacts", Question(sort=sort, where=where))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {kept[0][0]}", kept[0][1])
        told = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in told
    if chosen in ("walk", "bounded"):
        assert "Sort" not in told, told


def shares(member):
    """Two of Dan's records and one of the member's own, opened to the member."""
    everybody = find(system("test"), "contacts", Question(size=50))
    dans = [row for row in everybody if row["owner"].title == "Dan"]
    own = [row for row in everybody if row["owner"].title != "Dan"]
    for row in (*dans[:2], own[0]):
        share(row.uid, member)


@pytest.mark.parametrize("where", [(), CUSTOMERS, (Condition("name", "starts", "Person 1"),)])
@pytest.mark.parametrize("scope", ["all", "department", "own"])
@pytest.mark.parametrize("rows", [30, 10**6])
def test_a_list_is_counted_by_branches_and_each_row_once(
    rows, scope, where, crowd, bob, monkeypatch
):
    shares(bob.member)
    actor = limited(bob, scope)
    asked = Question(where=where, size=50)
    counted = replace(_walk(actor, the_type("contacts"), asked), rows=rows)
    there = len(find(actor, "contacts", asked))
    assert there > 2
    assert capped_count(counted, 100) == there
    assert capped_count(counted, 3) == 3


@pytest.mark.parametrize(
    ("scope", "reach", "sure"),
    [
        (Scope(everything=True), 0.0, True),
        (Scope(departments=(1, 2), owner=3), 0.5, True),
        (Scope(departments=(1,), owner=3), 0.015, False),  # 15,000, or half of that twice
    ],
)
def test_only_a_wide_margin_of_the_tallies_spares_a_count(scope, reach, sure, crowd, bob):
    walk = replace(_walk(bob, the_type("contacts"), Question()), rows=10**6, scope=scope)
    assert surely_many(replace(walk, reach=reach), 10_001) is sure


def test_a_count_in_the_trash_and_in_no_reach_at_all(crowd, bob):
    counted = replace(_walk(bob, the_type("contacts"), Question()), rows=10**6)
    assert capped_count(replace(counted, removed=True), 100) == 0
    assert capped_count(replace(counted, scope=Scope()), 100) == 0


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("department", "crm_contact USING INDEX crm_contact_changed__d (department_id=?"),
        ("own", "crm_contact USING INDEX crm_contact_o (owner_id=?"),
    ],
)
def test_sqlite_counts_a_filtered_reach_by_the_index_of_the_branch(
    scope, wanted, crowd, bob, monkeypatch
):
    if connection.vendor != "sqlite":
        return  # PostgreSQL's planner chooses for itself, and well
    kept = []
    real = counting._parts
    monkeypatch.setattr(counting, "_parts", lambda walk: kept.extend(real(walk)) or real(walk))
    found = replace(_walk(limited(bob, scope), the_type("contacts"), Question(where=CUSTOMERS)),
                    rows=10**6)  # fmt: skip
    capped_count(found, 100)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {kept[0][0]}", kept[0][1])
        assert wanted in "\n".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("words", ["", "row"])
@pytest.mark.parametrize("sort", ["", "-name", "last_contacted", "birthday"])
@pytest.mark.parametrize("who", ["ann", "bob", "eve"])
def test_several_questions_at_once_are_answered_as_each_alone(who, sort, words, world):
    statuses, owners = ("lead", "customer", ""), (world.ann, world.bob, world.dan)
    for n in range(36):
        write(owners[n % 3], "contacts", None, {
            "name": f"Row {n % 7}", "lifecycle": statuses[n % 5 % 3],
            "birthday": f"1980-01-{n % 9 + 1:02}" if n % 2 else None,
        })  # fmt: skip
    asked = [
        Question(where=(one,), columns=("name", "owner"), sort=sort, words=words, size=size)
        for one, size in [
            (CUSTOMERS[0], 3), (Condition("lifecycle", "is", "lead"), 50),
            (Condition("lifecycle", "empty"), 2), (Condition("lifecycle", "is", "partner"), 5),
        ]
    ]  # fmt: skip
    actor = getattr(world, who)
    alone = [find(actor, "contacts", one).rows for one in asked]
    assert [page.rows for page in find_each(actor, "contacts", asked)] == alone
    assert any(alone) == (who != "eve")


def test_no_question_has_no_answer(ann):
    assert find_each(ann, "contacts", []) == []
