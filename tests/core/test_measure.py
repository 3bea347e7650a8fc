"""Counting and summing by group: rights, dates, empty values, and a rest that adds up."""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from kartotek.core.actor import Rights
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.measure import Measure, measure
from kartotek.core.question import Condition, Question
from kartotek.core.remove import remove
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
SEEN = "2026-05-31T20:00:00+00:00"  # in Kolkata already June


def company(actor, name, **values):
    return write(actor, "companies", None, {"name": name, **values}).uid


def contact(actor, name="Ola", **values):
    return write(actor, "contacts", None, {"name": name, **values}).uid


def counted(found):
    return {one.keys: one.count for one in found.groups}


@pytest.fixture
def firms(ann):
    """Five companies, three of them with employees, one of them without a status."""
    for name, lifecycle, employees in [
        ("Acme", "lead", 50), ("Birch", "lead", 7), ("Cedar", "customer", 3),
        ("Dill", "customer", None), ("Elm", "", None),
    ]:  # fmt: skip
        company(ann, name, lifecycle=lifecycle, employees=employees)


def test_groups_are_counted_and_summed_the_biggest_first(ann, firms):
    found = measure(ann, "companies", Measure(by=("lifecycle",), sums=("employees",)))
    told = [(one.keys, one.count, one.sums) for one in found.groups]
    assert sorted(told, key=str) == sorted(
        [(("lead",), 2, (57,)), (("customer",), 2, (3,)), ((None,), 1, (0,))], key=str
    )
    assert told[-1][0] == (None,)
    assert (found.total.count, found.total.sums) == (5, (60,))


def test_without_a_key_there_is_one_group_of_all_and_of_nothing_none(ann, firms):
    found = measure(ann, "companies", Measure(sums=("employees",)))
    assert [(one.keys, one.count, one.sums) for one in found.groups] == [((), 5, (60,))]
    nothing = measure(ann, "contacts", Measure(by=("lifecycle",), sums=()))
    assert (nothing.groups, nothing.total.count, nothing.rest.count) == ((), 0, 0)
    assert measure(ann, "contacts", Measure()).groups == ()


def test_what_is_cut_off_is_in_the_rest_so_that_all_adds_up(ann, firms):
    asked = Measure(by=("name",), sums=("employees",), most=2)
    found = measure(ann, "companies", asked)
    assert (len(found.groups), found.others) == (2, 3)
    assert found.rest.count + sum(one.count for one in found.groups) == found.total.count == 5
    assert found.rest.sums[0] + sum(one.sums[0] for one in found.groups) == 60


def test_conditions_and_words_narrow_it(ann, firms):
    leads = (Condition("lifecycle", "is", "lead"),)
    assert measure(ann, "companies", Measure(where=leads)).total.count == 2
    assert measure(ann, "companies", Measure(words="bir")).total.count == 1
    both = measure(ann, "companies", Measure(where=leads, words="cedar"))
    assert (both.groups, both.total.count) == ((), 0)


def test_a_day_begins_in_the_zone_that_is_asked_for(ann):
    contact(ann, last_contacted=SEEN)
    for zone, day in [("", 31), ("UTC", 31), ("Europe/Riga", 31), ("Asia/Tokyo", 1)]:
        found = measure(ann, "contacts", Measure(by=("last_contacted:day",), zone=zone))
        assert [one.keys[0].day for one in found.groups] == [day], zone


def test_dates_are_counted_by_the_day_of_each_year(ann):
    for born in ("1980-05-01", "2001-05-01", "1996-02-29", None):
        contact(ann, birthday=born)
    found = measure(ann, "contacts", Measure(by=("birthday:each_year",)))
    wanted = {(date(2000, 5, 1),): 2, (date(2000, 2, 29),): 1, (None,): 1}
    assert counted(found) == wanted
    with pytest.raises(ValidationError):
        measure(ann, "contacts", Measure(by=("last_contacted:each_year",)))


