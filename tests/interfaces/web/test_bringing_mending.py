"""Broken rows mended in the page: tried at once, used by the import, counted by the receipt."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from kartotek.core import drafts, jobs
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.web.bringing import bring, checked, figures, imported, text_of
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

ROWS = (
    "Name;E-mail;Birthday;Company;Reports to\n"
    "Ola;ola@example.com;1980-01-02;;\n"
    "Per;no address;never;Fjord;Ola\n"
    ";;1990-01-01;;\n"
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def address(browser):
    found = bring(browser, ROWS, type="contacts")
    checked(browser, found)
    return found


def mend(browser, address, line, **sent):
    cells = {name.replace("_", "-"): text for name, text in sent.items()}
    return browser.post(f"{address}/rows/{line}", cells, **PIECE)


def adds_up(receipt):
    rows = sum(receipt[name] for name in ("created", "updated", "unchanged", "skipped", "failed"))
    return rows == receipt["rows"] and all(
        one["values"] == one["taken"] + one["changed"] + one["left_out"] + one["failed"]
        and one["left_out"] == sum(one["reasons"].values())
        for one in receipt["columns"]
    )


def test_each_wrong_cell_says_what_is_wrong_with_it(browser, address):
    text = text_of(browser, address)
    assert figures(text) == {"new": 1, "duplicates": 0, "update": 0, "unchanged": 0, "broken": 2}
    row = text.split('id="row-3"')[1].split("</li>")[0]
    wrong = re.findall(r'name="cell-(\d)"[^>]*aria-invalid[^>]*value="([^"]*)"', row)
    assert wrong == [("1", "no address"), ("2", "never")]
    assert 'value="Per"' in row.split("The whole row")[1]
    assert 'id="cell-4-0"' in text.split('id="row-4"')[1].split("The whole row")[0]


def test_a_mended_row_is_tried_at_once_and_counted_anew(browser, address, ann):
    half = mend(browser, address, 3, cell_1="per@example.com").content.decode()
    assert figures(half)["broken"] == 2 and 'value="never"' in half
    assert "no e-mail" not in half.split("hx-partial")[0]
    well = mend(browser, address, 3, cell_2="1981-02-03").content.decode()
    assert figures(well) == {"new": 2, "duplicates": 0, "update": 0, "unchanged": 0, "broken": 1}
    assert "mended: will be new" in well and "Import 2 rows" in well
    assert "1 row was mended by hand." in well
    assert len(find(ann, "contacts")) == 0
    assert adds_up(drafts.recent(ann, 1)[0].receipt)


def test_the_import_takes_the_mended_values_and_its_undo_takes_them_back(browser, address, ann):
    mend(browser, address, 3, cell_1="per@example.com", cell_2="1981-02-03")
    mend(browser, address, 4, cell_0="Kari")
    text = imported(browser, address)
    assert figures(text) == {"new": 3, "updated": 0, "unchanged": 0, "broken": 0}
    assert "2 rows were mended by hand." in text
    rows = find(ann, "contacts", Question(columns=("emails", "birthday", "reports_to")))
    per = next(row for row in rows if row.title == "Per")
    assert per["emails"][0]["address"] == "per@example.com"
    assert (str(per["birthday"]), per["reports_to"].title) == ("1981-02-03", "Ola")
    draft = drafts.recent(ann, 1)[0]
    assert adds_up(draft.receipt)
    undo(ann, draft.acts[0])
    assert len(find(ann, "contacts")) == 0


def test_a_row_left_out_is_counted_so_and_can_be_taken_in_again(browser, address, ann):
    text = mend(browser, address, 3, left="1").content.decode()
    assert figures(text) == {
        "new": 1,
        "duplicates": 0,
        "update": 0,
        "unchanged": 0,
        "broken": 1,
        "left out": 1,
    }
    assert adds_up(drafts.recent(ann, 1)[0].receipt)
    again = mend(browser, address, 3).content.decode()
    assert figures(again)["broken"] == 2
    mend(browser, address, 4, left="1")
    told = imported(browser, address)
    assert "1 row was left out by hand." in told
    assert figures(told) == {"new": 1, "updated": 0, "unchanged": 0, "broken": 1, "left out": 1}


def test_a_mended_row_may_turn_out_to_be_there_already(browser, address, ann):
    write(ann, "contacts", None, {"name": "Per", "emails": "per@example.com"})
    text = mend(browser, address, 3, cell_1="per@example.com", cell_2="").content.decode()
    assert "mended: is here already" in text or "mended: will be updated" in text


def test_without_javascript_one_comes_back_to_the_row(browser, address):
    answer = browser.post(f"{address}/rows/4", {"cell-0": "Kari"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}#row-4")
    assert figures(text_of(browser, address))["new"] == 2


def test_what_is_refused_of_a_row_changes_nothing(browser, address, world):
    other = signed_in(world.bob)
    browser.get("/keys"), other.get("/keys")
    before = everything()
    assert mend(browser, address, 2, cell_0="Not broken").status_code == 404
    assert mend(browser, address, 99, cell_0="x").status_code == 404
    assert mend(browser, address, 3, cell_1="x" * 3000).status_code == 422
    assert mend(other, address, 3, cell_1="x@example.com").status_code == 404
    assert everything() == before
    imported(browser, address)
    assert mend(browser, address, 3, cell_1="per@example.com").status_code == 422


def test_a_cell_that_was_not_offered_is_not_taken(browser, address, ann):
    mend(browser, address, 4, cell_0="Kari", cell_77="x")
    assert drafts.recent(ann, 1)[0].settings["mended"] == {"4": {"0": "Kari"}}


def test_a_cell_of_several_lines_stays_as_it_is_when_another_is_mended(browser, ann):
    text = 'Name;E-mail;Remember\nPer;no address;"one\ntwo"\n'
    address = bring(browser, text, type="contacts")
    assert "<textarea" in checked(browser, address).split('id="row-2"')[1]
    mend(browser, address, 2, cell_1="per@example.com", cell_2="one\r\ntwo", cell_0="Per")
    assert drafts.recent(ann, 1)[0].settings["mended"] == {"2": {"1": "per@example.com"}}


def test_what_no_database_holds_is_taken_out_of_a_mended_cell(browser, address, ann):
    assert mend(browser, address, 4, cell_0="Ka\x00ri").status_code == 200
    assert drafts.recent(ann, 1)[0].settings["mended"] == {"4": {"0": "Kari"}}


def test_private_columns_are_not_shown_among_the_cells(browser):
    address = bring(browser, "Name;E-mail;SSN\nPer;no address;123-45-6789\n", type="contacts")
    text = checked(browser, address, **{"column-2": "remember"})
    assert 'id="row-2"' in text and "123-45-6789" not in text


@pytest.mark.django_db(transaction=True)
def test_two_rows_mended_at_one_moment_are_both_kept(browser, address, ann):
    def one(line, place, text):
        mend(signed_in(ann), address, line, **{f"cell_{place}": text})
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, (3, 4), (1, 0), ("per@example.com", "Kari")))
    draft = drafts.recent(ann, 1)[0]
    assert set(draft.settings["mended"]) == {"3", "4"} and adds_up(draft.receipt)
