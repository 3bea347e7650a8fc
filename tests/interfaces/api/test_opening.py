"""Shares and locks by programs: listed, opened, closed; who, why and until when."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kartotek.core.record_lock import lock, lock_on, today
from kartotek.core.sharing import share, shares
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
WHY = "The lawyers look at this"


@pytest.fixture
def card(world):
    """A contact of Dan's, whose department Bob does not see."""
    return write(world.dan, "contacts", None, {"name": "Ola"}).uid


@pytest.fixture
def browser(world):
    """browser("bob"): somebody who has been seen today already."""

    def opened(who):
        client = signed_in(getattr(world, who))
        send(client, "GET", "/contacts")
        return client

    return opened


def to_bob(world, **more):
    return {"to": "member", "uid": str(world.bob.member_uid), **more}


def test_it_is_opened_listed_and_closed(browser, world, card):
    dan, at = browser("dan"), f"/contacts/{card}/shares"
    assert send(dan, "GET", at).json() == {"shares": []}
    assert send(browser("bob"), "GET", at).status_code == 404
    until = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0).isoformat()
    answer = send(dan, "POST", at, to_bob(world, may_edit=True, until=until))
    told = {
        "to": "member", "may_edit": True, "until": until,
        "with": {"uid": str(world.bob.member_uid), "type": "members", "title": "Bob"},
    }  # fmt: skip
    assert answer.status_code == 200 and answer.json()["shares"] == [told]
    assert send(browser("bob"), "GET", at).json() == {"shares": [told]}
    assert send(dan, "POST", f"/undo/{answer.json()['batch']}").json()["records"] == 1
    assert shares(world.dan, "contacts", card) == []
    send(dan, "POST", at, to_bob(world))
    gone = send(dan, "DELETE", f"{at}?to=member&uid={world.bob.member_uid}")
    assert gone.status_code == 204 and shares(world.dan, "contacts", card) == []


def test_the_history_tells_of_shares_and_locks(browser, world, card):
    share(world.dan, "contacts", card, "member", world.bob.member_uid)
    lock(world.dan, "contacts", card, WHY, today(world.dan))
    answer = send(browser("dan"), "GET", f"/contacts/{card}/history")
    locked, opened, _made = answer.json()["entries"]
    bob = {"uid": str(world.bob.member_uid), "type": "members", "title": "Bob"}
    assert (opened["verb"], opened["version"], opened["fields"]) == ("share", 1, [])
    assert opened["share"] == {
        "to": "member", "with": bob, "before": None, "after": {"may_edit": False, "until": None},
    }  # fmt: skip
    assert (locked["verb"], locked["lock"]["by"]["title"]) == ("lock", "Dan")
    assert locked["lock"]["before"] is None and locked["lock"]["after"].keys() == {"until"}
    assert WHY not in answer.text and "share" not in locked


def test_sent_twice_with_a_key_it_is_done_once(browser, world, card):
    dan, at, key = browser("dan"), f"/contacts/{card}/shares", {"Idempotency_Key": "one"}
    first = send(dan, "POST", at, to_bob(world), **key).json()
    before = everything()
    assert send(dan, "POST", at, to_bob(world), **key).json() == first
    assert everything() == before
    problem(send(dan, "POST", at, to_bob(world, may_edit=True), **key), 422, "Idempotency-Key")
    key, at = {"Idempotency_Key": "two"}, f"/contacts/{card}/lock"
    body = {"reason": WHY, "until": str(today(world.dan))}
    assert send(dan, "PUT", at, body, **key).status_code == 200
    assert send(dan, "DELETE", at, Idempotency_Key="three").status_code == 204
    before = everything()
    assert send(dan, "PUT", at, body, **key).json() == {"lock": None}
    assert send(dan, "DELETE", at, Idempotency_Key="three").status_code == 204
    assert everything() == before


