"""The lock of a record on its page: asked for, shown, ended, and what it keeps others from."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from kartotek.core.find import find_one
from kartotek.core.record_lock import end_lock, last_day, lock, lock_on, today
from kartotek.core.remove import remove
from kartotek.core.write import write
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
WHY = "The lawyers <look> at this"
SHOWN = "The lawyers &lt;look&gt; at this"
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def card(world):
    return write(world.bob, "contacts", None, {"name": "Ola Nordmann", "job_title": "Chef"}).uid


@pytest.fixture
def held(world, card):
    """The same, locked by Ann for three days."""
    lock(world.ann, "contacts", card, WHY, today(world.ann) + timedelta(days=3))
    return card


@pytest.fixture
def browser(world):
    """browser("bob"): somebody's browser, which has been seen today already."""

    def opened(who):
        client = signed_in(getattr(world, who))
        client.get("/keys")
        return client

    return opened


def sent(client, uid, reason=WHY, until="", headers=PARTIAL):
    return client.post(f"/contacts/{uid}/lock", {"reason": reason, "until": until}, headers=headers)


def test_the_panel_asks_why_and_until_when_and_locks_it(browser, world, card):
    bob = browser("bob")
    page = bob.get(f"/contacts/{card}").content.decode()
    assert f'hx-get="/contacts/{card}/lock"' in page and "locked this until" not in page
    panel = bob.get(f"/contacts/{card}/lock", headers=PARTIAL).content.decode()
    assert 'name="reason"' in panel and f'max="{last_day(world.bob)}"' in panel
    day = today(world.bob) + timedelta(days=2)
    answer = sent(bob, card, until=str(day))
    assert answer.status_code == 200 and answer["HX-Trigger"] == "k:changed, k:close"
    assert "Locked." in answer.content.decode()
    assert lock_on(world.bob, "contacts", card).until == day
    page = bob.get(f"/contacts/{card}").content.decode()
    assert "You locked this until" in page and SHOWN in page and WHY not in page
    assert f'hx-post="/contacts/{card}/unlock"' in page
    again = bob.get(f"/contacts/{card}/lock", headers=PARTIAL).content.decode()
    assert SHOWN in again and f'value="{day}"' in again


def test_the_same_works_as_pages_of_their_own(browser, world, card):
    bob = browser("bob")
    assert "<h1>Lock “Ola Nordmann”</h1>" in bob.get(f"/contacts/{card}/lock").content.decode()
    for answer in (
        sent(bob, card, until=str(today(world.bob)), headers={}),
        bob.post(f"/contacts/{card}/unlock"),
    ):
        assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{card}")
    assert lock_on(world.bob, "contacts", card) is None


def test_others_read_who_why_and_until_and_get_nothing_to_change_it_with(browser, held):
    page = browser("bob").get(f"/contacts/{held}").content.decode()
    assert "Ann locked this until" in page and SHOWN in page
    for act in ("unlock", "lock", "remove", "field/job_title?edit"):
        assert f"/contacts/{held}/{act}" not in page
    own = browser("ann").get(f"/contacts/{held}").content.decode()
    for act in ("unlock", "lock", "remove", "field/job_title?edit"):
        assert f"/contacts/{held}/{act}" in own
    panel = browser("bob").get(f"/contacts/{held}/lock", headers=PARTIAL).content.decode()
    assert "Ann locked this until" in panel and 'name="reason"' not in panel


def test_what_others_try_is_refused_with_the_sentence(browser, held):
    bob, before = browser("bob"), everything()
    field = f"/contacts/{held}/field/job_title?in=rail"
    saved = {"job_title": "Cook", "version": "1"}
    tries = [
        (field, saved, PARTIAL, 403),
        (field, saved, {}, 403),
        (f"/contacts/{held}/remove", {}, PARTIAL, 403),
        (f"/contacts/{held}/lock", {"reason": "Mine", "until": "2999-01-01"}, PARTIAL, 403),
    ]
    for path, body, headers, status in tries:
        answer = bob.post(path, body, headers=headers)
        assert answer.status_code == status, path
        text = answer.content.decode()
        assert "“Ola Nordmann” is locked by Ann until" in text and SHOWN in text
        assert "or an administrator to end the lock." in text
    assert everything() == before


def test_a_bulk_change_of_it_alone_is_refused_and_of_more_names_it(browser, world, held):
    body = {"field": "job_title", "value": "Cook", "uid": str(held)}
    manager = browser("manager")
    before = everything()
    answer = manager.post("/contacts/bulk", body, headers=PARTIAL)
    assert answer.status_code == 422
    assert "is locked by Ann until" in answer.content.decode()
    assert everything() == before
    other = write(world.bob, "contacts", None, {"name": "Liv"}).uid
    body["uid"] = [str(held), str(other)]
    answer = manager.post("/contacts/bulk", body, headers=PARTIAL)
    assert answer.status_code == 200 and "is locked by Ann until" in answer.content.decode()
    assert find_one(world.ann, "contacts", other)["job_title"] == "Cook"
    assert find_one(world.ann, "contacts", held)["job_title"] == "Chef"


