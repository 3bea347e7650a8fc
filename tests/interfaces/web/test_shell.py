"""The frame of every page: signing in, the policy, the look, the keys, taking back."""

import re
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from kartotek.core.find import find_one
from kartotek.core.write import write
from kartotek.interfaces.web import assets
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def test_a_stranger_is_sent_to_sign_in_and_comes_back(db):
    answer = Client().get("/companies?q=x")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=%2Fcompanies%3Fq%3Dx"


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(db):
    answer = Client().get("/search?q=x", **PIECE)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/sign-in?next=")


def test_the_policy_allows_the_import_map_and_no_other_inline_script(browser):
    page = browser.get("/companies")
    policy = page["Content-Security-Policy"]
    assert f"script-src 'self' {assets.import_map_hash()}" in policy
    assert "unsafe" not in policy
    text = page.content.decode()
    assert re.findall(r"<script(?![^>]* src=)([^>]*)>", text) == [' type="importmap"']
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text)


def test_every_style_and_script_that_is_linked_is_there(browser):
    text = browser.get("/keys").content.decode()
    linked = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
    assert len(linked) > 20
    assert [name for name in linked if finders.find(name) is None] == []


def test_theme_and_density_are_in_the_first_byte(browser):
    browser.cookies["k_theme"] = "dark"
    browser.cookies["k_density"] = "dense"
    browser.cookies["k_keys"] = '"><script>'
    assert 'data-theme="dark" data-density="dense" data-keys="on"' in (
        browser.get("/companies").content.decode()
    )


def test_the_menu_leads_to_each_list_with_a_letter_of_its_own(browser):
    text = browser.get("/keys").content.decode()
    letters = re.findall(r'data-key="g ([a-z])"', text)
    assert len(letters) >= 4
    assert len(set(letters)) == len(letters)
    assert 'href="/companies"' in text


def test_the_way_in_leads_to_the_first_list(browser):
    assert browser.get("/")["Location"] == "/companies"


def test_an_undo_names_what_it_took_back_and_offers_to_redo(browser, ann):
    made = write(ann, "companies", None, {"name": "Fjord"})
    saved = write(ann, "companies", made.uid, {"source": "Fair"})
    toast = browser.post(f"/undo/{saved.batch}", **PIECE)
    assert "Undone: Source of Fjord." in toast.content.decode()
    assert toast["HX-Trigger"] == "k:changed"
    redo = re.search(r'hx-post="(/undo/[^"]+redo=1)"', toast.content.decode())
    assert redo is not None
    assert "Brought back: Source of Fjord." in browser.post(redo[1], **PIECE).content.decode()
    assert find_one(ann, "companies", made.uid)["source"] == "Fair"


def test_an_undo_tells_what_it_left_alone_and_why(browser, ann):
    made = write(ann, "companies", None, {"name": "Fjord"})
    saved = write(ann, "companies", made.uid, {"source": "Fair"})
    write(ann, "companies", made.uid, {"source": "Call"})
    text = browser.post(f"/undo/{saved.batch}", **PIECE).content.decode()
    assert "Source was kept" in text
    assert find_one(ann, "companies", made.uid)["source"] == "Call"


def test_an_undo_of_nothing_is_a_calm_toast(browser):
    toast = browser.post(f"/undo/{uuid4()}", **PIECE)
    assert toast.status_code == 404
    assert toast["HX-Retarget"] == "#toasts"


def test_an_undo_needs_the_token_of_the_page(browser, ann):
    saved = write(ann, "companies", None, {"name": "Fjord"})
    browser.handler.enforce_csrf_checks = True
    assert browser.post(f"/undo/{saved.batch}", **PIECE).status_code == 403
    assert not find_one(ann, "companies", saved.uid).removed


def test_an_unknown_list_is_a_calm_page(browser):
    page = browser.get("/nothing")
    assert page.status_code == 404
    assert "There is nothing called" in page.content.decode()
