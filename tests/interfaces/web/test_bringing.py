"""An import in the browser: brought, recognised, checked, imported, taken back."""

import re
from io import BytesIO

import pytest
from django.conf import settings

from kartotek.core import files, jobs
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.web.bringing import PEOPLE, bring, checked, figures, imported, text_of
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def test_a_file_is_recognised_with_samples_and_the_field_of_each_column(browser):
    text = text_of(browser, bring(browser))
    assert "3 rows, UTF-8, divided by semicolons" in text
    assert re.search(r'<option value="\w+" selected>Contacts</option>', text)
    assert re.findall(r'class="sample">([^<]*)<', text)[3:6] == ["Ola", "Kari", "Per"]
    assert '<option value="given_name" selected>' in text
    card = text.split("Shoe size</b>")[1]
    assert "selected" not in card.split("</select>")[0]


def test_nothing_is_stored_before_the_second_press(browser, ann):
    text = checked(browser, bring(browser))
    assert figures(text) == {"new": 2, "duplicates": 0, "update": 0, "unchanged": 0, "broken": 1}
    assert "Import 2 rows" in text
    assert "Line 4" in text and 'aria-describedby="why-4-2"' in text
    assert len(find(ann, "contacts")) == 0


def test_the_receipt_adds_up_and_names_the_rows_that_failed(browser, ann):
    address = bring(browser)
    checked(browser, address)
    text = imported(browser, address)
    assert figures(text) == {"new": 2, "updated": 0, "unchanged": 0, "broken": 1}
    assert "Imported: people.csv" in text and "Undo all of it" in text
    assert "2 left out · 1 in broken rows" in text
    assert {row.title for row in find(ann, "contacts")} == {"Ola Nordmann", "Kari Nordmann"}


def test_the_rows_that_failed_come_as_an_attachment_for_their_owner_alone(browser, world):
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    answer = browser.get(f"{address}/failed")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"Per" in b"".join(answer.streaming_content)
    assert signed_in(world.bob).get(f"{address}/failed").status_code == 404


def test_all_of_it_is_taken_back_and_the_receipt_says_so(browser, ann):
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    toast = browser.post(f"{address}/undo", **PIECE)
    assert "Undone: 2 records." in toast.content.decode()
    text = text_of(browser, address)
    assert "All of it was taken back" in text and "Undo all of it" not in text
    assert len(find(ann, "contacts")) == 0
    redo = re.search(r'hx-post="(/undo/[^"]+redo=1)"', toast.content.decode())
    assert redo is not None
    browser.post(redo[1], **PIECE)
    assert "Undo all of it" in text_of(browser, address)


def test_without_javascript_an_undo_comes_back_to_the_receipt(browser):
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    text = browser.post(f"{address}/undo", follow=True).content.decode()
    assert "All of it was taken back" in text


def test_the_same_file_again_changes_nothing_and_says_so(browser):
    good = PEOPLE.split("Per")[0]
    first = bring(browser, good)
    checked(browser, first)
    imported(browser, first)
    text = checked(browser, bring(browser, good))
    assert figures(text)["unchanged"] == 2
    assert "all of it is here already" in text and "Import 0" not in text


def test_a_column_goes_where_it_is_sent_and_stays_out_where_it_shall(browser, ann):
    address = bring(browser)
    text = checked(browser, address, **{"column-3": "job_title", "column-2": ""})
    assert figures(text) == {"new": 3, "duplicates": 0, "update": 0, "unchanged": 0, "broken": 0}
    assert "Left out by choice." in text
    imported(browser, address)
    rows = {
        row.title: row
        for row in find(ann, "contacts", Question(columns=("name", "job_title", "emails")))
    }
    assert rows["Ola Nordmann"]["job_title"] == "43"
    assert not rows["Ola Nordmann"]["emails"]


def test_rows_keep_the_numbers_of_their_lines_under_a_changed_header(browser):
    address = bring(browser, "\n\n" + PEOPLE)
    text = checked(browser, address, **{"column-3": "job_title"})
    assert "Line 6" in text


def test_two_columns_for_one_field_are_refused_by_its_name(browser):
    address = bring(browser)
    kind = re.search(r'name="type" value="(\w+)"', text_of(browser, address))
    answer = browser.post(f"{address}/check", {"type": kind[1], "column-3": "given_name"})
    assert answer.status_code == 422
    assert "Two columns go to “First name”" in answer.content.decode()
    assert "Columns of the file" in text_of(browser, address)


