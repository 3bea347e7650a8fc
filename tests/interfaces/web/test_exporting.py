"""An export in the browser: asked for, written by a job, taken away under a name that runs out."""

import csv
import io
import json
import re
from uuid import UUID

import pytest
from django.conf import settings
from django.core import signing

from kartotek.core import blobs, files, jobs
from kartotek.core.security import recent
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.interfaces.files.exporting import Exporting
from kartotek.interfaces.web.exporting import asking, job, sending
from tests.everything import everything
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
def people(ann):
    return [
        str(write(ann, "contacts", None, {"name": f"P{n}", "source": "fair" if n % 2 else ""}).uid)
        for n in range(6)
    ]


def text_of(browser, address):
    return browser.get(address).content.decode()


def exported(browser, key="contacts", **sent):
    """Press "Export", and let the worker write; the address of the page."""
    answer = browser.post(f"/{key}/export", {"format": "csv", **sent})
    assert answer.status_code == 302, answer.content.decode()
    Worker().run_due()
    return answer["Location"]


def downloaded(browser, address):
    answer = browser.get(f"{address}/file", follow=True)
    return b"".join(answer.streaming_content)


def rows_in(browser, address):
    text = downloaded(browser, address).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def figures(text):
    found = re.findall(r'class="figure [^"]*"><dt>([^<]*)</dt><dd>([^<]*)</dd>', text)
    return dict(found)


def test_the_page_asks_which_rows_which_columns_and_what_kind_of_file(browser, people):
    text = text_of(browser, "/contacts/export?source=fair&cols=name,source")
    assert re.findall(r'name="rows" value="(\w+)"', text) == ["listed", "every"]
    assert re.findall(r'class="count">([^<]*)<', text)[-2:] == ["3", "6"]
    assert "Name, Source" in text and "vCard 4.0" in text
    assert "vCard" not in text_of(browser, "/notes/export")


def test_a_filtered_list_goes_out_with_a_receipt(browser, people):
    address = exported(browser, query="?source=fair&sort=-name", rows="listed")
    text = text_of(browser, address)
    assert "Exported: Contacts " in text and figures(text)["rows written"] == "3"
    assert [row["name"] for row in rows_in(browser, address)] == ["P5", "P3", "P1"]


def test_the_columns_of_the_list_alone_or_all(browser, people):
    address = exported(browser, query="?cols=source", columns="shown")
    assert rows_in(browser, address)[0].keys() == {"uid", "name", "source"}
    assert len(rows_in(browser, exported(browser))[0]) > 10


def test_chosen_rows_are_asked_about_first_and_then_go_out(browser, people):
    asked = browser.post("/contacts/export", {"uid": people[:2], "query": "?source=fair"})
    text = asked.content.decode()
    assert asked.status_code == 200
    assert re.findall(r'name="rows" value="(\w+)"', text) == ["selected", "listed", "every"]
    address = exported(browser, uid=re.search(r'name="uid" value="([^"]+)"', text)[1])
    assert [row["uid"] for row in rows_in(browser, address)] == people[:2]


def test_ten_thousand_chosen_rows_go_out(browser, people):
    others = [str(UUID(int=n)) for n in range(9_998)]
    address = exported(browser, uid=",".join([*people[:2], *others]))
    assert [row["uid"] for row in rows_in(browser, address)] == people[:2]


@pytest.mark.parametrize("kind", ["xlsx", "here", "jsonl", "vcf", "vcf3"])
def test_every_kind_of_file_comes_as_an_attachment(browser, people, kind):
    address = exported(browser, format=kind)
    answer = browser.get(f"{address}/file", follow=True)
    assert re.match(r'attachment; filename="Contacts [\d-]+\.\w+"', answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(answer.streaming_content)) > 100


def test_everything_goes_out_at_once(browser, people):
    address = browser.post("/export")["Location"]
    Worker().run_due()
    text = text_of(browser, address)
    assert "Exported: Everything " in text and "lists" in figures(text)
    assert downloaded(browser, address).startswith(b"PK")
    assert "Everything" in text_of(browser, "/export")


def test_what_is_asked_and_what_is_taken_away_stands_in_the_security_log(browser, people):
    address = exported(browser, uid=people[:2])
    ((_kind, _at, detail),) = recent(("export",), 60)
    assert (detail["type"], detail["format"], detail["asked"]) == ("contacts", "csv", 2)
    assert recent(("download",), 60) == []
    downloaded(browser, address)
    assert len(recent(("download",), 60)) == 1


def test_the_page_tells_how_far_it_is(browser, people, monkeypatch):
    monkeypatch.setattr(job, "TELLS_EVERY", 0)
    monkeypatch.setattr("kartotek.interfaces.files.exporting.MOST_AT_ONCE", 1)
    monkeypatch.setattr("kartotek.interfaces.files.taking.LARGEST_STACK", 2)
    whole, seen = Exporting.step, []

    def step(work):
        seen.append(text_of(browser, address))
        return whole(work)

    address = browser.post("/contacts/export", {"format": "csv"})["Location"]
    monkeypatch.setattr(Exporting, "step", step)
    Worker().run_due()
    assert "It takes a moment." in seen[0]
    assert re.search(r"4 of 6 rows, [\d,]+ a second, about \w+ left", seen[2])
    assert 'max="6" value="4"' in seen[2] and 'hx-trigger="every 1s"' in seen[2]


def test_a_job_cut_off_begins_anew_and_writes_each_row_once(browser, people, monkeypatch):
    monkeypatch.setattr("kartotek.core.worker.FIRST_WAIT", 0 * jobs.timedelta(seconds=1))
    whole, cuts = Exporting.step, []

    def step(work):
        going_on = whole(work)
        if not cuts:
            cuts.append(1)
            raise RuntimeError("The machine went down.")
        return going_on

    monkeypatch.setattr(Exporting, "step", step)
    address = exported(browser)
    assert cuts and len(rows_in(browser, address)) == 6
    assert not list((blobs.folder() / "scratch").glob("*"))


