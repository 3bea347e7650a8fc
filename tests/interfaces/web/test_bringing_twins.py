"""Rows that are probably here already: counted in the preview, and what to do with each."""

import pytest
from django.conf import settings

from kartotek.core import drafts, jobs
from kartotek.core.find import find, find_one
from kartotek.core.undo import undo
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.interfaces.files import twins
from tests.interfaces.web.bringing import bring, checked, figures, imported, text_of
from tests.web_client import signed_in

ROWS = (
    "Name;E-mail;Job title\n"
    "Kari Nordmann;k@example.com;Buyer\n"
    "Ole Hansen;ole@example.com;Chair\n"
    "Somebody Else;else@example.com;\n"
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def kari(ann):
    return write(ann, "contacts", None, {"name": "Nordmann Kari", "phones": "+4755512345"}).uid


@pytest.fixture
def address(browser, kari):
    return bring(browser, ROWS, type="contacts")


def test_what_is_probably_here_is_counted_and_listed(browser, address):
    text = checked(browser, address)
    assert figures(text) == {"new": 2, "duplicate": 1, "update": 0, "unchanged": 0, "broken": 0}
    listed = text.split('class="twin-rows"')[1].split("</ul>")[0]
    assert "Kari Nordmann" in listed and "Nordmann Kari" in listed and "same name" in listed
    assert "Import 3 rows" in text


def test_unless_decided_it_is_created_all_the_same(browser, address, ann):
    checked(browser, address)
    assert figures(imported(browser, address))["new"] == 3
    assert len(find(ann, "contacts")) == 4


def test_a_row_can_update_the_record_it_probably_is(browser, address, ann, kari):
    checked(browser, address)
    again = checked_again(browser, address, **{"twin-2": "update"})
    assert figures(again)["update"] == 1 and figures(again)["duplicates"] == 0
    assert '<option value="update" selected>' in again
    imported(browser, address)
    row = find_one(ann, "contacts", kari)
    assert (row.title, row["job_title"]) == ("Nordmann Kari", "Buyer")
    assert row["emails"][0]["address"] == "k@example.com" and len(find(ann, "contacts")) == 3
    undo(ann, drafts.recent(ann, 1)[0].acts[0])
    assert find_one(ann, "contacts", kari)["job_title"] == ""


def test_a_row_can_be_left_out_and_taken_in_again(browser, address, ann):
    checked(browser, address)
    assert figures(checked_again(browser, address, **{"twin-2": "leave"}))["left out"] == 1
    assert figures(checked_again(browser, address, **{"twin-2": ""}))["duplicate"] == 1
    checked_again(browser, address, twins="leave")
    text = imported(browser, address)
    assert figures(text)["left out"] == 1 and "1 row was left out by hand." in text
    assert len(find(ann, "contacts")) == 3


def test_of_a_large_file_a_sample_is_compared_and_said_so(browser, address, monkeypatch):
    monkeypatch.setattr(twins, "MOST_ROWS", 1)
    text = checked(browser, address)
    assert "The first 1 row of the file were compared." in text
    assert figures(text)["duplicate"] == 1


def test_a_choice_nobody_offers_is_refused(browser, address):
    checked(browser, address)
    answer = browser.post(f"{address}/check", {"duplicates": "1", "twin-2": "purge"})
    assert answer.status_code == 422
    assert figures(text_of(browser, address))["duplicate"] == 1


def checked_again(browser, address, **sent):
    assert browser.post(f"{address}/check", {"duplicates": "1", **sent}).status_code == 302
    Worker().run_due()
    return text_of(browser, address)
