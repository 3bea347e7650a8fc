"""The page of likely duplicates."""

from html import unescape

import pytest

from kartotek.core import jobs
from kartotek.core.suggesting import look_again
from kartotek.core.worker import Worker
from kartotek.core.write import write
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(ann, monkeypatch):
    """One person entered twice, and found: both uids."""
    monkeypatch.setattr(jobs, "RECURRING", {})
    uids = [
        write(ann, "contacts", None, {"name": name, "phones": "+4722001122", "job_title": job}).uid
        for name, job in (("Ola Nordmann", "Cook"), ("Ola Nordman", "Chef"))
    ]
    look_again(ann, "contacts")
    Worker().run_due()
    return uids


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def told(browser, path="/contacts/alike"):
    return unescape(browser.get(path).content.decode())


def say(browser, one, other, what):
    path = f"/contacts/alike/say?one={one}&other={other}&as={what}"
    return browser.post(path, headers={"HX-Request": "true"})


def test_a_pair_stands_there_with_its_reasons_and_what_differs(browser, twins):
    page = told(browser)
    assert "same phone" in page and "name 98 % alike" in page
    assert "Cook" in page and "Chef" in page
    assert f"/contacts/merge?uid={twins[0]}&uid={twins[1]}" in page
    assert "Looked at 2 records." in page


def test_not_a_duplicate_is_remembered_and_taken_back(browser, twins):
    answer = say(browser, *twins, "dismissed")
    assert "as=open" in answer.content.decode() and answer["HX-Trigger"] == "k:changed"
    assert "No duplicates" in told(browser)
    say(browser, *twins, "open")
    assert "Ola Nordman" in told(browser)


def test_what_was_told_apart_stands_on_a_page_with_who_and_comes_back(browser, twins, dan):
    assert "Nothing was told apart" in told(browser, "/contacts/alike/apart")
    say(browser, *twins, "dismissed")
    page = told(browser, "/contacts/alike/apart")
    assert "same phone" in page and '<span class="cut">Ann</span>' in page
    assert f"one={twins[0]}&other={twins[1]}&as=open" in page
    assert "Ola Nordman" not in told(signed_in(dan), "/contacts/alike/apart")
    answer = say(browser, *twins, "open")
    assert "as=dismissed" in unescape(answer.content.decode())
    assert "Nothing was told apart" in told(browser, "/contacts/alike/apart")


def test_taking_back_from_the_toast_is_offered_again_as_redo(browser, twins):
    back = unescape(say(browser, *twins, "dismissed").content.decode())
    assert "as=open&undo=1" in back
    answer = say(browser, *twins, "open&undo=1").content.decode()
    assert "data-redo" in answer and "Redo" in answer


def test_before_the_first_search_the_page_says_so(browser, ann):
    assert "Nobody looked yet" in told(browser)
    answer = browser.post("/contacts/alike/look", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "k:changed")
    assert "Reading…" in told(browser)


def test_who_sees_neither_sees_no_pair_and_says_nothing(twins, dan):
    other = signed_in(dan)
    assert "Ola Nordman" not in told(other)
    assert say(other, *twins, "dismissed").status_code == 404


def test_nonsense_in_the_address_is_refused_calmly(browser, twins):
    assert say(browser, "x", "y", "dismissed").status_code == 422
    assert "Ola Nordman" in told(browser, "/contacts/alike?after=nonsense")
    assert browser.get("/nothing/alike").status_code == 404


def test_the_list_leads_there(browser, ann):
    assert 'href="/contacts/alike"' in told(browser, "/contacts")
