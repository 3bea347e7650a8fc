"""The work behind an import in the browser: its progress, cut off, given up, taken back."""

import re

import pytest
from django.conf import settings

from kartotek.core import drafts, housekeeping, jobs, undo_job, worker
from kartotek.core.find import find
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.interfaces.files import importing
from kartotek.interfaces.files.importing import Importing
from tests.interfaces.web.bringing import bring, checked, figures, imported, text_of
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def steps(monkeypatch):
    """Each step of an import takes one row; what is hung in here runs before it."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    whole, hung = Importing.step, []

    def step(work):
        for run in hung if not work.receipt.dry_run else ():
            run(work.done)
        return whole(work)

    monkeypatch.setattr(Importing, "step", step)
    monkeypatch.setattr(worker, "FIRST_WAIT", worker.FIRST_WAIT * 0)
    return hung


def test_the_page_tells_how_far_it_is_how_fast_and_how_long_it_takes(browser, steps):
    address = bring(browser)
    checked(browser, address)
    seen = []
    steps.append(lambda done: seen.append(text_of(browser, address)))
    imported(browser, address)
    assert re.search(r"2 of 3 rows, [\d,]+ a second, about \w+ left", seen[2])
    assert '<progress class="import-bar"' in seen[2] and 'max="3" value="2"' in seen[2]
    assert "It goes on when you leave this page." in seen[2]


def test_an_import_cut_off_goes_on_without_doubling_and_is_undone_whole(browser, ann, steps):
    address = bring(browser)
    checked(browser, address)
    seen = []

    def cut(done):
        seen.append(done)
        if seen == [0, 1, 2]:
            raise RuntimeError("The machine went down.")

    steps.append(cut)
    text = imported(browser, address)
    assert seen == [0, 1, 2, 2, 3]
    assert figures(text) == {"new": 2, "updated": 0, "unchanged": 0, "broken": 1}
    assert len(find(ann, "contacts")) == 2
    assert "no address" in browser.get(f"{address}/failed").getvalue().decode()
    browser.post(f"{address}/undo")
    assert len(find(ann, "contacts")) == 0
    assert "All of it was taken back" in text_of(browser, address)


def test_a_job_that_gave_up_says_so_and_can_be_tried_again(browser, monkeypatch, steps):
    address = bring(browser)
    checked(browser, address)

    def broken(done):
        raise RuntimeError("Broken.")

    steps.append(broken)
    monkeypatch.setattr(drafts, "MOST_ATTEMPTS", 1)
    text = imported(browser, address)
    assert "fault of ours" in text and "Try again" in text
    steps.clear()
    browser.post(f"{address}/check")
    Worker().run_due()
    assert "Import 2 rows" in text_of(browser, address)


def test_what_is_refused_as_a_whole_says_why_in_the_words_of_the_door(browser, ann, monkeypatch):
    address = bring(browser)
    browser.post(f"{address}/check", {"type": "contacts"})
    draft = drafts.recent(ann, 1)[0]
    housekeeping._delete("core_storedfile", "at < %s", "9999-01-01")
    Worker().run_due()
    text = text_of(browser, address)
    assert "Not imported: people.csv" in text and "Nothing was stored." in text
    assert drafts.read(ann, draft.uid).state == "failed"


def test_pressed_twice_it_is_one_job(browser, ann):
    address = bring(browser)
    checked(browser, address)
    browser.post(f"{address}/run")
    browser.post(f"{address}/run")
    Worker().run_due()
    assert len(find(ann, "contacts")) == 2
    assert len(drafts.recent(ann, 1)[0].acts) == 1


def test_what_people_changed_since_stays_when_all_is_taken_back(browser, ann):
    write(ann, "contacts", None, {"name": "Ola Nordmann", "emails": "ola@example.com"})
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    browser.post(f"{address}/undo")
    assert [row.title for row in find(ann, "contacts")] == ["Ola Nordmann"]


def test_a_big_import_that_is_taken_back_tells_how_far_that_is(browser, ann, monkeypatch):
    monkeypatch.setattr(undo_job, "AT_ONCE", 1)
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    assert "in the background" in browser.post(f"{address}/undo", **PIECE).content.decode()
    text = text_of(browser, address)
    assert "Taking back people.csv" in text and "It begins in a moment." in text
    Worker().run_due()
    assert "All of it was taken back" in text_of(browser, address)
    assert len(find(ann, "contacts")) == 0


def test_what_people_changed_is_listed_and_removed_by_a_second_press(browser, ann):
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    kept = find(ann, "contacts").rows[0]
    write(ann, "contacts", kept.uid, {"job_title": "Captain"})
    browser.post(f"{address}/undo")
    text = text_of(browser, address)
    assert "Taken back, but for what people changed since" in text
    assert "Ann changed it since." in text and kept.title in text and "Remove these, too" in text
    browser.post(f"{address}/undo", {"too": "1"})
    assert len(find(ann, "contacts")) == 0
    assert "All of it was taken back" in text_of(browser, address)


def test_what_a_big_undo_left_is_removed_from_its_own_page(browser, ann, monkeypatch):
    monkeypatch.setattr(undo_job, "AT_ONCE", 1)
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    kept = find(ann, "contacts").rows[0]
    write(ann, "contacts", kept.uid, {"job_title": "Captain"})
    begun = browser.post(f"{address}/undo", **PIECE).content.decode()
    Worker().run_due()
    job = re.search(r"/undo/jobs/[0-9a-f-]+", begun)[0]
    page = browser.get(job).content.decode()
    again = re.search(r'hx-post="(/undo/[0-9a-f-]+[?]too=1)"', page)[1]
    browser.post(again, **PIECE)
    Worker().run_due()
    assert len(find(ann, "contacts")) == 0
    assert "too=1" not in browser.get(job).content.decode()