def test_a_field_nobody_knows_is_refused(browser):
    address = bring(browser)
    answer = browser.post(f"{address}/check", {"type": "contacts", "column-0": "password"})
    assert answer.status_code == 422


def test_the_list_decides_where_the_columns_speak_for_several_types(browser):
    text = "Name;Phones\nFjord;+47 22 00 00 00\n"
    told = text_of(browser, bring(browser, text, type="companies"))
    assert '<option value="companies" selected>' in told
    told = text_of(browser, bring(browser, "a;b\n1;2\n"))
    assert "Choose it above." in told and "disabled" in told


def test_pasted_rows_are_a_file_too(browser):
    answer = browser.post("/import", {"rows": "Name\tFirst name\nOla Nordmann\tOla"})
    text = text_of(browser, answer["Location"])
    assert "1 row, UTF-8, divided by tabs" in text


@pytest.mark.parametrize(("text", "words"), [
    ("", "empty"), ("name\n", "has a header and no rows"), ('name\n"Ola', "never closes"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_own_name(browser, text, words):
    file = BytesIO(text.encode())
    file.name = "../people.csv"
    answer = browser.post("/import", {"file": file})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert words in told
    assert not text or "“people.csv”" in told
    assert not re.search(r"[0-9a-f]{32}", told.split("<main")[1].split("drop-zone")[0])


def test_a_file_in_pieces_becomes_an_import(browser):
    data = PEOPLE.encode()
    at = browser.post("/upload", {"name": "p.csv", "size": len(data), "type": "text/csv"}).json()
    for offset, piece in ((0, data[:20]), (20, data[20:])):
        at |= browser.post(f"{at['url']}?offset={offset}", piece,
                           content_type="application/octet-stream").json()  # fmt: skip
    assert at["is_whole"]
    address = browser.post("/import", {"upload": at["uid"]})["Location"]
    assert "3 rows" in text_of(browser, address)


def test_a_piece_twice_answers_with_the_place_to_go_on(browser):
    at = browser.post("/upload", {"name": "p.csv", "size": 9, "type": ""}).json()
    send = {"data": b"12345", "content_type": "application/octet-stream"}
    assert browser.post(f"{at['url']}?offset=0", **send).json()["received"] == 5
    again = browser.post(f"{at['url']}?offset=0", **send)
    assert (again.status_code, again.json()["received"]) == (409, 5)


def test_a_piece_is_at_most_four_megabytes(browser):
    at = browser.post("/upload", {"name": "p.csv", "size": files.PIECE + 9, "type": ""}).json()
    big = browser.post(f"{at['url']}?offset=0", b"x" * (files.PIECE + 1),
                       content_type="application/octet-stream")  # fmt: skip
    assert big.status_code == 422
    kept = browser.post(f"{at['url']}?offset=0", b"x" * files.PIECE,
                        content_type="application/octet-stream")  # fmt: skip
    assert kept.json()["received"] == files.PIECE


def test_half_a_file_is_no_import(browser):
    at = browser.post("/upload", {"name": "p.csv", "size": 9, "type": ""}).json()
    answer = browser.post("/import", {"upload": at["uid"]})
    assert answer.status_code == 422
    assert "Drop it again" in answer.content.decode()


def test_another_sees_neither_the_import_nor_the_file(browser, world):
    address = bring(browser)
    other = signed_in(world.bob)
    assert other.get(address).status_code == 404
    for act in ("check", "run", "undo"):
        assert other.post(f"{address}/{act}").status_code == 404


def test_who_undoes_what_others_did_sees_it_and_does_not_go_on_with_it(world):
    address = bring(signed_in(world.bob))
    manager = signed_in(world.manager)
    text = text_of(manager, address)
    assert "See what would come of it" not in text
    assert manager.post(f"{address}/check").status_code == 403


def test_who_may_not_import_has_no_place_to_drop_anything(world):
    reader = signed_in(world.reader)
    assert reader.get("/import").status_code == 403
    assert reader.post("/upload", {"name": "p.csv", "size": 9}).status_code == 403
    text = reader.get("/contacts").content.decode()
    assert "k-drop" not in text and 'href="/import"' not in text


def test_a_list_takes_a_file_and_an_empty_one_says_so(browser):
    text = text_of(browser, "/contacts")
    assert '<k-drop data-begin="/upload">' in text
    assert "Or drop a file here" in text


def test_the_palette_offers_to_import_a_file(browser):
    text = browser.get("/search?q=impo", **PIECE).content.decode()
    assert 'data-href="/import"' in text and "Import a file" in text


def test_ones_imports_are_listed_with_state_and_counts(browser):
    address = bring(browser)
    checked(browser, address)
    imported(browser, address)
    bring(browser, name="more.csv")
    text = text_of(browser, "/import")
    assert text.index("more.csv") < text.index("people.csv")
    assert "Columns to check" in text and "2 new" in text and "1 broken" in text


def test_what_is_refused_leaves_every_table_as_it_was(browser, world):
    address = bring(browser)
    other = signed_in(world.bob)
    browser.get("/keys"), other.get("/keys")  # what is noted of who was here is not a trace
    before = everything()
    for client, path, sent in [
        (browser, "/import", {"rows": "a header alone"}),
        (browser, "/import", {}),
        (browser, "/import", {"upload": "nothing"}),
        (browser, f"{address}/check", {"type": "nothing"}),
        (browser, f"{address}/check", {"type": "contacts", "column-0": "password"}),
        (browser, f"{address}/check", {"type": "contacts", "column-3": "given_name"}),
        (browser, f"{address}/run", {}),
        (browser, f"{address}/undo", {}),
        (other, f"{address}/check", {"type": "contacts"}),
        (other, f"{address}/undo", {}),
        (browser, "/upload", {"name": "x", "size": files.MOST + 1}),
        (browser, "/upload", {"name": "x", "size": "-1"}),
    ]:
        assert client.post(path, sent).status_code in (302, 404, 422), path
        assert everything() == before, path


def test_what_to_do_with_a_match_is_chosen_for_the_whole_and_by_column(browser, ann):
    write(ann, "contacts", None, {"name": "Ola Nordmann", "emails": "ola@example.com",
                                  "given_name": "O"})  # fmt: skip
    address = bring(browser)
    assert 'name="match"' in text_of(browser, address)
    text = checked(browser, address, match="overwrite", **{"match-1": "skip"})
    assert figures(text)["unchanged"] == 1 and "1: Left as it was." in text
    columns = browser.get(f"{address}?columns=1").content.decode()
    assert '<option value="overwrite" selected>' in columns
    assert '<option value="skip" selected>' in columns
    assert browser.post(f"{address}/check", {"type": "contacts", "match": "x"}).status_code == 422


def test_companies_that_are_named_and_not_here_are_made_where_that_was_shown(browser, ann):
    text = "Name;First name;Company\nOla Nordmann;Ola;Fjord AS\n"
    address = bring(browser, text)
    assert "Make the companies that are named and not here" in text_of(browser, address)
    told = checked(browser, address, make="1", **{"make-offered": "1"})
    assert "1 record among the companies would be made" in told
    assert "was made" not in told
    told = imported(browser, address)
    assert "1 record among the companies was made" in told
    assert [row.title for row in find(ann, "companies")] == ["Fjord AS"]
    assert "Undone: 2 records." in browser.post(f"{address}/undo", **PIECE).content.decode()
    again = checked(browser, bring(browser, text), **{"make-offered": "1"})
    assert "was made" not in again and "No record has this id or title." in again


def test_dates_that_can_be_read_in_two_ways_are_asked_for(browser, ann):
    text = "Name;First name;Birthday\nOla Nordmann;Ola;04/05/1980\n"
    address = bring(browser, text)
    page = text_of(browser, address)
    assert 'name="dates-2"' in page and "04/05/1980 is 4 May 1980 or 5 Apr 1980" in unaccented(page)
    checked(browser, address, **{"dates-2": "mdy"})
    imported(browser, address)
    row = find(ann, "contacts", Question(columns=("birthday",))).rows[0]
    assert str(row["birthday"]) == "1980-04-05"
    told = text_of(browser, bring(browser, text.replace("04/05", "24/05")))
    assert 'name="dates-2"' not in told and "Read as day, month, year." in told


def unaccented(page):
    """The dates as British English writes them, whatever this English does."""
    return page.replace("May 4, 1980", "4 May 1980").replace("Apr 5, 1980", "5 Apr 1980")
