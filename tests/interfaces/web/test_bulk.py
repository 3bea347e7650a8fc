"""Rows selected in a list: edited and removed together, what is refused told, all of it undone."""

import re
from uuid import UUID

import pytest

from kartotek.core import jobs
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.worker import Worker
from kartotek.core.write import write
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_recurring(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def firms(actor, count=3, **values):
    return [
        str(write(actor, "companies", None, {"name": f"Firm {n:02}", **values}).uid)
        for n in range(count)
    ]


def statuses(actor):
    asked = Question(columns=("lifecycle",), size=500)
    return [row["lifecycle"] for row in find(actor, "companies", asked)]


def send(browser, uids, field="lifecycle", value="customer", **more):
    sent = {"uid": uids, "field": field, "value": value, "told": len(uids), **more}
    return browser.post("/companies/bulk", sent, **PIECE)


def undo_of(answer):
    found = re.search(r'hx-post="(/undo/[^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_selected_rows_are_changed_and_undone_from_the_toast(browser, ann):
    answer = send(browser, firms(ann, lifecycle="lead"))
    assert "Changed 3 rows." in answer.content.decode()
    assert "k:close" in answer["HX-Trigger"]
    assert statuses(ann) == ["customer"] * 3
    browser.post(undo_of(answer), **PIECE)
    assert statuses(ann) == ["lead"] * 3


def test_the_dialog_offers_what_may_be_set_with_the_editor_of_the_field(browser, ann):
    firms(ann)
    dialog = browser.get("/companies/bulk?told=20", **PIECE).content.decode()
    assert "Edit 20 rows" in dialog
    assert 'value="lifecycle"' in dialog
    assert 'value="created_at"' not in dialog
    editor = browser.get("/companies/bulk/field?field=lifecycle", **PIECE).content.decode()
    assert '<option value="customer"' in editor
    tags = browser.get("/companies/bulk/field?field=tags", **PIECE).content.decode()
    assert re.findall(r'name="how" value="(\w+)"', tags) == ["add", "take", "set"]


def test_a_value_that_is_none_is_named_in_the_dialog_and_changes_nothing(browser, ann):
    answer = send(browser, firms(ann), "employees", "many")
    assert answer.status_code == 422
    assert "is not a whole number" in answer.content.decode()
    assert 'value="many"' in answer.content.decode()
    assert [row.version for row in find(ann, "companies")] == [1, 1, 1]


def test_no_field_chosen_is_said_in_the_dialog(browser, ann):
    answer = send(browser, firms(ann), "")
    assert answer.status_code == 422
    assert "which field" in answer.content.decode()


def test_a_link_is_chosen_by_its_name(browser, ann):
    home = write(ann, "companies", None, {"name": "Home"}).uid
    uids = firms(ann, 2)
    send(browser, uids, "parent", "", **{"value.text": "Home"})
    asked = Question(columns=("parent",))
    rows = find(ann, "companies", asked)
    assert [row["parent"] and row["parent"].uid for row in rows] == [home, home, None]


def test_what_is_refused_is_counted_told_and_named_on_the_page_of_the_receipt(world):
    uids = firms(world.bob, 1) + firms(world.manager, 1)
    browser = signed_in(world.bob)
    text = send(browser, uids).content.decode()
    assert "Changed 1 row." in text
    assert "1 row was refused" in text
    there = re.search(r'href="(/bulk/[^"]+)"', text)
    assert there is not None
    page = browser.get(there[1]).content.decode()
    assert re.search(r"<h2>Refused</h2>.*Firm 00", page, re.DOTALL)
    assert signed_in(world.cyd).get(there[1]).status_code == 404


def test_who_may_change_one_only_is_refused_and_sees_no_button(world):
    uids = firms(world.cyd, 2)
    browser = signed_in(world.cyd)
    assert "data-edit" not in browser.get("/companies").content.decode()
    assert browser.get("/companies/bulk", **PIECE).status_code == 403
    assert send(browser, uids).status_code == 403
    assert browser.post("/companies/remove", {"uid": uids}, **PIECE).status_code == 403
    assert browser.post("/companies/remove", {"uid": uids[:1]}, **PIECE).status_code == 200


def test_all_that_match_are_done_by_a_job_that_its_toast_watches(browser, ann):
    firms(ann, 4, lifecycle="lead")
    firms(ann, 1, lifecycle="partner")
    sent = {"all": "?lifecycle=lead&sort=-name", "told": "5", "field": "lifecycle",
            "value": "customer"}  # fmt: skip
    begun = browser.post("/companies/bulk", sent, **PIECE)
    there = re.search(r'hx-get="(/bulk/[^"]+)"', begun.content.decode())
    assert there is not None
    assert "data-running" in begun.content.decode()
    assert "begins in a moment" in browser.get(there[1], **PIECE).content.decode()
    Worker().run_due()
    ended = browser.get(there[1], **PIECE)
    assert "Changed 4 rows." in ended.content.decode()
    assert "The list showed 5 rows; 4 were there" in ended.content.decode()
    assert sorted(statuses(ann)) == ["customer"] * 4 + ["partner"]
    browser.post(undo_of(ended), **PIECE)
    assert sorted(statuses(ann)) == ["lead"] * 4 + ["partner"]


def test_more_than_are_done_at_once_go_to_a_job(browser, ann, monkeypatch):
    monkeypatch.setattr("kartotek.core.bulk.AT_ONCE", 2)
    uids = firms(ann, 3)
    begun = browser.post("/companies/remove", {"uid": uids, "told": 3}, **PIECE)
    assert "data-running" in begun.content.decode()
    Worker().run_due()
    assert len(find(ann, "companies")) == 0


def test_ten_thousand_rows_are_sent_as_one_field(browser, ann):
    some = firms(ann, 3)
    others = [str(UUID(int=n)) for n in range(9_997)]
    sent = {"uid": ",".join([*some, *others]), "told": 10_000}
    begun = browser.post("/companies/remove", sent, **PIECE)
    assert (begun.status_code, "data-running" in begun.content.decode()) == (200, True)
    Worker().run_due()
    there = re.search(r'href="(/bulk/[^"]+)"', begun.content.decode())
    assert "<h1>Removed 3 rows.</h1>" in browser.get(there[1]).content.decode()
    assert len(find(ann, "companies")) == 0


def test_one_row_more_than_that_is_refused_and_says_what_to_do(browser, ann):
    sent = {"uid": ",".join(str(UUID(int=n)) for n in range(10_001))}
    answer = browser.post("/companies/remove", sent, **PIECE)
    assert answer.status_code == 422
    assert "Choose 1 to 10,000 rows, or all that match." in answer.content.decode()


def test_the_page_of_an_act_shows_the_figures_and_offers_undo(browser, ann):
    firms(ann, 3)
    begun = browser.post("/companies/remove", {"all": "", "told": 3}, **PIECE)
    Worker().run_due()
    there = re.search(r'href="(/bulk/[^"]+)"', begun.content.decode())
    assert there is not None
    page = browser.get(there[1]).content.decode()
    assert "<h1>Removed 3 rows.</h1>" in page
    assert "/undo/" in page


@pytest.mark.parametrize("sent", [{}, {"uid": "x"}, {"all": "?nosuch=1"}, {"all": "?f=name"}])
def test_a_damaged_choice_is_refused_calmly(browser, ann, sent):
    firms(ann)
    assert browser.post("/companies/remove", sent, **PIECE).status_code == 422
    sent = {**sent, "field": "lifecycle", "value": "lead"}
    assert browser.post("/companies/bulk", sent, **PIECE).status_code == 422
    assert len(find(ann, "companies")) == 3


def test_the_bar_carries_the_question_of_the_list(browser, ann):
    firms(ann, lifecycle="lead")
    text = browser.get("/companies?lifecycle=lead&sort=-name").content.decode()
    assert 'name="all" value="?sort=-name&amp;lifecycle=lead" disabled' in text
    assert 'data-total="3"' in text


def test_export_stands_in_the_bar_of_who_may_export(browser, world):
    firms(world.ann, 1)
    firms(world.bob, 1)
    assert 'data-export="/companies/export"' in browser.get("/companies").content.decode()
    assert "data-export" not in signed_in(world.bob).get("/companies").content.decode()