@pytest.mark.parametrize(
    ("reason", "until", "said"),
    [
        ("", "2", "Say why"),
        ("x" * 201, "2", "at most 200 fit"),
        ("\x00", "2", "Say why"),
        (WHY, "", "Choose the last day."),
        (WHY, "soon", "There is no such day."),
        (WHY, "2026-02-30", "There is no such day."),
        (WHY, "-1", "This day has passed."),
        (WHY, "year", "more than a year ahead"),
        (WHY, "9999-12-31", "more than a year ahead"),
    ],
)
@pytest.mark.parametrize("headers", [PARTIAL, {}], ids=["panel", "page"])
def test_what_is_typed_wrong_is_said_and_stays_typed(
    reason, until, said, headers, browser, world, card
):
    if until == "year":
        until = str(last_day(world.bob) + timedelta(days=1))
    elif until.lstrip("-").isdigit():
        until = str(today(world.bob) + timedelta(days=int(until)))
    bob = browser("bob")
    before = everything()
    answer = sent(bob, card, reason, until, headers)
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text
    assert 'aria-invalid="true"' in text
    if reason == WHY:
        assert SHOWN in text
    assert everything() == before


def test_what_is_not_there_not_open_or_in_the_trash_is_not_locked(browser, world, card):
    until = str(today(world.bob))
    assert sent(browser("bob"), uuid7(), until=until).status_code == 404
    assert sent(browser("dan"), card, until=until).status_code == 404
    assert browser("dan").post(f"/contacts/{card}/unlock").status_code == 404
    for act in ("lock", "unlock"):
        assert browser("reader").post(f"/contacts/{card}/{act}").status_code == 403
    assert browser("reader").get(f"/contacts/{card}/lock").status_code == 403
    assert browser("bob").get(f"/contacts/{card}/unlock").status_code == 405
    remove(world.bob, "contacts", card)
    answer = sent(browser("bob"), card, until=until)
    assert answer.status_code == 422 and "in the trash" in answer.content.decode()
    assert lock_on(world.bob, "contacts", card) is None


def test_who_may_not_end_it_is_told_whom_to_ask(browser, world, held):
    bob = browser("bob")
    before = everything()
    answer = bob.post(f"/contacts/{held}/unlock", headers=PARTIAL)
    assert answer.status_code == 403
    assert "Ann locked this. Ask them to end it, or an administrator." in answer.content.decode()
    assert everything() == before


def test_a_role_that_may_change_all_ends_it(browser, world, held):
    manager = browser("manager")
    assert f"/contacts/{held}/unlock" in manager.get(f"/contacts/{held}").content.decode()
    answer = manager.post(f"/contacts/{held}/unlock", headers=PARTIAL)
    assert answer.status_code == 200 and "The lock has ended." in answer.content.decode()
    assert lock_on(world.ann, "contacts", held) is None


def test_the_answer_to_both_offers_undo_and_the_history_tells(browser, world, card):
    bob = browser("bob")
    locked = sent(bob, card, until=str(today(world.bob))).content.decode()
    (undo,) = set(re.findall(r"/undo/[0-9a-f-]{36}", locked))
    undone = bob.post(undo, headers=PARTIAL).content.decode()
    assert "Undone: Lock of Ola Nordmann." in undone
    assert lock_on(world.bob, "contacts", card) is None
    (redo,) = set(re.findall(r"/undo/[0-9a-f-]{36}", undone))
    bob.post(f"{redo}?redo=1", headers=PARTIAL)
    assert lock_on(world.bob, "contacts", card).reason == WHY
    ended = bob.post(f"/contacts/{card}/unlock", headers=PARTIAL).content.decode()
    assert "/undo/" in ended
    page = bob.get(f"/contacts/{card}/history").content.decode()
    assert page.count("Locked by Bob until") == 2 and page.count("The lock of Bob ended") == 2
    assert "changed the lock on this" in page and WHY not in page
    assert "/versions/1/restore" not in page


DAY = r"Locked by Ann until [^<]+"


@pytest.mark.parametrize(
    "path",
    ["/contacts", "/contacts/board", "/contacts/calendar?on=created_at", "/search?q=Ola"],
)
def test_it_is_marked_wherever_records_stand_by_the_dozen(path, browser, world, held):
    bob = browser("bob")
    text = bob.get(path, headers=PARTIAL if "search" in path else {}).content.decode()
    words = set(re.findall(f'<span class="hidden"> ({DAY})</span>', text))
    assert len(words) == 1 and "lock-mark" in text and "lawyers" not in text
    end_lock(world.ann, "contacts", held)
    assert "lock-mark" not in bob.get(path).content.decode()


def test_what_changed_last_is_marked_in_the_palette_too(browser, world):
    firm = write(world.bob, "companies", None, {"name": "Fjord"}).uid
    lock(world.ann, "companies", firm, WHY, today(world.ann))
    text = browser("bob").get("/search?q=", headers=PARTIAL).content.decode()
    assert re.search(f'<span class="hidden"> {DAY}</span>', text)


def test_marks_cost_one_query_where_any_is_locked_and_none_elsewhere(browser, world, held):
    bob, paths = browser("bob"), ["/contacts", "/contacts/board", "/search?q=Ola"]
    other = write(world.bob, "contacts", None, {"name": "Ola Berg"}).uid

    def asked(path):
        bob.get(path)
        with CaptureQueriesContext(connection) as found:
            bob.get(path)
        return len(found)

    one = [asked(path) for path in paths]
    lock(world.bob, "contacts", other, WHY, today(world.bob))
    assert [asked(path) for path in paths] == one
    end_lock(world.ann, "contacts", held)
    end_lock(world.bob, "contacts", other)
    assert [asked(path) for path in paths] == [count - 1 for count in one]
