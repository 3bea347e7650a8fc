"""Saved views: a question kept under a name, opened by its address, changed and shown to others."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from kartotek.core import viewing
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from kartotek.people import roles
from tests.everything import everything
from tests.interfaces.api.calling import send
from tests.interfaces.web.reading import PIECE, titles
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
LEADS = "lifecycle=lead"


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def three(ann):
    for name, status in [("Fjord", "customer"), ("Aurora", "lead"), ("Quartz", "lead")]:
        write(ann, "companies", None, {"name": name, "lifecycle": status})


def kept(actor, name="Leads", query=LEADS, **more):
    return viewing.keep(actor, "companies", name, query, **more).uid


def names(actor):
    return [one.name for one in viewing.views_of(actor, "companies")]


def test_a_question_is_saved_as_it_is_asked_and_opened_by_its_address(browser, ann, three):
    asked = "?q=a&sort=-name&cols=owner,tags&of=x&lifecycle=lead&lifecycle=customer"
    answer = browser.post("/companies/views", {"name": "Leads", "query": asked}, **PIECE)
    (view,) = viewing.views_of(ann, "companies")
    assert view.query == "q=a&sort=-name&cols=owner,tags&lifecycle=customer&lifecycle=lead"
    assert f"/companies?view={view.uid}" in answer["HX-Trigger"]
    assert titles(browser.get(f"/companies?view={view.uid}")) == ["Aurora"]


def test_the_view_that_is_shown_is_marked_and_a_change_of_it_is_told(browser, ann, three):
    uid = kept(ann)
    page = browser.get(f"/companies?view={uid}").content.decode()
    assert re.search(rf'view={uid}" aria-current="page"', page)
    assert "data-save-view" not in page
    page = browser.get(f"/companies?of={uid}&q=a").content.decode()
    assert "views-changed" in page
    assert "Save in “Leads”" in page


def test_the_address_of_an_unchanged_view_stays_that_of_the_view(browser, ann, three):
    uid = kept(ann)
    piece = browser.get(f"/companies?of={uid}&lifecycle=lead", **PIECE)
    assert piece["HX-Replace-Url"] == f"/companies?view={uid}"
    piece = browser.get(f"/companies?of={uid}", **PIECE)
    assert piece["HX-Replace-Url"] == f"/companies?of={uid}"
    assert len(titles(piece)) == 3


def test_a_changed_question_is_saved_in_its_view_and_undone(browser, ann):
    uid = kept(ann)
    sent = {"do": "save", "query": "lifecycle=customer"}
    answer = browser.post(f"/companies/views/{uid}", sent, **PIECE)
    assert viewing.view_of(ann, uid).query == "lifecycle=customer"
    undo = re.search(r'hx-post="(/undo/[^"]+)"', answer.content.decode())
    assert undo is not None
    browser.post(undo[1], **PIECE)
    assert viewing.view_of(ann, uid).query == LEADS


def test_a_view_is_renamed_shared_and_removed_from_its_menu(browser, world):
    uid = kept(world.ann)
    browser.post(f"/companies/views/{uid}", {"do": "rename", "name": "Cold"}, **PIECE)
    browser.post(f"/companies/views/{uid}", {"do": "share"}, **PIECE)
    assert names(world.bob) == ["Cold"]
    browser.post(f"/companies/views/{uid}", {"do": "unshare"}, **PIECE)
    assert (names(world.bob), names(world.ann)) == ([], ["Cold"])
    browser.post(f"/companies/views/{uid}", {"do": "remove"}, **PIECE)
    assert names(world.ann) == []


def test_another_person_opens_what_is_shared_with_their_own_rights(world, three):
    write(world.bob, "companies", None, {"name": "Bobs", "lifecycle": "lead"})
    uid = kept(world.ann, shared=True)
    page = signed_in(world.bob).get(f"/companies?view={uid}")
    assert titles(page) == ["Bobs"]
    text = page.content.decode()
    assert "Its page and its changes" in text
    assert '"do":' not in text and 'name="do"' not in text  # nothing of it is theirs to change
    assert signed_in(world.bob).post(f"/companies/views/{uid}", {"do": "remove"}).status_code == 403


def test_a_view_of_ones_own_is_not_open_to_others(world):
    uid = kept(world.bob)
    assert signed_in(world.dan).get(f"/companies?view={uid}").status_code == 404
    assert "Leads" not in signed_in(world.dan).get("/companies").content.decode()


def test_the_list_opens_with_the_view_that_is_set_first(browser, ann, three):
    uid = kept(ann)
    browser.post(f"/companies/views/{uid}", {"do": "first"}, **PIECE)
    assert browser.get("/companies")["Location"] == f"/companies?view={uid}"
    assert len(titles(browser.get("/companies?view=all"))) == 3
    assert len(titles(browser.get("/companies?q=fjord"))) == 1
    browser.post(f"/companies/views/{uid}", {"do": "not_first"}, **PIECE)
    assert browser.get("/companies").status_code == 200


@pytest.mark.parametrize("gone", ["nosuch=1", "f=nosuch:is:1", "lifecycle=nosuch", "sort=nosuch"])
def test_a_view_whose_field_is_gone_says_so_and_opens_without_it(gone, browser, ann, three):
    uid = kept(ann, query=f"q=fjord&{gone}")
    page = browser.get(f"/companies?view={uid}")
    assert page.status_code == 422
    assert "nosuch" in page.content.decode()
    assert titles(page) == []
    way = re.search(r'href="([^"]+)">Take that out', page.content.decode())
    assert way is not None
    assert titles(browser.get(way[1].replace("&amp;", "&"))) == ["Fjord"]


def test_the_next_page_of_a_view_is_of_the_same_question(browser, ann):
    for number in range(53):
        write(ann, "companies", None, {"name": f"Firm {number:02}", "lifecycle": "lead"})
    write(ann, "companies", None, {"name": "Aaa", "lifecycle": "customer"})
    page = browser.get(f"/companies?view={kept(ann)}").content.decode()
    more = re.search(r'class="more" hx-get="([^"]+)"', page)
    assert more is not None
    assert len(titles(browser.get(more[1].replace("&amp;", "&"), **PIECE))) == 3


def test_a_view_of_another_list_and_a_broken_name_are_not_there(browser, ann):
    uid = viewing.keep(ann, "contacts", "People", "").uid
    for view in (uid, "junk", "0" * 36):
        assert browser.get(f"/companies?view={view}").status_code == 404
    assert find(ann, "savedviews", Question(count=True)).count == 1


def test_what_is_written_in_a_name_is_no_markup(browser, ann):
    uid = kept(ann, "<script>alert(1)</script>")
    page = browser.get(f"/companies?view={uid}").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_view_whose_saving_is_taken_back_leads_to_the_whole_list(browser, ann):
    uid = kept(ann)
    browser.post(f"/companies/views/{uid}", {"do": "remove"}, **PIECE)
    piece = browser.get(f"/companies?view={uid}&size=50", **PIECE)
    assert piece["HX-Redirect"] == "/companies?view=all"


def test_a_damaged_question_that_a_program_kept_is_refused_calmly(browser, ann):
    uid = kept(ann, query="f=name")
    assert browser.get(f"/companies?view={uid}").status_code == 422
    assert browser.get(f"/companies?of={uid}&q=a").status_code == 200


@pytest.mark.parametrize("path", [
    "/companies/bulk", "/companies/bulk/field", "/companies/views", "/companies/views/{uid}",
    "/companies/views/{uid}/links", "/companies/views/{uid}/links/{uid}", "/bulk/{uid}",
])  # fmt: skip
def test_who_is_not_signed_in_is_sent_to_sign_in_and_changes_nothing(path, ann):
    place = path.format(uid=kept(ann))
    before = everything()
    for ask in (Client().get, Client().post):
        answer = ask(place)
        assert answer.status_code == 405 or answer["Location"].startswith("/sign-in")
    assert everything() == before


@pytest.mark.parametrize("place", ["board", "calendar"])
def test_a_view_opens_as_it_was_saved(place, browser, ann):
    sent = {"name": "Ours", "query": LEADS, "shown_as": place}
    page = browser.get(f"/contacts/{place}?{LEADS}").content.decode()
    assert f'name="shown_as" value="{place}"' in page
    answer = browser.post("/contacts/views", sent, **PIECE)
    (view,) = viewing.views_of(ann, "contacts")
    there = f"/contacts/{place}?view={view.uid}"
    assert view.shown_as == place and f'"{there}"' in answer["HX-Trigger"]
    shown = browser.get(there).content.decode()
    assert f'href="{there}" aria-current="page"' in shown and "views-changed" not in shown
    # From the list, from an older address and from the palette, too.
    assert f'href="{there}"' in browser.get("/contacts").content.decode()
    assert browser.get(f"/contacts?view={view.uid}")["Location"] == there
    assert f'data-href="{there}"' in browser.get("/search?q=ours").content.decode()
    piece = browser.get(f"/contacts/{place}?of={view.uid}&{LEADS}", **PIECE)
    assert piece["HX-Replace-Url"] == there
    viewing.open_first(ann, view)
    assert browser.get("/contacts")["Location"] == there


def test_another_way_to_show_it_is_a_change_that_is_saved_and_undone(browser, ann, three):
    uid = viewing.keep(ann, "contacts", "Ours", LEADS).uid
    page = browser.get(f"/contacts/board?of={uid}&{LEADS}").content.decode()
    assert "views-changed" in page and "Save in “Ours”" in page
    sent = {"do": "save", "query": LEADS, "shown_as": "board"}
    answer = browser.post(f"/contacts/views/{uid}", sent, **PIECE)
    assert f'"/contacts/board?view={uid}"' in answer["HX-Trigger"]
    assert viewing.view_of(ann, uid).shown_as == "board"
    browser.post(re.search(r'hx-post="(/undo/[^"]+)"', answer.content.decode())[1], **PIECE)
    assert viewing.view_of(ann, uid).shown_as == "list"


def test_a_board_without_a_filter_is_worth_a_view_a_bare_list_is_not(browser, ann, three):
    write(ann, "contacts", None, {"name": "Ola"})
    assert "data-save-view" in browser.get("/contacts/board").content.decode()
    assert "data-save-view" not in browser.get("/contacts").content.decode()
    browser.post("/contacts/views", {"name": "All", "query": "", "shown_as": "board"}, **PIECE)
    (view,) = viewing.views_of(ann, "contacts")
    assert browser.get(f"/contacts/board?view={view.uid}").status_code == 200


def test_an_old_view_says_nothing_and_is_a_list(browser, ann):
    values = {"name": "Old", "on": "contacts", "query": LEADS}
    uid = write(ann, viewing.KEY, None, values).uid
    assert viewing.view_of(ann, uid).shown_as == "list"
    assert browser.get(f"/contacts?view={uid}").status_code == 200
    board = browser.get("/contacts/board").content.decode()
    assert f'href="/contacts?view={uid}"' in board


def test_where_there_is_no_board_for_the_reader_the_view_is_a_list(world, monkeypatch):
    uid = viewing.keep(world.ann, "contacts", "Ours", "q=a", shown_as="board", shared=True).uid
    shut = {"contacts": frozenset({"lifecycle"})}
    hidden = replace(roles.rights_of("sales"), hidden=shut)
    monkeypatch.setattr("kartotek.people.acting.rights_of", lambda _role: hidden)
    bob = signed_in(world.bob)
    assert bob.get(f"/contacts/board?view={uid}").status_code == 404
    assert bob.get(f"/contacts?view={uid}").status_code == 200
    assert f'href="/contacts?view={uid}"' in bob.get("/contacts").content.decode()


def test_what_is_no_way_to_show_it_is_refused(browser, ann):
    browser.get("/keys")
    before = everything()
    sent = {"name": "Ours", "query": LEADS, "shown_as": "globe"}
    assert browser.post("/contacts/views", sent, **PIECE).status_code == 422
    assert everything() == before


def test_programs_read_and_write_how_it_is_shown(browser, ann):
    values = {"name": "Ours", "on": "contacts", "query": LEADS, "shown_as": "calendar"}
    made = send(browser, "POST", f"/{viewing.KEY}", values).json()
    assert made["shown_as"] == "calendar"
    assert browser.get(f"/contacts?view={made['uid']}")["Location"].startswith("/contacts/calendar")
