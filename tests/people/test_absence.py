"""Somebody is away: their deputy sees and does what is theirs, for that time, and nothing more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kartotek.core import security
from kartotek.core.catalogue import the_type
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.measure import Measure, measure
from kartotek.core.question import Question
from kartotek.core.reading import raws_by_uid
from kartotek.core.remove import remove
from kartotek.core.search import search
from kartotek.core.sharing import share
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from kartotek.people.acting import actor_of_member
from kartotek.people.own import change_own
from kartotek.people.sight import sights
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
TODAY = date.today()
LANGUAGES = {"en"}


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def again(actor):
    """The same member at their next request."""
    return actor_of_member(actor.member)


@pytest.fixture
def customer(world):
    """Dan's, in a department that Bob has no part in."""
    return write(world.dan, "contacts", None, {"name": "Sven Dansson"}).uid


def leave(world, first: int = -1, last: int | None = 7, deputy=None) -> None:
    """Dan is away, from this many days from now until that many."""
    values = {"away_from": day(first), "away_until": day(last) if last is not None else "",
              "deputy": (deputy or world.bob).member_uid}  # fmt: skip
    change_own(world.dan, values, LANGUAGES)


def sees(actor, uid) -> bool:
    """By every way to it at once."""
    words = {hit.uid for hit in search(actor, "dansson")}
    listed = {row.uid for row in find(actor, "contacts")}
    found = {row.uid for row in find(actor, "contacts", Question(words="dansson"))}
    counted = measure(actor, "contacts", Measure(words="dansson")).total.count
    try:
        opened = find_one(actor, "contacts", uid).uid == uid
    except NotFound:
        opened = False
    ways = {uid in words, uid in listed, uid in found, counted == 1, opened}
    assert len(ways) == 1, ways
    return ways.pop()


def test_a_deputy_sees_and_changes_what_is_theirs(world, customer):
    assert not sees(again(world.bob), customer)
    leave(world)
    bob = again(world.bob)
    assert sees(bob, customer)
    write(bob, "contacts", customer, {"job_title": "Buyer"})
    assert find_one(world.dan, "contacts", customer)["job_title"] == "Buyer"
    remove(bob, "contacts", customer)


def test_nobody_else_does_and_who_is_away_keeps_it(world, customer):
    uid = write(world.ann, "members", None, {"name": "Max", "role": "sales", "is_active": True}).uid
    leave(world)
    assert sees(again(world.dan), customer)
    assert again(world.bob).stands_in == (world.dan.member,)
    assert not sees(replace(again(world.bob), stands_in=()), customer)
    ((max_raw,),) = [raws_by_uid(the_type("members"), [], [uid])]
    assert not sees(actor_of_member(max_raw.id), customer)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(-1, 7, True), (0, 0, True), (-3, None, True), (1, 7, False), (-7, -1, False)],
)
def test_it_holds_from_the_first_day_to_the_last(first, last, holds, world, customer):
    leave(world, first, last)
    assert sees(again(world.bob), customer) is holds


def test_without_a_first_day_nobody_is_away(world, customer):
    change_own(world.dan, {"deputy": world.bob.member_uid}, LANGUAGES)
    assert not sees(again(world.bob), customer)


def test_it_ends_when_it_is_taken_back_and_with_the_access_of_who_is_away(world, customer):
    leave(world)
    assert sees(again(world.bob), customer)
    write(world.ann, "members", world.dan.member_uid, {"is_active": False})
    assert not sees(again(world.bob), customer)
    write(world.ann, "members", world.dan.member_uid, {"is_active": True})
    change_own(again(world.dan), {"deputy": None}, LANGUAGES)
    assert not sees(again(world.bob), customer)


def test_a_deputy_does_no_more_than_their_own_role(world, customer):
    leave(world, deputy=world.reader)
    with pytest.raises(PermissionDenied):
        write(again(world.reader), "contacts", customer, {"job_title": "x"})
    leave(world, deputy=world.eve)  # who has no role
    assert list(find(again(world.eve), "contacts")) == []


def test_deputies_of_deputies_are_none(world, customer):
    leave(world)
    change_own(world.bob, {"away_from": day(-1), "deputy": world.cyd.member_uid}, LANGUAGES)
    assert again(world.cyd).stands_in == (world.bob.member,)


def test_ones_saved_views_stay_ones_own(world):
    view = {"on": "contacts", "name": "Mine", "query": ""}
    uid = write(world.dan, "savedviews", None, view).uid
    leave(world)
    with pytest.raises(NotFound):
        find_one(again(world.bob), "savedviews", uid)


