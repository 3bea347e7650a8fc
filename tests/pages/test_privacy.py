"""The pages of privacy: what is told before, asked twice, refused, and what an import leaves."""

from pathlib import Path

import pytest
from django.conf import settings

from kartotek.core import jobs
from kartotek.core.erasing import erase
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.write import write
from tests.core.leftovers import leftovers
from tests.core.test_erasing import KARI, NEEDLES, note
from tests.everything import everything
from tests.interfaces.web.bringing import bring, checked, figures, imported
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def kari(ann):
    return write(ann, "contacts", None, KARI).uid


def test_what_goes_and_what_stays_is_told_before(ann, kari):
    note(ann, "Kari likes fish", kari)
    write(ann, "companies", None, {"name": "Kari Nordmann-Åsgård Consulting"})
    told = signed_in(ann).get(f"/contacts/{kari}/erase").content.decode()
    assert "<dt>Contacts</dt><dd>1</dd>" in told
    assert "<dt>Notes</dt><dd>1</dd>" in told
    assert "Kari Nordmann-Åsgård Consulting" in told
    assert "Copies of the database" in told


def test_nothing_happens_before_the_second_question_is_answered(ann, kari):
    browser, address = signed_in(ann), f"/contacts/{kari}/erase"
    browser.get("/keys")  # when Ann was here last is written down once
    before = everything()
    assert browser.get(address).status_code == 200
    assert browser.post(address).status_code == 200
    assert browser.post(address, {"name": "Kari", "version": "1"}).status_code == 422
    assert browser.post(address, {"name": KARI["name"], "version": "7"}).status_code == 422
    assert browser.post(address, {"name": KARI["name"]}).status_code == 422
    assert everything() == before
    done = browser.post(address, {"name": KARI["name"].upper(), "version": "1"})
    assert done.status_code == 302
    assert "Erased for good" in browser.get(done["Location"]).content.decode()
    assert browser.get(address).status_code == 404


def test_the_files_are_sent_so_that_nothing_in_them_runs(ann, kari):
    write(ann, "contacts", kari, {"remember": "<script>alert(1)</script>"})
    browser = signed_in(ann)
    for query, kind in (("", "text/html"), ("?as=json", "application/json")):
        sent = browser.get(f"/contacts/{kari}/privacy/file{query}")
        assert sent["Content-Type"].startswith(kind)
        assert sent["Content-Disposition"].startswith("attachment")
        assert "sandbox" in sent["Content-Security-Policy"]
        assert "no-store" in sent["Cache-Control"]
    page = browser.get(f"/contacts/{kari}/privacy/file").content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_tells_of_nobody_has_no_such_page(ann):
    browser = signed_in(ann)
    assert browser.get(f"/members/{ann.member_uid}/privacy").status_code == 422
    assert browser.get(f"/members/{ann.member_uid}/erase").status_code == 422


def test_an_import_of_last_months_export_leaves_nothing_of_who_was_erased(
    ann, kari, django_capture_on_commit_callbacks
):
    browser = signed_in(ann)
    csv = (
        f"uid,name,emails\n{kari},{KARI['name']},kari.na@example.com\n,Ola Hansen,ola@example.com\n"
    )
    erase(ann, "contacts", kari)
    address = bring(browser, csv, "last-month.csv")
    text = checked(browser, address, type="contacts")
    assert figures(text)["erased"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        text = imported(browser, address)
    assert (figures(text)["new"], figures(text)["erased"], figures(text)["broken"]) == (1, 1, 0)
    assert "1 row is about somebody who was erased for good" in text
    assert [row["name"] for row in find(ann, "contacts", Question())] == ["Ola Hansen"]
    assert leftovers(*NEEDLES) == []


def test_an_import_that_names_nobody_erased_keeps_its_file(ann, kari):
    browser = signed_in(ann)
    erase(ann, "contacts", kari)
    address = bring(browser, "name\nOla Hansen\n", "people.csv")
    checked(browser, address, type="contacts")
    imported(browser, address)
    kept = [path for path in Path(settings.DATA).glob("files/??/??/*") if path.is_file()]
    assert len(kept) == 1


def test_the_owner_reads_the_page_and_is_told_who_erases(dan):
    uid = write(dan, "contacts", None, {"name": "Per Hansen"}).uid
    browser = signed_in(dan)
    told = browser.get(f"/contacts/{uid}/privacy").content.decode()
    assert "Your role does not erase these" in told
    assert browser.get(f"/contacts/{uid}/erase").status_code == 403


def test_the_settings_list_rules_with_what_is_due_and_who_was_erased(ann, kari):
    write(ann, "contacts", kari, {"last_contacted": "2020-01-15T10:00:00Z"})
    uid = write(ann, "retentionrules", None, {
        "name": "Old leads", "on": "contacts", "since": "last_contacted", "months": 24,
        "act": "erase",
    }).uid  # fmt: skip
    browser = signed_in(ann)
    told = browser.get("/settings/privacy").content.decode()
    assert "Old leads" in told
    assert "1 due" in told
    assert "Birthday" in told
    address = f"/settings/privacy/{uid}"
    assert KARI["name"] in browser.get(address).content.decode()
    asked = browser.post(address).content.decode()
    seal = asked.split('name="seal" value="')[1].split('"')[0]
    assert find(ann, "contacts", Question()).rows  # nothing has happened yet
    assert browser.post(address, {"seal": "x"}).status_code == 422
    done = browser.post(address, {"seal": seal})
    assert "Erased for good" in browser.get(done["Location"]).content.decode()
    assert not find(ann, "contacts", Question()).rows
    told = browser.get("/settings/privacy").content.decode()
    assert "0 due" in told
    assert "<dd>Ann</dd>" in told


def test_a_rule_of_a_view_takes_its_filters_and_says_where_the_view_is_gone(ann, kari):
    write(ann, "contacts", kari, {"last_contacted": "2020-01-15T10:00:00Z"})
    view = write(ann, "savedviews", None, {
        "name": "Leads", "on": "contacts", "query": "lifecycle=lead", "shared": True,
    }).uid  # fmt: skip
    write(ann, "retentionrules", None, {
        "name": "Old", "on": "contacts", "since": "last_contacted", "months": 24, "act": "remove",
        "view": str(view),
    })  # fmt: skip
    browser = signed_in(ann)
    assert "0 due" in browser.get("/settings/privacy").content.decode()
    write(ann, "contacts", kari, {"lifecycle": "lead"})
    assert "1 due" in browser.get("/settings/privacy").content.decode()
    remove(ann, "savedviews", view)
    assert "The view of this rule is gone" in browser.get("/settings/privacy").content.decode()
