"""The board: its columns and cards, who sees it, and a card that is moved or stays."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from kartotek.core import viewing
from kartotek.core.find import find_one
from kartotek.core.history import history
from kartotek.core.measure import Measure, measure
from kartotek.core.remove import remove
from kartotek.core.write import write
from kartotek.interfaces.web import cards
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.refused import NOBODYS, said
from tests.web_client import signed_in

PEOPLE = [("Ada", "lead"), ("Ben", "customer"), ("Cleo", "lead"), ("Dora", ""), ("Egil", "former")]


def inside(actor, **options):
    """A browser of `actor` who was seen here before: coming in leaves a trace of its own."""
    browser = signed_in(actor, **options)
    browser.get("/keys")
    return browser


@pytest.fixture
def browser(ann):
    return inside(ann)


@pytest.fixture
def people(ann, fjord):
    """Name → uid of a few contacts; all of them work at Fjord."""
    return {
        name: str(write(ann, "contacts", None,
                        {"name": name, "lifecycle": status, "company": fjord}).uid)
        for name, status in PEOPLE
    }  # fmt: skip


def lanes(page):
    """Heading of each column → the titles of its cards."""
    found = re.findall(r'<section class="board-lane".*?</section>', text_of(page), re.DOTALL)
    return {heads(one)[0]: re.findall(r'class="board-title"[^>]*>([^<]*)<', one) for one in found}


def heads(html):
    found = re.findall(r"<h2.*?</h2>", html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


def text_of(page):
    return unescape(page.content.decode())


def version_of(page, uid):
    card = re.search(rf'id="c-{uid}".*?name="version" value="(\d+)"', text_of(page), re.DOTALL)
    return card[1]


def move(browser, uid, to, version="1", key="contacts", **headers):
    sent = {"to": to, "version": version}
    return browser.post(f"/{key}/{uid}/move", sent, **{**PIECE, **headers})


def status(actor, uid):
    return find_one(actor, "contacts", uid)["lifecycle"]


def seen_by(monkeypatch, actor, **rights):
    """A browser of `actor` whose role is changed by `rights`."""
    now = replace(actor, rights=replace(actor.rights, **rights))
    monkeypatch.setattr("kartotek.people.middleware.actor_of_session", lambda _session: (1, now))
    return inside(actor)


def test_each_choice_is_a_column_in_its_order_and_none_at_all_comes_first(browser, people):
    assert lanes(browser.get("/contacts/board")) == {
        "Without “Status” 1": ["Dora"],
        "Lead 2": ["Ada", "Cleo"],
        "Prospect 0": [],
        "Customer 1": ["Ben"],
        "Former customer 1": ["Egil"],
        "Partner 0": [],
    }


def test_without_an_empty_one_there_is_no_column_for_it(browser, ann, people):
    remove(ann, "contacts", people["Dora"])
    assert not any("Without" in head for head in lanes(browser.get("/contacts/board")))


def test_words_filters_and_order_of_the_list_hold_on_the_board(browser, people):
    assert [*lanes(browser.get("/contacts/board?q=ada")).values()] == [["Ada"], [], [], [], []]
    narrowed = lanes(browser.get("/contacts/board?f=name:starts:C"))
    assert narrowed["Lead 1"] == ["Cleo"]
    assert lanes(browser.get("/contacts/board?sort=-name"))["Lead 2"] == ["Cleo", "Ada"]
    assert lanes(browser.get("/contacts/board?lifecycle=lead")) == {"Lead 2": ["Ada", "Cleo"]}


def test_table_and_board_lead_to_each_other_with_the_same_question(browser, people):
    query = "?q=a&sort=-name&lifecycle=lead&f=name:starts:A"
    assert f'href="/contacts/board{query}"' in text_of(browser.get(f"/contacts{query}"))
    assert f'href="/contacts{query}"' in text_of(browser.get(f"/contacts/board{query}"))
    piece = browser.get(f"/contacts/board{query}", **PIECE)
    assert piece["HX-Replace-Url"] == f"/contacts/board{query}"
    assert "<html" not in text_of(piece)


def test_a_filter_from_the_menu_stays_on_the_board(browser, people):
    piece = browser.get("/contacts/board?add=name&add.op=starts&add.value=C&add.now=1", **PIECE)
    assert piece["HX-Replace-Url"] == "/contacts/board?f=name:starts:C"
    assert piece["HX-Trigger"] == "k:filtered"


def test_the_counts_add_up_to_what_the_list_counts(browser, ann, people):
    shown = [int(head.rsplit(" ", 1)[1]) for head in lanes(browser.get("/contacts/board"))]
    assert sum(shown) == measure(ann, "contacts", Measure()).total.count == len(PEOPLE)


def test_more_cards_than_fit_are_told_and_stand_in_the_list(browser, people, monkeypatch):
    monkeypatch.setattr(cards, "MOST", 1)
    page = browser.get("/contacts/board?q=a")
    monkeypatch.undo()
    assert lanes(browser.get("/contacts/board"))["Lead 2"] == ["Ada", "Cleo"]
    page = browser.get("/contacts/board")
    assert "more in the list" not in text_of(page)
    monkeypatch.setattr(cards, "MOST", 1)
    page = browser.get("/contacts/board?sort=-name")
    assert lanes(page)["Lead 2"] == ["Cleo"]
    link = re.search(r'class="board-more" href="([^"]+)">([^<]+)<', text_of(page))
    assert link[2] == "1 more in the list"
    rows = text_of(browser.get(link[1]))
    assert "Ada" in rows and "Cleo" in rows and "Ben" not in rows


def test_a_choice_that_is_none_any_more_is_a_column_that_takes_no_card(browser, ann, people):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_contact SET lifecycle = 'gone' WHERE name = 'Egil'")
    page = browser.get("/contacts/board")
    assert lanes(page)["Other 1"] == ["Egil"]
    assert 'data-lane="lead"' in text_of(page)
    assert 'data-lane="-"' not in text_of(page)
    assert 'value="gone"' not in text_of(page)


@pytest.mark.parametrize(
    "query", ["", "?q=a", "?sort=-name", "?sort=last_contacted", "?f=name:starts:A", "?owner=me"]
)
@pytest.mark.parametrize("who", ["ann", "bob"])
def test_very_many_records_are_read_by_column_and_shown_alike(
    query, who, world, people, monkeypatch
):
    seen, page = inside(getattr(world, who)), f"/contacts/board{query}"
    write(world.bob, "contacts", None, {"name": "Ada Bob", "lifecycle": "lead"})
    write(world.ann, "contacts", people["Cleo"], {"last_contacted": "2026-01-01T10:00:00Z"})
    at_once = lanes(seen.get(page))
    monkeypatch.setattr(cards, "AT_ONCE", 0)
    assert lanes(seen.get(page)) == at_once
    assert any(at_once.values())


@pytest.fixture
def bills(ann):
    lines = [{"text": "Work", "quantity": 2, "price": 700}]
    first = write(ann, "bills", None, {"name": "First", "stage": "draft", "lines": lines}).uid
    write(ann, "bills", None, {"name": "Second", "stage": "draft", "lines": lines})
    write(ann, "bills", None, {"name": "Third", "stage": "sent", "lines": lines})
    return first


def test_the_head_of_a_column_sums_what_the_declaration_says(browser, bills):
    assert [*lanes(browser.get("/bills/board"))] == ["Draft 2 2,800", "Sent 1 1,400", "Settled 0"]


def test_a_hidden_total_is_not_summed(ann, bills, monkeypatch):
    hidden = {"bills": frozenset({"total"})}
    page = seen_by(monkeypatch, ann, hidden=hidden).get("/bills/board")
    assert [*lanes(page)] == ["Draft 2", "Sent 1", "Settled 0"]
    assert "1,400" not in text_of(page)


def test_what_nobody_changed_for_long_is_marked(browser, bills, monkeypatch):
    assert "Not changed for long" not in text_of(browser.get("/bills/board"))

    class Later(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(UTC) + timedelta(days=15)

    monkeypatch.setattr(cards, "datetime", Later)
    assert text_of(browser.get("/bills/board")).count("Not changed for long") == 3


def test_a_type_without_a_board_has_none(browser, people):
    assert browser.get("/companies/board").status_code == 404
    assert "/companies/board" not in text_of(browser.get("/companies"))
    assert move(browser, people["Ada"], "lead", key="companies").status_code == 404


def test_a_move_is_one_change_with_undo(browser, ann, people):
    answer = move(browser, people["Ada"], "customer")
    assert said(answer) == ["“Ada” is in “Customer” now."]
    assert answer["HX-Trigger"] == "k:changed"
    assert status(ann, people["Ada"]) == "customer"
    undo = re.search(r'data-undo="([^"]+)"', text_of(answer))[1]
    assert browser.post(undo, **PIECE).status_code == 200
    assert status(ann, people["Ada"]) == "lead"


def test_to_where_it_stands_nothing_is_written(browser, people):
    before = everything()
    answer = move(browser, people["Ada"], "lead")
    assert answer.status_code == 200
    assert "data-undo" not in text_of(answer)
    assert everything() == before


def test_without_a_script_one_comes_back_to_the_same_board(browser, ann, people):
    page = browser.get("/contacts/board?q=ada&sort=-name")
    action = re.search(rf'action="(/contacts/{people["Ada"]}/move[^"]*)"', text_of(page))[1]
    sent = {"to": "partner", "version": version_of(page, people["Ada"])}
    answer = browser.post(action, sent)
    assert (answer.status_code, answer["Location"]) == (302, "/contacts/board?q=ada&sort=-name")
    assert status(ann, people["Ada"]) == "partner"


def test_a_card_that_somebody_moved_meanwhile_is_not_moved_over_it(browser, world, ann, people):
    write(ann, "contacts", people["Ada"], {"lifecycle": "partner"})
    before = everything()
    answer = move(browser, people["Ada"], "customer", version="1")
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in said(answer)[0]
    assert everything() == before


def test_another_field_changed_meanwhile_is_no_conflict(browser, ann, people):
    write(ann, "contacts", people["Ada"], {"job_title": "Buyer"})
    assert move(browser, people["Ada"], "customer", version="1").status_code == 200
    assert find_one(ann, "contacts", people["Ada"])["job_title"] == "Buyer"


@pytest.mark.parametrize("to", ["nosuch", "", "Customer", "lead\x00", "x" * 100_000, "<b>", "me"])
def test_an_unknown_column_is_refused(browser, people, to):
    before = everything()
    answer = move(browser, people["Ada"], to)
    assert (answer.status_code, said(answer)) == (
        422,
        ["This column is not there any more. Reload the board."],
    )
    assert everything() == before


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "1.5", "²", "1 OR 1=1"])
def test_a_version_that_is_none_is_refused(browser, people, version):
    before = everything()
    assert move(browser, people["Ada"], "customer", version=version).status_code == 422
    assert everything() == before


def test_a_version_that_never_was_is_refused(browser, people):
    before = everything()
    assert move(browser, people["Ada"], "customer", version="99").status_code in (409, 422)
    assert everything() == before


def test_an_unknown_or_removed_record_is_not_moved(browser, ann, people):
    remove(ann, "contacts", people["Ben"])
    before = everything()
    assert move(browser, NOBODYS, "customer").status_code == 404
    assert move(browser, people["Ben"], "lead", version="2").status_code in (404, 422)
    assert browser.get(f"/contacts/{people['Ada']}/move").status_code == 405
    assert everything() == before


@pytest.mark.parametrize(
    "query",
    ["nosuch=1", "sort=nosuch", "cols=nosuch", "f=nosuch:is:1", "f=name", "f=name:near:x",
     "lifecycle=nosuch", "sort=phones", "add=nosuch&add.op=is&add.now=1&add.value=1"],
)  # fmt: skip
def test_a_damaged_address_is_refused_calmly(browser, people, query):
    before = everything()
    page = browser.get(f"/contacts/board?{query}")
    assert page.status_code == 422
    assert "This list cannot be shown as asked" in text_of(page)
    assert browser.get(f"/contacts/board?{query}", **PIECE).status_code == 422
    assert everything() == before


@pytest.mark.parametrize(
    "query", ["after=abc", "size=-5", "size=99999999", "view=all", "q=%00", "q=" + "x" * 5_000]
)
def test_what_a_board_has_no_use_for_does_not_disturb_it(browser, people, query):
    assert browser.get(f"/contacts/board?{query}").status_code == 200


def test_a_view_that_is_gone_is_told(browser, people):
    assert browser.get(f"/contacts/board?view={NOBODYS}").status_code == 404


def test_a_saved_view_is_opened_as_a_board_and_left_as_one(browser, ann, people):
    query = "lifecycle=lead&sort=-name"
    view = viewing.keep(ann, "contacts", "Leads", query, shown_as="board").uid
    page = browser.get(f"/contacts/board?view={view}")
    assert lanes(page) == {"Lead 2": ["Cleo", "Ada"]}
    assert f'href="/contacts/board?view={view}"' in text_of(page)
    assert f'href="/contacts?of={view}&sort=-name&lifecycle=lead"' in text_of(page)


def test_titles_are_text(browser, ann, people):
    title = '"><script>alert(1)</script>{title}'
    write(ann, "contacts", people["Ada"], {"name": title})
    page = browser.get("/contacts/board").content.decode()
    assert "<script>alert(1)" not in page
    assert page.count("&gt;&lt;script&gt;alert(1)&lt;/script&gt;{title}") == 2
    assert "<script>" not in move(browser, people["Ada"], "customer", "2").content.decode()


@pytest.mark.parametrize("kind", ["hidden", "masked"])
def test_for_whom_the_field_is_shut_there_is_no_board(ann, people, monkeypatch, kind):
    shut = {"contacts": frozenset({"lifecycle"})}
    blind = seen_by(monkeypatch, ann, **{kind: shut})
    before = everything()
    assert blind.get("/contacts/board").status_code == 404
    assert move(blind, people["Ada"], "customer").status_code == 404
    assert "/contacts/board" not in text_of(blind.get("/contacts"))
    assert everything() == before


def test_who_may_only_read_the_field_sees_the_board_and_moves_nothing(ann, people, monkeypatch):
    fixed = {"contacts": frozenset({"lifecycle"})}
    reader = seen_by(monkeypatch, ann, read_only=fixed)
    page = reader.get("/contacts/board")
    assert lanes(page)["Lead 2"] == ["Ada", "Cleo"]
    assert not re.search(r'draggable="true"|/move|board-move', text_of(page))
    before = everything()
    assert move(reader, people["Ada"], "customer").status_code in (403, 422)
    assert everything() == before


def test_who_may_only_read_records_sees_the_board_and_moves_nothing(world, people):
    uid = str(write(world.bob, "contacts", None, {"name": "Bobs", "lifecycle": "lead"}).uid)
    reader = inside(world.reader)
    page = reader.get("/contacts/board")
    assert "Bobs" in text_of(page)
    assert not re.search(r'draggable="true"|/move|board-move', text_of(page))
    before = everything()
    assert move(reader, uid, "customer").status_code == 403
    assert everything() == before


def test_figures_and_cards_end_at_ones_reach(world, people):
    write(world.bob, "contacts", None, {"name": "Bobs", "lifecycle": "lead"})
    bob, dan = inside(world.bob), inside(world.dan)
    assert lanes(bob.get("/contacts/board"))["Lead 1"] == ["Bobs"]
    assert lanes(dan.get("/contacts/board")) == {}
    before = everything()
    assert move(dan, people["Ada"], "customer").status_code == 404
    assert everything() == before


def test_without_a_role_the_board_is_not_open(world, people):
    eve = inside(world.eve)
    assert eve.get("/contacts/board").status_code == eve.get("/contacts").status_code == 403


def test_without_signing_in_there_is_only_the_way_to_it(people):
    before = everything()
    page = Client().get("/contacts/board?q=a")
    assert (page.status_code, page["Location"]) == (
        302,
        "/sign-in?next=%2Fcontacts%2Fboard%3Fq%3Da",
    )
    assert move(Client(), people["Ada"], "customer").status_code in (401, 403)
    assert everything() == before


def test_a_move_without_the_token_of_a_form_is_refused(ann, people):
    strict = inside(ann, enforce_csrf_checks=True)
    before = everything()
    assert move(strict, people["Ada"], "customer").status_code == 403
    assert everything() == before


def test_the_history_tells_of_one_move(browser, ann, people):
    from kartotek.core.context import Context

    move(browser, people["Ada"], "customer")
    assert len(history(ann, "contacts", people["Ada"], Context())) == 2
