"""A saved view under a secret address: the rows of now, as its maker may see them, until ended."""

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from kartotek.core import viewing
from kartotek.core.security import recent
from kartotek.core.write import write
from kartotek.interfaces.files import viewing as file_lines
from kartotek.people.tokens import make_token, tokens
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


def firm(actor, name, **values):
    return write(actor, "companies", None, {"name": name, "lifecycle": "lead", **values}).uid


def kept(actor, query="lifecycle=lead&sort=-name&cols=lifecycle,parent.name", **more):
    return viewing.keep(actor, "companies", "Leads", query, **more).uid


def linked(actor, view, **sent):
    """The path of a link that this person makes in the menu of the view."""
    page = signed_in(actor).post(f"/companies/views/{view}/links", sent, **PIECE).content.decode()
    found = re.search(r'value="http://testserver(/view/kartotek_[\w-]+\.\w+)"', page)
    assert found is not None
    return found[1]


def asked(path):
    answer = Client().get(path)
    text = answer.getvalue().decode()
    is_read = answer.status_code == 200
    return answer.status_code, list(csv.reader(io.StringIO(text))) if is_read else text


def test_the_address_answers_the_rows_of_this_moment_in_the_columns_of_the_view(ann):
    home = firm(ann, "Home", lifecycle="customer")
    child = firm(ann, "Child", parent=str(home))
    path = linked(ann, kept(ann))
    status, rows = asked(path)
    assert (status, rows) == (
        200,
        [["uid", "name", "lifecycle", "parent.name"], [str(child), "Child", "lead", "Home"]],
    )
    firm(ann, "Zulu")
    assert [row[1] for row in asked(path)[1][1:]] == ["Zulu", "Child"]


def test_what_a_spreadsheet_would_take_for_a_formula_is_text(ann):
    firm(ann, "=1+1")
    assert asked(linked(ann, kept(ann)))[1][1][1] == "'=1+1"


def test_more_than_a_page_is_streamed_and_more_than_the_most_is_said(ann, monkeypatch):
    monkeypatch.setattr(file_lines, "LARGEST_PAGE", 2)
    for number in range(5):
        firm(ann, f"Firm {number}")
    path = linked(ann, kept(ann, "lifecycle=lead"))
    assert [row[1] for row in asked(path)[1][1:]] == [f"Firm {number}" for number in range(5)]
    monkeypatch.setattr(file_lines, "MOST_ROWS", 3)
    rows = asked(path)[1]
    assert len(rows) == 5
    assert "more than 3 rows" in rows[-1][0]


def test_its_rows_are_those_that_its_maker_sees_and_may_export(world):
    firm(world.dan, "Dans")
    view = kept(world.ann, shared=True)
    assert [row[1] for row in asked(linked(world.ann, view))[1][1:]] == ["Dans"]
    browser = signed_in(world.bob)
    assert "Link for Excel" not in browser.get(f"/companies?view={view}").content.decode()
    assert browser.post(f"/companies/views/{view}/links", **PIECE).status_code == 403


def test_a_right_that_is_taken_away_is_gone_with_the_next_asking(world):
    firm(world.manager, "One")
    path = linked(world.manager, kept(world.manager))
    assert asked(path)[0] == 200
    write(world.ann, "members", world.manager.member_uid, {"role": "sales"})
    status, text = asked(path)
    assert (status, "may not export" in text) == (403, True)
    write(world.ann, "members", world.manager.member_uid, {"is_active": False})
    status, text = asked(path)
    assert (status, "not an active member" in text) == (403, True)


def test_a_link_that_was_ended_says_so(world):
    view = kept(world.ann)
    path = linked(world.ann, view)
    (one,) = [facts for facts in tokens() if facts.view == view]
    assert signed_in(world.manager).post(f"/companies/views/{view}/links/{one.uid}",
                                         **PIECE).status_code == 404  # fmt: skip
    panel = signed_in(world.ann).post(f"/companies/views/{view}/links/{one.uid}", **PIECE)
    assert "Your links" not in panel.content.decode()
    status, text = asked(path)
    assert (status, "revoked" in text) == (403, True)


@pytest.mark.parametrize("act", ["remove", "unshare"])
def test_a_view_that_is_gone_answers_nothing(act, world):
    view = kept(world.ann, shared=True)
    path = linked(world.manager, view)
    signed_in(world.ann).post(f"/companies/views/{view}", {"do": act}, **PIECE)
    status, text = asked(path)
    assert (status, "no such" in text) == (404, True)


def test_a_view_whose_field_is_gone_says_so(ann):
    status, text = asked(linked(ann, kept(ann, "nosuch=1")))
    assert (status, "nosuch" in text) == (422, True)


