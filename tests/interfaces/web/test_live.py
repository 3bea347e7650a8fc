"""What an open page asks: short answers, no writing, and the curtain when the session is over."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kartotek.core.actor import system
from kartotek.core.write import write
from kartotek.people import middleware
from tests.web_client import signed_in

MARK = "Live-After"


@pytest.fixture
def browser(bob):
    return signed_in(bob)


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola"}).uid


def asked(browser, after="", watch=""):
    return browser.get("/live", {"after": after, "watch": watch})


def mark_of(page):
    return re.search(r'<k-live [^>]*data-after="([^"]+)" data-watch="([^"]+)"', page.text).groups()


def test_nothing_new_is_an_empty_answer_with_a_new_mark(browser, ola):
    begun = asked(browser)
    answer = asked(browser, begun[MARK], "contacts")
    assert (begun.status_code, answer.status_code, answer.content) == (204, 204, b"")
    assert answer[MARK] not in ("", begun[MARK])
    assert answer["Cache-Control"] == "no-store"


def test_the_list_hears_of_what_was_written_since_it_was_read(browser, world, ola):
    after, watch = mark_of(browser.get("/contacts"))
    assert watch == "contacts"
    write(world.ann, "contacts", ola, {"job_title": "Buyer"})
    answer = asked(browser, after, watch)
    assert answer.json() == {
        "watch": ["contacts"],
        "records": [{"uid": str(ola), "who": "Ann", "fields": ["job_title"]}],
    }
    assert asked(browser, answer[MARK], watch).status_code == 204


@pytest.mark.parametrize("path", ["", "/history"])
def test_the_page_of_a_record_hears_of_it_and_of_what_stands_on_it(browser, bob, ola, path):
    after, watch = mark_of(browser.get(f"/contacts/{ola}{path}"))
    assert watch == f"contacts/{ola}"
    write(bob, "notes", None, {"text": "x", "about": [{"type": "contacts", "uid": str(ola)}]})
    assert asked(browser, after, watch).json() == {"watch": [watch], "records": []}


def test_no_answer_holds_a_number_of_the_house(browser, dan, ola):
    after, watch = mark_of(browser.get("/contacts"))
    far = write(dan, "contacts", None, {"name": "Far"}).uid
    answer = asked(browser, after, f"{watch},contacts/{far}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_too_much_or_what_is_no_record_is_refused(browser):
    after = asked(browser)[MARK]
    assert asked(browser, after, "contacts/5").status_code == 422
    assert asked(browser, after, ",".join(f"k{n}" for n in range(50))).status_code == 422
    assert browser.post("/live").status_code == 405


def writes(captured):
    return [
        one["sql"] for one in captured
        if one["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")
    ]  # fmt: skip


def test_asking_costs_at_most_four_queries_and_writes_nothing(browser, bob, world, ola):
    middleware._seen.clear()
    watch = f"contacts,contacts/{ola}"
    after = asked(browser, asked(browser)[MARK], watch)[MARK]  # the first one may say "seen"
    with CaptureQueriesContext(connection) as quiet:
        after = asked(browser, after, watch)[MARK]
    assert len(quiet) <= 2, [one["sql"][:120] for one in quiet]
    write(world.ann, "contacts", ola, {"job_title": "Buyer"})
    with CaptureQueriesContext(connection) as told:
        assert asked(browser, after, watch).status_code == 200
    assert len(told) <= 4, [one["sql"][:120] for one in told]
    assert writes([*quiet, *told]) == []


def test_looking_at_what_is_out_of_reach_costs_at_most_five(browser, dan):
    after = asked(browser)[MARK]
    write(dan, "contacts", None, {"name": "Far"})
    with CaptureQueriesContext(connection) as captured:
        assert asked(browser, after, "contacts").status_code == 204
    assert len(captured) <= 5, [one["sql"][:120] for one in captured]


def test_a_deactivated_member_gets_the_curtain_at_the_next_question(browser, bob):
    after = asked(browser)[MARK]
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = asked(browser, after, "contacts")
    assert answer.status_code == 401
    assert "You are signed out: your access was ended" in answer.text
    assert 'href="/sign-in?ended=1"' in answer.text


def test_who_is_signed_out_gets_the_curtain_and_the_way_back(db):
    answer = Client().get("/live", headers={"referer": "http://testserver/contacts?q=x"})
    assert answer.status_code == 401
    assert "access was ended" not in answer.text
    assert 'href="/sign-in?next=%2Fcontacts%3Fq%3Dx"' in answer.text


def test_a_page_that_watches_nothing_still_asks(browser):
    assert 'data-after="" data-watch=""' in browser.get("/keys").text