def test_what_is_in_the_trash_does_not_count(ann):
    remove(ann, "companies", company(ann, "Gone"))
    assert measure(ann, "companies", Measure()).total.count == 0


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("day", date(2026, 6, 1)),
        ("week", date(2026, 6, 1)),
        ("month", date(2026, 6, 1)),
        ("quarter", date(2026, 4, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_a_moment_falls_on_the_day_that_it_is_in_the_workspace_s_zone(ann, step, first):
    settle_in("House", "IN", "en", "Asia/Kolkata")
    contact(ann, last_contacted=SEEN, birthday="2026-06-01")
    contact(ann, "Never")
    for name in ("last_contacted", "birthday"):
        found = measure(ann, "contacts", Measure(by=(f"{name}:{step}",)))
        assert [one.keys for one in found.groups] == [(first,), (None,)]


def test_the_same_moment_is_still_may_in_oslo(ann):
    settle_in("House", "NO", "en", "Europe/Oslo")
    contact(ann, last_contacted=SEEN)
    found = measure(ann, "contacts", Measure(by=("last_contacted:month",)))
    assert counted(found) == {(date(2026, 5, 1),): 1}


def test_the_newest_days_come_first_and_older_ones_are_the_rest(ann):
    for day in ("1980-05-01", "1980-05-02", "1990-01-01", "2000-01-01"):
        contact(ann, day, birthday=day)
    found = measure(ann, "contacts", Measure(by=("birthday:month",), most=2))
    assert [one.keys for one in found.groups] == [(date(2000, 1, 1),), (date(1990, 1, 1),)]
    assert (found.rest.count, found.others) == (2, 1)


def test_linked_records_are_named_and_those_out_of_reach_are_one_group(ann, bob):
    near = company(bob, "Near")
    for number in range(3):
        contact(ann, f"Far {number}", company=str(company(ann, f"Far {number}")), owner=me(bob))
    contact(bob, "Ola", company=str(near))
    contact(bob, "Nobody's")
    found = measure(bob, "contacts", Measure(by=("company",)))
    named = {one.keys[0] and (one.keys[0].title, one.keys[0].uid): one.count
             for one in found.groups}  # fmt: skip
    assert named == {("Near", near): 1, ("–", None): 3, None: 1}


def me(actor):
    return str(actor.member_uid)


def test_only_what_an_actor_may_see_is_counted(ann, bob, world):
    company(ann, "Ann's")
    company(bob, "Bob's")
    assert measure(ann, "companies", Measure()).total.count == 2
    assert measure(bob, "companies", Measure()).total.count == 1
    assert measure(world.eve, "companies", Measure(by=("name",))).total.count == 0


def test_a_hidden_field_is_neither_grouped_nor_summed_nor_filtered_by(ann):
    rights = Rights(verbs=ann.rights.verbs, hidden={"companies": frozenset({"employees"})})
    actor = replace(ann, rights=rights)
    for asked in (
        Measure(by=("employees",)),
        Measure(sums=("employees",)),
        Measure(where=(Condition("employees", "not_empty"),)),
    ):
        with pytest.raises(ValidationError, match="employees"):
            measure(actor, "companies", asked)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Measure(by=("tags",)), "cannot be grouped"),
        (Measure(by=("remember",)), "cannot be grouped"),
        (Measure(by=("nosuch",)), "nosuch"),
        (Measure(by=("birthday:moon",)), "how coarse"),
        (Measure(by=("created_at",)), "how coarse"),
        (Measure(by=("lifecycle:month",)), "no date"),
        (Measure(sums=("name",)), "no number"),
        (Measure(by=("name",) * 4), "At most 3"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(ann, asked, told):
    with pytest.raises(ValidationError, match=told):
        measure(ann, "contacts", asked)


def custom(actor, label, **values):
    write(actor, "customfields", None, {"on": "contacts", "label": label, **values})


def test_fields_that_a_customer_added_are_grouped_and_summed(ann):
    settle_in("House", "IN", "en", "Asia/Kolkata")
    for label, kind in [("Visits", "number"), ("Gold", "flag"), ("Since", "date"),
                        ("Seen", "datetime"), ("Code", "text")]:  # fmt: skip
        custom(ann, label, kind=kind)
    given = {"x_gold": True, "x_since": "2026-02-03", "x_seen": SEEN, "x_code": "A"}
    contact(ann, "One", x_visits=4, **given)
    contact(ann, "Two", x_visits=-1, **given)
    contact(ann, "Three")
    for by, key, empty in [
        ("x_gold", True, False), ("x_since:quarter", date(2026, 1, 1), None),
        ("x_seen:month", date(2026, 6, 1), None), ("x_code", "A", None),
    ]:  # fmt: skip
        found = measure(ann, "contacts", Measure(by=(by,), sums=("x_visits",)))
        told = {one.keys[0]: (one.count, one.sums[0]) for one in found.groups}
        assert told == {key: (2, 3), empty: (1, 0)}, by


def test_a_secret_that_a_customer_added_is_not_grouped_by(ann):
    custom(ann, "Passport", kind="masked")
    with pytest.raises(ValidationError, match="cannot be grouped"):
        measure(ann, "contacts", Measure(by=("x_passport",)))


@pytest.mark.parametrize("who", ["ann", "bob", "manager", "reader"])
def test_it_says_the_same_as_the_list_does_row_by_row(world, who):
    dice, actor = Random(7), getattr(world, who)
    for number in range(40):
        owner = dice.choice([world.ann, world.bob, world.dan])
        company(owner, f"Firm {number}", employees=dice.choice([None, 1, 20, 300]),
                lifecycle=dice.choice(["", "lead", "customer"]),
                industry=dice.choice(["", "it", "energy"]))  # fmt: skip
    columns = ("lifecycle", "industry", "owner", "employees", "created_at")
    rows = find(actor, "companies", Question(columns=columns, size=100)).rows
    counts, sums = Counter(), Counter()
    for row in rows:
        key = (row["lifecycle"] or None, row["owner"].title, row["created_at"].date())
        counts[key] += 1
        sums[key] += row["employees"] or 0
    asked = Measure(by=("lifecycle", "owner", "created_at:day"), sums=("employees",))
    with_names = [((one.keys[0], one.keys[1].title, one.keys[2]), one)
                  for one in measure(actor, "companies", asked).groups]  # fmt: skip
    assert {key: one.count for key, one in with_names} == counts
    assert {key: one.sums[0] for key, one in with_names} == sums


def test_one_query_groups_and_one_more_names_each_link(ann, firms, django_assert_num_queries):
    measure(ann, "companies", Measure(by=("lifecycle",)))
    with django_assert_num_queries(1):
        measure(ann, "companies", Measure(by=("lifecycle",), sums=("employees",), most=1))
    with django_assert_num_queries(2):
        measure(ann, "companies", Measure(by=("owner", "created_at:month")))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T23:30:00+00:00", date(2026, 3, 29)),  # winter time for half an hour more
        ("2026-03-29T21:59:59+00:00", date(2026, 3, 29)),
        ("2026-03-29T22:00:00+00:00", date(2026, 3, 30)),
        ("1950-01-01T12:00:00+00:00", date(1950, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_where_the_clocks_change(ann, moment, day):
    settle_in("House", "NO", "en", "Europe/Oslo")
    contact(ann, last_contacted=moment)
    found = measure(ann, "contacts", Measure(by=("last_contacted:day",)))
    assert counted(found) == {(day,): 1}


def test_words_that_very_many_have_are_counted_only_where_every_link_is_seen(ann, bob, monkeypatch):
    far = str(company(ann, "Ola Ship AS"))
    for number in range(3):
        contact(ann, f"Ola {number}", owner=me(bob))
    contact(ann, "Kim", company=far, owner=me(bob))
    assert measure(bob, "contacts", Measure(words="ola")).total.count == 3
    monkeypatch.setattr("kartotek.core.listing.GATHER_MOST", 1)
    assert measure(ann, "contacts", Measure(words="ola")).total.count == 4
    with pytest.raises(ValidationError, match="Type more"):
        measure(bob, "contacts", Measure(words="ola"))