def test_the_secret_opens_this_view_and_nothing_else(ann):
    secret = linked(ann, kept(ann)).removeprefix("/view/").removesuffix(".csv")
    answer = Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code in (401, 403)
    _uid, other = make_token(ann, "Nightly")
    assert asked(f"/view/{other}.csv")[0] == 403
    assert asked("/view/kartotek_guess.csv")[0] == 403


def test_the_secret_is_kept_hashed_shown_once_and_told_in_the_security_log(ann):
    view = kept(ann)
    path = linked(ann, view)
    secret = path.removeprefix("/view/").removesuffix(".csv")
    with connection.cursor() as cursor:
        for table in ("people_token", "core_securityline"):
            cursor.execute(f"SELECT * FROM {table}")
            assert secret not in repr(cursor.fetchall())
    panel = signed_in(ann).get(f"/companies/views/{view}/links", **PIECE).content.decode()
    assert "Your links to this view" in panel and secret not in panel
    asked(path)
    kinds = [(kind, detail.get("view")) for kind, _where, detail in recent(
        ("token_made", "export"), 60)]  # fmt: skip
    assert kinds == [("export", str(view)), ("token_made", str(view))]


def test_nobody_on_the_way_keeps_it(ann):
    answer = Client().get(linked(ann, kept(ann)))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Content-Disposition"] == 'attachment; filename="Leads.csv"'


def test_asking_in_vain_changes_nothing(ann):
    view = kept(ann)
    before = everything()
    for path in ("/view/x.csv", f"/view/{view}.csv", "/view/%00.csv"):
        assert asked(path)[0] in (403, 404)
    assert everything() == before


def test_a_link_that_is_read_too_often_is_told_to_wait(ann, monkeypatch):
    monkeypatch.setattr("kartotek.interfaces.web.linked_view.A_MINUTE", 2)
    path = linked(ann, kept(ann))
    assert [asked(path)[0] for _time in range(3)] == [200, 200, 429]


def test_a_link_gives_json_whose_values_are_those_of_json_lines(ann, monkeypatch):
    home = firm(ann, "Home", lifecycle="customer")
    firm(ann, "Child", parent=str(home))
    path = linked(ann, kept(ann), kind="json")
    answer = Client().get(path)
    assert (path[-5:], answer["Content-Type"]) == (".json", "application/json")
    (row,) = json.loads(answer.getvalue())["rows"]
    assert (row["name"], row["lifecycle"], row["parent.name"]) == ("Child", "lead", "Home")
    firm(ann, "Zulu")
    monkeypatch.setattr(file_lines, "MOST_ROWS", 1)
    told = json.loads(Client().get(path).getvalue())
    assert len(told["rows"]) == 1 and "more than 1 rows" in told["more"]
    write(ann, "companies", row["uid"], {"lifecycle": "customer"})
    empty = linked(ann, kept(ann, "lifecycle=partner"), kind="json")
    assert json.loads(Client().get(empty).getvalue()) == {"rows": [], "more": ""}


def test_a_link_gives_a_workbook(ann, monkeypatch):
    firm(ann, "Child")
    firm(ann, "Zulu")
    answer = Client().get(linked(ann, kept(ann), kind="xlsx"))
    assert answer["Content-Disposition"] == 'attachment; filename="Leads.xlsx"'
    rows = sheet(answer.getvalue())
    assert [row[0] for row in rows] == ["Name", "Zulu", "Child"]
    monkeypatch.setattr(file_lines, "MOST_SHEET_ROWS", 1)
    rows = sheet(Client().get(linked(ann, kept(ann), kind="xlsx")).getvalue())
    assert len(rows) == 3 and "more than 1 rows" in rows[-1][0]
    kinds = [detail["format"] for _kind, _where, detail in recent(("export",), 60)]
    assert kinds == ["xlsx", "xlsx"]


def sheet(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_the_same_secret_reads_by_any_known_ending_and_by_no_other(ann):
    firm(ann, "Child")
    path = linked(ann, kept(ann)).removesuffix("csv")
    assert [Client().get(path + end).status_code for end in ("csv", "xlsx", "json", "exe")] == [
        200, 200, 200, 404]  # fmt: skip
    wrong = signed_in(ann).post(f"/companies/views/{kept(ann)}/links", {"kind": "exe"}, **PIECE)
    assert wrong.status_code == 422


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_a_refusal_comes_before_the_first_byte_of_any_kind(kind, ann):
    answer = Client().get(linked(ann, kept(ann, "nosuch=1"), kind=kind))
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain")
