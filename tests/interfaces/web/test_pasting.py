"""A block of cells pasted into a list: its own header, or the columns of the list."""

import pytest

from kartotek.core import drafts, files
from kartotek.interfaces.web.bringing.pasting import headed
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
COLUMNS = ("name", "phones", "lifecycle")


def first_line(actor, block, columns=COLUMNS):
    return headed(actor, "companies", block, columns).splitlines()[0]


def test_a_block_without_names_gets_those_of_the_list_in_their_order(ann):
    block = "Fjord AS\t55 51 23 45\nAurora\t"
    assert headed(ann, "companies", block, COLUMNS) == f"Name\tPhone\n{block}"
    assert first_line(ann, "Fjord AS\tcustomer", ("name", "lifecycle")) == "Name\tStatus"


@pytest.mark.parametrize("names", ["Name\tPhone", "name\tStatus", "Company name\tPhone"])
def test_a_block_with_names_keeps_them(ann, names):
    assert first_line(ann, f"{names}\nFjord AS\tx") == names


def test_a_block_wider_than_the_list_is_left_to_the_preview(ann):
    assert first_line(ann, "a\tb\tc\td") == "a\tb\tc\td"


def test_columns_that_are_not_there_name_nothing(ann):
    assert first_line(ann, "a\tb", ("nosuch", "name", "phones")) == "Name\tPhone"


def test_pasted_rows_open_the_preview_of_an_import(ann):
    sent = {"type": "companies", "rows": "Fjord AS\t55 51 23 45\n", "columns": "name,phones"}
    answer = signed_in(ann).post("/import", sent)
    (draft,) = drafts.recent(ann, 5)
    assert answer["Location"] == f"/import/{draft.uid}"
    assert draft.type == "companies"
    assert files.content(draft.file)[1].read_text() == "Name\tPhone\nFjord AS\t55 51 23 45"
    page = signed_in(ann).get(answer["Location"]).content.decode()
    assert "Fjord AS" in page and "Phone" in page


def test_rows_pasted_on_the_page_of_imports_are_taken_as_they_are(ann):
    signed_in(ann).post("/import", {"type": "companies", "rows": "Name\tPhone\nFjord\t1"})
    (draft,) = drafts.recent(ann, 5)
    assert files.content(draft.file)[1].read_text() == "Name\tPhone\nFjord\t1"
