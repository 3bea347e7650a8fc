"""The palette: records with their phone numbers, commands, and what to do when nothing is found."""

import re

import pytest

from kartotek.core import viewing
from kartotek.core.write import write
from tests.web_client import signed_in


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def fjord(ann):
    values = {"name": "Fjord Marine AS", "phones": "+47 55 51 23 45"}
    return write(ann, "companies", None, values)


def test_the_phone_number_stands_in_the_result(browser, fjord):
    text = browser.get("/search?q=fjord mar").content.decode()
    assert 'data-phone="+47 55 51 23 45"' in text
    assert f'data-href="/companies/{fjord.uid}"' in text


@pytest.fixture
def leads(ann):
    return viewing.keep(ann, "companies", "Warm leads", "lifecycle=lead", shared=True).uid


def test_a_saved_view_opens_its_list_with_it(browser, leads):
    text = browser.get("/search?q=warm le").content.decode()
    assert f'data-href="/companies?view={leads}"' in text
    assert "Saved view · Companies" in text
    assert f'data-href="/companies?view={leads}"' in browser.get("/search?q=wram").content.decode()


def test_the_record_of_a_view_is_reached_from_its_menu_and_leads_back(browser, leads):
    menu = browser.get(f"/companies?view={leads}").content.decode()
    there = re.search(r'href="(/savedviews/[^"]+)"', menu)[1]
    record = browser.get(there).content.decode()
    assert f'href="/companies?view={leads}"' in record and "<h1>Warm leads</h1>" in record


def test_a_view_of_a_list_that_is_not_open_leads_nowhere_else(world, leads):
    text = signed_in(world.eve).get("/search?q=warm le").content.decode()
    assert "?view=" not in text


def test_commands_are_found_by_the_beginnings_of_their_words(browser):
    text = browser.get("/search?q=go tra").content.decode()
    assert 'data-href="/trash"' in text
    assert 'data-act="theme"' not in text


def test_without_words_it_shows_what_changed_last_and_all_commands(browser, fjord):
    text = browser.get("/search?q=").content.decode()
    assert "Changed last" in text
    assert "Fjord Marine AS" in text
    assert 'data-act="signout"' in text


def test_a_misspelt_name_is_answered_with_the_nearest_and_an_offer_to_add(browser, fjord):
    text = browser.get("/search?q=fjrod marnie").content.decode()
    assert "Did you mean" in text
    assert "Fjord Marine AS" in text
    assert 'data-panel="/companies/new?name=fjrod+marnie"' in text


def test_what_is_typed_is_shown_as_text_only(browser):
    text = browser.get("/search", {"q": "<b onclick=x>"}).content.decode()
    assert "<b onclick" not in text
    assert "&lt;b onclick" in text


def test_it_finds_nothing_that_is_out_of_reach(world, fjord):
    assert "Fjord" not in signed_in(world.eve).get("/search?q=fjord").content.decode()


def test_a_reader_is_not_offered_to_add(world):
    text = signed_in(world.reader).get("/search?q=nobody").content.decode()
    assert "data-panel" not in text


@pytest.mark.django_db
def test_nothing_found_offers_to_add_one_of_the_list_one_stands_in(ann):
    client = signed_in(ann)
    answer = client.get("/search?q=zzzz&here=contacts", headers={"HX-Request": "true"})
    assert "/contacts/new?name=zzzz" in answer.content.decode()
