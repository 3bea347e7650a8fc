"""Reach: what an actor's scope says of a row is what every way to the rows gives."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartotek.core import listing, searching, tally, viewing
from kartotek.core.actor import EVERYTHING, VERBS, Actor, Rights, system
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.reading import as_uuid
from kartotek.core.remove import remove
from kartotek.core.scope import MOST_OPEN, Scope, placed, scope_of
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
MANY = 40
SCOPES = ("none", "own", "department", "all")
FAR = 900_000  # departments that are not there: an actor of a very large company
TOMORROW, YESTERDAY = (datetime.now(UTC) + timedelta(days=days) for days in (1, -1))


@dataclass(frozen=True)
class Stored:
    """What stands in the table of one contact."""

    id: int
    uid: UUID
    owner: int | None
    department: int | None
    removed: bool


@dataclass(frozen=True)
class Share:
    """One row of the shares."""

    record: int
    member: int | None
    department: int | None
    may_edit: bool
    until: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until < datetime.now(UTC)


@dataclass(frozen=True)
class Crowd:
    """Contacts of many owners and departments, with and without either, and their shares."""

    rows: tuple[Stored, ...]
    shares: tuple[Share, ...]
    members: tuple[int, ...]
    departments: tuple[int, ...]


@pytest.fixture
def crowd(world):
    dice, house = Random(7), system("test")
    people = (world.ann, world.bob, world.cyd, world.dan)
    places = [None, *(str(row.uid) for row in find(house, "departments", Question()))]
    owners = [None, *(str(one.member_uid) for one in people)]
    for number in range(MANY):
        saved = write(house, "contacts", None, {"name": f"Person {number:02}"})
        placed = {"owner": dice.choice(owners), "department": dice.choice(places)}
        write(house, "contacts", saved.uid, placed)
        if number % 9 == 0:
            remove(house, "contacts", saved.uid)
    rows = stored()
    members = tuple(one.member for one in people)
    departments = tuple(sorted({row.department for row in rows} - {None}))
    shares = tuple(_share(dice, rows, members, departments) for _number in range(30))
    tally.refresh(the_type("contacts"))
    return Crowd(rows, shares, members, departments)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, uid, owner_id, department_id, removed_at FROM crm_contact")
        return tuple(
            Stored(id, as_uuid(uid), owner, department, removed is not None)
            for id, uid, owner, department, removed in cursor.fetchall()
        )


def _share(dice, rows, members, departments):
    to_member = dice.random() < 0.5
    return share(
        Share(
            record=dice.choice(rows).id,
            member=dice.choice(members) if to_member else None,
            department=None if to_member else dice.choice(departments),
            may_edit=dice.random() < 0.5,
            until=dice.choice([None, TOMORROW, YESTERDAY]),
        )
    )


def share(one, key="contacts"):
    """Store one share."""
    speak = dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_share ("type", record, member, department, may_edit, "until") '
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [key, one.record, one.member, one.department, speak.boolean(one.may_edit),
             one.until and speak.instant(one.until)],
        )  # fmt: skip
    return one


def actor_with(view, edit="none", member=None, departments=()):
    """Somebody who views and edits contacts as far as named, and all else wholly."""
    verbs = {"*": dict.fromkeys(VERBS, "all"), "contacts": {"view": view, "edit": edit}}
    return Actor("member", "Somebody", Rights(verbs=verbs), member, departments=tuple(departments))


@st.composite
def actors(draw, crowd):
    """Any actor there can be; some have departments that do not exist, or very many."""
    departments = draw(st.sets(st.sampled_from(crowd.departments)))
    many = draw(st.sampled_from([0, 0, 1, 25]))
    return actor_with(
        draw(st.sampled_from(SCOPES)),
        draw(st.sampled_from(SCOPES)),
        draw(st.sampled_from([None, *crowd.members])),
        (*departments, *range(FAR, FAR + many)),
    )


def reach(crowd, actor, verb):
    """The ids within reach, worked out from the facts and from nothing of the doors."""
    widest = actor.rights.verbs["contacts"][verb]
    lent = {
        one.record
        for one in crowd.shares
        if not one.has_ended
        and (one.may_edit or verb == "view")
        and actor.member is not None
        and (one.member == actor.member or one.department in actor.departments)
    }
    return {
        row.id
        for row in crowd.rows
        if widest == "all"
        or (widest == "department" and row.department in actor.departments)
        or (widest != "none" and actor.member is not None and row.owner == actor.member)
        or (widest != "none" and row.id in lent)
    }


def held(crowd, scope):
    return {row.id for row in crowd.rows if scope.holds(row.id, row.owner, row.department)}


def by_condition(scope, plus):
    sql, params = scope.condition(plus if connection.vendor == "sqlite" else "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM crm_contact WHERE {sql or '1 = 1'}", params)
        return {row[0] for row in cursor.fetchall()}


every_actor = settings(
    max_examples=50, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@every_actor
@given(data=st.data())
def test_holds_and_the_condition_agree_with_the_facts(crowd, data):
    actor = data.draw(actors(crowd))
    for verb in ("view", "edit"):
        scope = scope_of(actor, the_type("contacts"), verb)
        wanted = reach(crowd, actor, verb)
        assert held(crowd, scope) == wanted
        assert by_condition(scope, "") == by_condition(scope, "+") == wanted
        assert wanted == set() or not scope.is_empty


@every_actor
@given(data=st.data())
def test_every_plan_finds_exactly_what_the_scope_holds(crowd, data):
    actor = data.draw(actors(crowd))
    scope = scope_of(actor, the_type("contacts"))
    removed = data.draw(st.booleans())
    held_here = held(crowd, scope)
    wanted = {row.uid for row in crowd.rows if row.id in held_here and row.removed == removed}
    plans = [None, "walk", "gather", "bounded", *([] if scope.everything else ["branches"])]
    asked = Question(
        sort=data.draw(st.sampled_from(["name", "-changed_at", ""])), size=500, removed=removed,
        count=True,
    )  # fmt: skip
    found = planned(actor, asked, None if removed else data.draw(st.sampled_from(plans)))
    assert {row.uid for row in found} == wanted
    assert len(found) == found.count == len(wanted)


def planned(actor, asked, chosen):
    """The page, found by one plan whatever the tallies say."""
    real = listing.plan
    if chosen:
        listing.plan = lambda _walk: chosen
    try:
        return find(actor, "contacts", asked)
    finally:
        listing.plan = real


@every_actor
@given(data=st.data())
def test_the_search_and_the_named_uids_end_where_the_scope_ends(crowd, data):
    actor = data.draw(actors(crowd))
    record_type = the_type("contacts")
    scope = scope_of(actor, record_type)
    live = {row.id: row.uid for row in crowd.rows if not row.removed}
    wanted = held(crowd, scope) & live.keys()
    ids = searching.candidates(record_type, ["person"], scope, guarded=False, limit=500)
    assert set(ids) == wanted
    named = find(actor, "contacts", Question(uids=tuple(row.uid for row in crowd.rows)))
    assert {row.uid for row in named} == {live[id] for id in wanted}


@every_actor
@given(data=st.data())
def test_a_row_says_whether_it_may_be_edited_and_the_write_door_agrees(crowd, data):
    actor = data.draw(actors(crowd))
    editable = held(crowd, scope_of(actor, the_type("contacts"), "edit"))
    ids = {row.uid: row.id for row in crowd.rows}
    for row in find(actor, "contacts", Question(size=500)):
        assert row.may_edit == (ids[row.uid] in editable)
    one = data.draw(st.sampled_from([row for row in crowd.rows if not row.removed]))
    assert written(actor, one) == outcome(crowd, actor, one)


def outcome(crowd, actor, one):
    if one.id not in reach(crowd, actor, "view"):
        return NotFound
    return None if one.id in reach(crowd, actor, "edit") else PermissionDenied


def written(actor, one):
    """The error that an empty change ends in, or None."""
    try:
        write(actor, "contacts", one.uid, {})
    except (NotFound, PermissionDenied) as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("widest", "wanted"),
    [("all", Scope(everything=True)), ("none", Scope()), ("own", Scope(owner=5)),
     ("department", Scope(owner=5, departments=(1, 2)))],
)  # fmt: skip
def test_the_widest_right_makes_the_branches(widest, wanted):
    actor = actor_with(widest, member=5, departments=(1, 2))
    assert scope_of(actor, the_type("contacts")) == wanted


def test_what_is_not_scoped_is_open_to_whoever_may_view_it_at_all():
    rights = Rights(verbs={"members": {"view": "own"}})
    actor = Actor("member", "Somebody", rights, member=5)
    assert scope_of(actor, the_type("members")) == Scope(everything=True)
    assert scope_of(actor, the_type("departments")) == Scope()


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("view", "edit")])
def test_a_share_opens_nothing_but_view_and_edit(verb, bob):
    share(Share(record=1, member=bob.member, department=None, may_edit=True, until=None))
    actor = replace(bob, rights=Rights(verbs={"contacts": dict.fromkeys(VERBS, "own")}))
    assert scope_of(actor, the_type("contacts"), verb).shared == ()
    assert scope_of(actor, the_type("contacts"), "edit").shared == (1,)


def test_a_share_of_another_type_opens_nothing(bob):
    one = Share(record=1, member=bob.member, department=None, may_edit=True, until=None)
    share(one, "companies")
    assert scope_of(bob, the_type("contacts")).shared == ()
    assert scope_of(bob, the_type("companies")).shared == (1,)


@pytest.mark.parametrize(("widest", "queries"), [("all", 0), ("none", 0), ("own", 1)])
def test_who_sees_all_or_nothing_pays_for_no_query(widest, queries, django_assert_num_queries):
    contacts = the_type("contacts")
    with django_assert_num_queries(queries):
        scope_of(actor_with(widest, member=5), contacts)


def test_who_acts_in_one_request_pays_once_for_all_types_and_verbs(django_assert_num_queries):
    actor = replace(actor_with("own", "own", member=5), memo={})
    the_type("contacts")
    with django_assert_num_queries(1):
        for key in ("contacts", "companies", "contacts"):
            for verb in ("view", "edit"):
                scope_of(actor, the_type(key), verb)


def test_the_house_reaches_everything_and_owns_nothing():
    scope = scope_of(system("test"), the_type("contacts"), "erase")
    assert scope == Scope(everything=True)
    assert scope.condition() == ("", [])
    assert system("test").rights is EVERYTHING


def test_a_scope_without_branches_holds_nothing_not_even_what_has_no_owner():
    assert Scope().is_empty
    assert not Scope().holds(1, None, None)
    assert not Scope(owner=1, departments=(2,)).holds(1, None, None)
    assert Scope().condition() == ("0 = 1", [])


def test_what_is_opened_twice_is_held_once_and_may_be_edited_if_either_says_so(bob):
    for record, member, department, may_edit in (
        (1, bob.member, None, False),
        (1, None, bob.departments[0], True),
        (2, bob.member, None, False),
        (2, None, bob.departments[0], False),
    ):
        share(Share(record, member, department, may_edit, None))
    assert sorted(scope_of(bob, the_type("contacts")).shared) == [1, 2]
    assert scope_of(bob, the_type("contacts"), "edit").shared == (1,)


def an_actor(scope, **given):
    verbs = {"*": {"view": scope}}
    return Actor(kind="member", name="Bob", rights=Rights(verbs), member=3, **given)


@pytest.mark.parametrize(
    ("scope", "reach"),
    [
        ("none", Scope()), ("own", Scope(owner=3, others=(5,))), ("all", Scope(everything=True)),
        ("department", Scope(owner=3, others=(5,), departments=(7, 8))),
    ],
)  # fmt: skip
def test_a_right_places_one_where_it_ends(scope, reach):
    actor = an_actor(scope, departments=(7, 8), stands_in=(5,))
    assert placed(actor, the_type("contacts")) == reach
    assert placed(actor, the_type("contacts"), "edit") == Scope()
    assert placed(actor, the_type("members")).everything is (scope != "none")


def test_nobody_stands_in_for_what_is_open_by_a_declaration_of_its_own():
    views = placed(an_actor("own", stands_in=(5,)), the_type("savedviews"))
    assert (views.owners, views.others) == ((3,), ())


def test_what_is_open_without_being_about_a_type_is_open_to_all(world, monkeypatch):
    views = the_type("savedviews")
    shown = viewing.keep(world.ann, "companies", "Leads", "", shared=True)
    viewing.keep(world.ann, "companies", "Mine", "")
    monkeypatch.setattr(type(views), "open_to", "")
    (id,) = scope_of(replace(world.bob, memo=None), views).shared
    assert find(system("test"), "savedviews", Question(size=9)).rows and MOST_OPEN == 1_000
    assert scope_of(replace(world.bob, memo=None), views).holds(id, None, None)
    assert not scope_of(replace(world.bob, memo=None), views, "edit").shared
    assert find(world.bob, "savedviews").rows[0].uid == shown.uid


def test_one_request_asks_once_for_a_type_and_a_verb(world, django_assert_num_queries):
    actor, contacts = replace(world.bob, memo={}), the_type("contacts")
    with django_assert_num_queries(1):
        first = scope_of(actor, contacts)
        assert scope_of(actor, contacts) is first
        assert scope_of(actor, contacts, "edit") is not first
        assert scope_of(actor, the_type("companies")).owner == world.bob.member
    forgetful = replace(world.bob, memo=None)
    assert scope_of(forgetful, contacts) is not scope_of(forgetful, contacts)
