"""XLSX and ODS: the largest table of the fullest sheet, its cells as a person reads them."""

from datetime import date, datetime

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.reading import opened, rows_of
from kartotek.interfaces.files.workbooks import text_of
from tests.interfaces.files.making import ods, ods_cell, ods_row, xlsx

PEOPLE = [["name", "id"], ["Ola", 17850], ["Kari", 17851]]


def read(path, sheet=""):
    table = opened(path, "en", sheet)
    return table, [(row.line, row.cells) for row in rows_of(table)]


def test_cells_become_text_as_a_person_reads_them(tmp_path):
    row = ["0047", 17850.0, 0.1, date(1990, 2, 3), datetime(2024, 5, 3, 14, 30), True, False]
    path = xlsx(tmp_path / "x.xlsx", {"S": [list("abcdefg"), row]})
    assert read(path)[1] == [
        (2, ["0047", "17850", "0.1", "1990-02-03", "2024-05-03 14:30:00", "true", "false"])
    ]


def test_a_formula_is_its_value(tmp_path):
    sheet = [["name", "sum"], ["Ola", '<c r="B2"><f>1+1</f><v>2</v></c>']]
    assert read(xlsx(tmp_path / "x.xlsx", {"S": sheet}))[1] == [(2, ["Ola", "2"])]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (1.5e-7, "0.00000015"),
     (1e-9, "0.000000001"),
     (datetime.max, "9999-12-31 23:59:59"), (-2.0, "-2"),
     (datetime(2024, 5, 3, 14, 29, 59, 999_999), "2024-05-03 14:30:00")],
)  # fmt: skip
def test_a_number_has_no_more_digits_than_were_typed(value, text):
    assert text_of(value) == text


def test_the_sheet_with_most_rows_is_read_and_the_others_are_named(tmp_path):
    path = xlsx(tmp_path / "x.xlsx", {"Cover": [["Hello"]], "People": PEOPLE})
    table, rows = read(path)
    assert (table.kind, table.sheet, table.sheets) == ("xlsx", "People", ("Cover", "People"))
    assert (table.headers, table.rows, rows[0]) == (("name", "id"), 2, (2, ["Ola", "17850"]))
    assert "Cover" in table.remarks[0]


def test_a_sheet_may_be_named(tmp_path):
    path = xlsx(tmp_path / "x.xlsx", {"People": PEOPLE, "Two": [["city", "no"], ["Oslo", 1]]})
    assert read(path, "Two")[1] == [(2, ["Oslo", "1"])]
    with pytest.raises(ValidationError, match="Its sheets are: People, Two"):
        opened(path, "en", "Three")


def test_a_table_at_b2_below_a_title_is_found(tmp_path):
    sheet = [["Our people of 2024"], [], *([None, *row] for row in PEOPLE)]
    table, rows = read(xlsx(tmp_path / "x.xlsx", {"S": sheet}))
    assert table.headers == ("name", "id") and rows[0] == (4, ["Ola", "17850"])
    assert "not read: 1." in table.remarks[0]


def test_of_several_tables_the_largest_is_read_and_the_rest_told(tmp_path):
    sheet = [["name", "id", None, "city", "no"], ["Ola", 1, None, "Oslo", 2], ["Kari", 3]]
    table, rows = read(xlsx(tmp_path / "x.xlsx", {"S": sheet}))
    assert rows == [(2, ["Ola", "1"]), (3, ["Kari", "3"])]
    assert "holds 2 tables" in table.remarks[0]


def test_blank_rows_inside_are_no_rows(tmp_path):
    table, rows = read(xlsx(tmp_path / "x.xlsx", {"S": [*PEOPLE, [], ["Per", 5]]}))
    assert (table.rows, rows[-1]) == (3, (5, ["Per", "5"]))


def test_a_workbook_called_csv_is_a_workbook_all_the_same(tmp_path):
    assert read(xlsx(tmp_path / "people.csv", {"S": PEOPLE}))[0].kind == "xlsx"


def test_an_ods_is_read_with_what_it_repeats(tmp_path):
    blank = '<table:table-cell table:number-columns-repeated="16382"/>'
    born = ('<table:table-cell office:value-type="date" office:date-value="1990-02-03">'
            "<text:p>3.2.90</text:p></table:table-cell>")  # fmt: skip
    rows = (
        ods_row(ods_cell("name"), ods_cell("born"), blank)
        + ods_row(ods_cell("Ola"), born, blank)
        + ods_row(ods_cell("x", times=2), times=2)
        + ods_row(blank, times=1_048_000)
    )
    table, found = read(ods(tmp_path / "x.ods", {"People": rows}))
    assert (table.kind, table.headers) == ("ods", ("name", "born"))
    assert found == [(2, ["Ola", "1990-02-03"]), (3, ["x", "x"]), (4, ["x", "x"])]


@pytest.mark.parametrize(
    ("sheet", "told"),
    [([["name", "id"]], "a header and no rows"), ([[" "]], "is empty"), ([], "is empty")],
)
def test_a_workbook_without_rows_is_refused(sheet, told, tmp_path):
    with pytest.raises(ValidationError, match=told):
        read(xlsx(tmp_path / "x.xlsx", {"S": sheet}))
