"""Rules of retention: they list before they act, and what was listed is what goes."""

from datetime import UTC, datetime, timedelta

import pytest

from kartotek.core import erased
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.retention import act, due, months_before
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.everything import everything

pytestmark = pytest.mark.django_db
LONG_AGO = "2020-01-15T10:00:00Z"


@pytest.fixture
def old(ann):
    """Two contacts who were last spoken with long ago; one yesterday, one never."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for name, last in (("New", yesterday), ("Never", None)):
        write(ann, "contacts", None, {"name": name, "last_contacted": last})
    return [
        write(ann, "contacts", None, {"name": name, "last_contacted": LONG_AGO}).uid
        for name in ("Ola", "Kari")
    ]


def rule(actor, **more):
    values = {"name": "Old leads", "on": "contacts", "since": "last_contacted", "months": 24,
              "act": "remove", **more}  # fmt: skip
    return write(actor, "retentionrules", None, values).uid


def test_a_rule_lists_what_is_due_and_changes_nothing(ann, old):
    uid = rule(ann)
    before = everything()
    found = due(ann, uid)
    assert set(found.uids) == set(old)
    assert found.page.count == 2
    assert everything() == before


def test_what_is_removed_is_one_act_that_can_be_undone(ann, old):
    found = due(ann, rule(ann))
    done = act(ann, found, found.seal)
    assert (done.did, done.records) == ("remove", 2)
    assert all(find_one(ann, "contacts", uid).removed for uid in old)
    undo(ann, done.batch)
    assert not any(find_one(ann, "contacts", uid).removed for uid in old)


def test_what_is_erased_is_gone_and_on_the_list(ann, old):
    found = due(ann, rule(ann, act="erase"))
    done = act(ann, found, found.seal)
    assert done.receipt is not None
    assert erased.known(old) == set(old)
    assert {row["name"] for row in find(ann, "contacts", Question())} == {"New", "Never"}


def test_only_what_was_listed_goes(ann, old):
    uid = rule(ann)
    seal = due(ann, uid).seal
    write(ann, "contacts", old[0], {"last_contacted": datetime.now(UTC).isoformat()})
    before = everything()
    with pytest.raises(ValidationError, match="Other records are due by now"):
        act(ann, due(ann, uid), seal)
    assert everything() == before


def test_filters_narrow_a_rule(ann, old):
    write(ann, "contacts", old[0], {"lifecycle": "customer"})
    found = due(ann, rule(ann), (Condition("lifecycle", "is_not", "customer"),))
    assert found.uids == (old[1],)


def test_nothing_due_is_said(ann):
    found = due(ann, rule(ann))
    with pytest.raises(ValidationError, match="Nothing is due"):
        act(ann, found, found.seal)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("on", "members", "choices"),
        ("on", "nothing", "choices"),
        ("since", "name", "choices"),
        ("since", "", "Fill this in"),
        ("months", 0, "Between 1 and 600"),
        ("months", 601, "Between 1 and 600"),
        ("months", "", "Fill this in"),
        ("act", "burn", "choices"),
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(ann, field, value, why):
    before = everything()
    with pytest.raises(ValidationError, match=why):
        rule(ann, **{field: value})
    assert everything() == before


def test_a_date_that_the_records_do_not_have_is_refused(ann):
    with pytest.raises(ValidationError, match="There is no such date"):
        rule(ann, on="companies", since="birthday")


def test_only_who_may_act_acts(ann, dan, old):
    uid = rule(ann)
    with pytest.raises(PermissionDenied):
        rule(dan)
    found = due(ann, uid)
    with pytest.raises((PermissionDenied, NotFound)):
        act(dan, found, found.seal)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-26", 1, "2026-10-26"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 24, "2024-01-15"),
        ("2026-01-15", 600, "1976-01-15"),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, then):
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert months_before(moment, months).date().isoformat() == then