def test_it_is_locked_told_and_opened_again(browser, world, card):
    at, until = f"/contacts/{card}/lock", today(world.dan) + timedelta(days=3)
    assert send(browser("dan"), "GET", at).json() == {"lock": None}
    answer = send(browser("dan"), "PUT", at, {"reason": WHY, "until": str(until)})
    told = {"who": "Dan", "reason": WHY, "until": str(until), "is_own": True, "may_end": True}
    assert answer.status_code == 200 and answer.json() == {"lock": told}
    seen = send(browser("ann"), "GET", at).json()["lock"]
    assert seen == {**told, "is_own": False}
    body = {"reason": "Mine", "until": str(until)}
    problem(send(browser("ann"), "PUT", at, body), 423)
    assert send(browser("ann"), "DELETE", at).status_code == 204
    assert lock_on(world.dan, "contacts", card) is None
    assert send(browser("ann"), "DELETE", at).status_code == 204


def test_who_may_only_read_it_reads_it_and_no_more(browser, world):
    uid = write(world.bob, "contacts", None, {"name": "Per"}).uid
    lock(world.bob, "contacts", uid, WHY, today(world.bob))
    reader, at = browser("reader"), f"/contacts/{uid}"
    assert send(reader, "GET", f"{at}/shares").json() == {"shares": []}
    assert send(reader, "GET", f"{at}/lock").json()["lock"]["may_end"] is False
    before = everything()
    problem(send(reader, "POST", f"{at}/shares", to_bob(world)), 403)
    problem(send(reader, "DELETE", f"{at}/shares?to=member&uid={world.bob.member_uid}"), 403)
    problem(send(reader, "DELETE", f"{at}/lock"), 403)
    body = {"reason": "Mine", "until": str(today(world.bob))}
    assert send(reader, "PUT", f"{at}/lock", body).status_code in (403, 423)
    assert everything() == before


WRONG_SHARES = [
    ({}, "to"), ({"to": "member", "uid": "x"}, "to"), ({"to": "role"}, "to"),
    ({"to": "member", "uid": str(uuid4())}, "to"), ({"may_edit": "yes"}, "may_edit"),
    ({"until": "soon"}, "until"), ({"until": "2001-01-01T00:00:00Z"}, "until"),
    ({"until": 7}, "until"), ({"until": []}, "until"), ({"who": "bob"}, "who"),
    ({"to": None}, "to"), ({"to": {"uid": 1}}, "to"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field"), WRONG_SHARES)
def test_a_wrong_share_is_a_problem_that_names_it(body, field, browser, world, card):
    whole = {**to_bob(world), **body} if body else {}
    dan, before = browser("dan"), everything()
    problem(send(dan, "POST", f"/contacts/{card}/shares", whole), 422, field)
    assert everything() == before


WRONG_LOCKS = [
    ({"reason": ""}, "reason"), ({"reason": None}, "reason"), ({"reason": ["x"]}, "reason"),
    ({"reason": "x" * 201}, "reason"), ({"until": None}, "until"), ({"until": "soon"}, "until"),
    ({"until": 7}, "until"), ({"until": "2001-01-01"}, "until"), ({"until": "9999-12-31"}, "until"),
    ({"who": "bob"}, "who"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field"), WRONG_LOCKS)
def test_a_wrong_lock_is_a_problem_that_names_it(body, field, browser, world, card):
    dan, before = browser("dan"), everything()
    whole = {"reason": WHY, "until": str(today(world.dan)), **body}
    problem(send(dan, "PUT", f"/contacts/{card}/lock", whole), 422, field)
    assert everything() == before


def test_what_is_open_to_all_has_nothing_to_share(browser, world):
    at = f"/members/{world.bob.member_uid}/shares"
    problem(send(browser("ann"), "POST", at, to_bob(world)), 422)
    problem(send(browser("ann"), "GET", f"{at}?size=2"), 422, "size")
    problem(send(browser("ann"), "DELETE", f"{at}?who=bob"), 422, "who")
    problem(send(browser("ann"), "PATCH", at, {}), 405)