def test_nobody_else_sees_it_or_takes_it_away(browser, people, world):
    address = exported(browser)
    assert signed_in(world.manager).get(address).status_code == 404
    assert signed_in(world.manager).get(f"{address}/file").status_code == 404
    link = browser.get(f"{address}/file")["Location"]
    assert signed_in(world.manager).get(link).status_code == 404
    assert browser.get(link).status_code == 200


def test_the_link_runs_out(browser, people, monkeypatch):
    link = browser.get(f"{exported(browser)}/file")["Location"]
    monkeypatch.setattr(sending, "RUNS_OUT", -1)
    answer = browser.get(link)
    assert answer.status_code == 404 and "has run out" in answer.content.decode()
    forged = signing.dumps({"file": "x", "member": 1}, salt="other")
    assert browser.get(f"/export/sent/{forged}").status_code == 404


def test_a_role_that_lost_the_right_meanwhile_takes_nothing_away(world, people):
    manager = signed_in(world.manager)
    address = exported(manager)
    write(world.ann, "members", world.manager.member_uid, {"role": "sales"})
    answer = signed_in(world.manager).get(f"{address}/file")
    assert answer.status_code == 403
    assert recent(("download",), 60) == []


def test_who_may_not_export_is_offered_nothing_and_changes_nothing(world, people):
    bob = signed_in(world.bob)
    assert "contacts/export" not in text_of(bob, "/contacts")
    bob.get("/keys")
    before = everything()
    for answer in (bob.get("/contacts/export"), bob.post("/contacts/export", {"format": "csv"}),
                   bob.get("/export"), bob.post("/export")):  # fmt: skip
        assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    "sent",
    [{"format": "exe"}, {"uid": ["x"]}, {"query": "?nothing=1"}, {"rows": "selected"},
     {"query": "?sort=password", "rows": "listed"},
     {"query": "?cols=password", "columns": "shown"}],
)  # fmt: skip
def test_what_is_not_clear_is_refused_before_anything_begins(browser, people, sent):
    browser.get("/keys")
    before = everything()
    answer = browser.post("/contacts/export", {"format": "csv", **sent})
    assert answer.status_code == 422, answer.content.decode()
    assert everything() == before


def test_too_many_chosen_rows_are_refused(browser, people, monkeypatch):
    monkeypatch.setattr(asking, "MOST_CHOSEN", 2)
    assert browser.post("/contacts/export", {"uid": people}).status_code == 422


def test_what_the_door_refuses_meanwhile_is_told_on_the_page(world, people):
    manager = signed_in(world.manager)
    address = manager.post("/contacts/export", {"format": "csv"})["Location"]
    write(world.ann, "members", world.manager.member_uid, {"role": "sales"})
    Worker().run_due()
    text = text_of(signed_in(world.manager), address)
    assert "Not exported" in text and "Your role may not export" in text


def test_a_full_disk_is_told_before_the_database_has_no_room(browser, people, monkeypatch):
    monkeypatch.setattr(job, "TELLS_EVERY", -1)
    monkeypatch.setattr("kartotek.interfaces.files.exporting.MOST_AT_ONCE", 1)
    monkeypatch.setattr(blobs, "KEPT_FREE", 1 << 62)
    text = text_of(browser, exported(browser))
    assert "Not exported" in text and "disk of this Kartotek is full" in text
    assert not list((blobs.folder() / "scratch").glob("*"))


def test_after_a_week_the_file_is_gone_and_the_page_says_so(browser, people, monkeypatch):
    address = exported(browser)
    monkeypatch.setattr(files, "GONE_AFTER", -jobs.timedelta(days=1))
    assert files.sweep() == 0
    monkeypatch.setattr(files, "EXPORT_KEPT", -jobs.timedelta(days=1))
    assert files.sweep() == 1
    assert "not kept any more" in text_of(browser, address)
    assert browser.get(f"{address}/file").status_code == 404


def test_the_list_leads_to_its_export_with_its_filter(browser, people):
    text = text_of(browser, "/contacts?source=fair")
    assert 'href="/contacts/export?source=fair"' in text


def test_only_the_part_that_changes_comes_to_a_page_that_is_there(browser, people):
    text = browser.get(exported(browser), **PIECE).content.decode()
    assert "<html" not in text and "Download" in text


def test_the_lines_are_whole(browser, people):
    lines = downloaded(browser, exported(browser, format="jsonl")).splitlines()
    assert {json.loads(line)["uid"] for line in lines} == set(people)


def test_masked_values_are_whole_where_the_box_is_ticked(browser, ann):
    write(ann, "customfields", None, {"on": "contacts", "label": "Passport", "kind": "masked"})
    write(ann, "contacts", None, {"name": "Ola", "x_passport": "N-1234567"})
    assert 'name="whole"' in text_of(browser, "/contacts/export")
    assert 'name="whole"' in text_of(browser, "/export")
    assert 'name="whole"' not in text_of(browser, "/companies/export")
    for more, holds in (({}, False), ({"whole": "1"}, True)):
        address = browser.post("/contacts/export", {"format": "csv", **more})["Location"]
        Worker().run_due()
        assert "Passport" in text_of(browser, address)
        assert (b"N-1234567" in downloaded(browser, address)) is holds
    browser.post("/export", {"whole": "1"})
    Worker().run_due()
    assert [one[2]["fields"] for one in recent(("revealed",), 60)] == [{"x_passport": 1}] * 2
    assert [one[2].get("whole") for one in recent(("export",), 60)] == [True, True, None]