def test_why_a_deputy_sees_it_is_said(world, customer):
    leave(world)
    told = {one.name: one for one in sights(world.ann, "contacts", customer)}
    assert told["Bob"].sees and told["Bob"].edits
    assert told["Bob"].why == "They stand in for Dan, whose it is."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"away_from": day(5), "away_until": day(4)}, "away_until"),
        ({"away_until": day(4)}, "away_from"),
        ({"away_from": "soon-ish"}, "away_from"),
        ({"away_from": day(0), "deputy": "me"}, "deputy"),
        ({"away_from": day(0), "deputy": "01a20000-0000-7000-8000-000000000000"}, "deputy"),
    ],
)
def test_what_is_no_absence_is_refused_by_field(values, field, world):
    before = everything()
    values = {key: world.dan.member_uid if value == "me" else value
              for key, value in values.items()}  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        change_own(world.dan, values, LANGUAGES)
    assert field in refused.value.message_dict
    assert everything() == before


def test_on_the_page_it_is_set_and_the_deputy_is_told(world, customer):
    dan, bob = signed_in(world.dan), signed_in(world.bob)
    html = dan.get("/settings/me").content.decode()
    assert 'type="date"' in html and f'value="{world.bob.member_uid}"' in html
    assert f'value="{world.dan.member_uid}"' not in html
    sent = {"name": "Dan", "away_from": day(-1), "away_until": day(1),
            "deputy": str(world.bob.member_uid)}  # fmt: skip
    answer = dan.post("/settings/me", sent, headers={"HX-Request": "true"})
    assert "Saved" in answer.content.decode()
    assert "You stand in for Dan" in bob.get("/settings/me").content.decode()
    assert bob.get(f"/contacts/{customer}").status_code == 200
    html = dan.get("/settings/me").content.decode()
    assert f'value="{world.bob.member_uid}" selected' in html and f'value="{day(1)}"' in html


def told(kind):
    return [(one.actor, dict(one.detail)) for one in security.lines((kind,))]


def test_naming_a_deputy_stands_in_the_security_log_however_it_is_done(world):
    leave(world)
    ((who, detail),) = told("deputy_named")
    assert (who, detail["name"], detail["record"]) == ("Dan", "Dan", str(world.dan.member_uid))
    assert detail["changed"] == f"Deputy: Bob; Away from: {day(-1)}; Away until: {day(7)}"
    saved = write(world.ann, "members", world.dan.member_uid, {"deputy": world.cyd.member_uid})
    assert told("deputy_named")[0][0] == "Ann"
    undo(world.ann, saved.batch)
    assert [one["changed"] for _who, one in told("deputy_named")[:2]] == [
        "Deputy: Bob", "Deputy: Cyd",
    ]  # fmt: skip
    write(world.ann, "members", world.dan.member_uid, {"zone": "Europe/Oslo"})
    write(world.ann, "members", None, {"name": "Max", "deputy": world.cyd.member_uid})
    assert [(one["name"], one["changed"]) for _who, one in told("deputy_named")[:2]] == [
        ("Max", "Deputy: Cyd"), ("Dan", "Deputy: Bob"),
    ]  # fmt: skip


def test_what_a_deputy_does_stands_in_the_security_log(world, customer):
    leave(world)
    bob = again(world.bob)
    write(bob, "contacts", customer, {"job_title": "Buyer"})
    ((who, detail),) = told("deputy_acted")
    assert who == "Bob" and detail == {
        "member": str(world.dan.member_uid), "name": "Dan", "type": "contacts", "count": 1,
        "records": [str(customer)],
    }  # fmt: skip
    write(bob, "contacts", customer, {"owner": str(world.bob.member_uid)})
    share(again(world.dan), "contacts", customer, "member", world.cyd.member_uid)
    assert len(told("deputy_acted")) == 2


def test_what_they_do_with_their_own_does_not_nor_what_their_role_reaches(world, customer):
    leave(world)
    bob = again(world.bob)
    own = write(bob, "contacts", None, {"name": "Per"}).uid
    write(bob, "contacts", own, {"job_title": "Buyer"})
    write(again(world.dan), "contacts", customer, {"job_title": "Buyer"})
    write(world.ann, "contacts", customer, {"job_title": "Cook"})
    share(again(world.dan), "contacts", customer, "member", world.bob.member_uid, may_edit=True)
    write(again(world.bob), "contacts", customer, {"job_title": "Chef"})
    assert told("deputy_acted") == []


def test_a_refused_act_leaves_no_line(world, customer):
    leave(world, deputy=world.reader)
    with pytest.raises(PermissionDenied):
        write(again(world.reader), "contacts", customer, {"job_title": "x"})
    assert told("deputy_acted") == []


def test_many_at_once_leave_one_line(world):
    uids = [write(world.dan, "contacts", None, {"name": f"C {n}"}).uid for n in range(25)]
    leave(world)
    wishes = [Wish(uid, {"job_title": "Buyer"}) for uid in uids]
    write_many(again(world.bob), "contacts", wishes)
    ((_who, detail),) = told("deputy_acted")
    assert detail["count"] == 25 and len(detail["records"]) == 20
