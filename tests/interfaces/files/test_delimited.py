"""CSV in every shape that people bring."""

import contextlib
import time

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import encoding
from kartotek.interfaces.files.reading import opened, rows_of
from tests.interfaces.files.test_reading import put, read


@pytest.mark.parametrize("separator", ["^", "~", ":"])
def test_an_odd_separator_is_found_where_every_row_has_it(separator, tmp_path):
    lines = [["name", "city", "no"], ["Ola", "Oslo", "1"], ["Kari", "Bodø", "2"]]
    table, rows = read(tmp_path, "\n".join(separator.join(line) for line in lines))
    assert (table.separator, rows) == (separator, lines[1:])


def test_times_do_not_make_a_colon_a_separator(tmp_path):
    table, rows = read(tmp_path, "at: time\n12: 30\n13: 45\n")
    assert (table.headers, rows) == (("at: time",), [["12: 30"], ["13: 45"]])


def test_decimal_commas_do_not_make_a_comma_the_separator(tmp_path):
    text = "name;amount\n" + "Ola;1,5\n" * 60
    assert read(tmp_path, text)[0].headers == ("name", "amount")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_separator_that_excel_is_told_is_taken_and_its_line_is_no_row(line, tmp_path):
    table, rows = read(tmp_path, f"{line}\r\na,b;c\r\n1,2;3\r\n")
    assert (table.separator, table.headers, rows) == (";", ("a,b", "c"), [["1,2", "3"]])


@pytest.mark.parametrize(
    ("mark", "name"), [(b"\xfe\xff", "utf-32-be"), (b"\xfe\xff", "utf-32-le"),
                       (b"\xff\xfe", "utf-32-le")]
)  # fmt: skip
def test_utf_32_behind_half_a_mark_is_read(mark, name, tmp_path):
    table, rows = read(tmp_path, mark + "name,city\nLīga,Rīga\n".encode(name))
    assert (table.encoding, table.headers, rows) == (name, ("name", "city"), [["Līga", "Rīga"]])


def test_a_bare_line_feed_in_a_file_of_windows_stays_in_its_cell(tmp_path):
    _table, rows = read(tmp_path, 'name,note\r\nOla,"a\nb"\r\nKari,c\r\n')
    assert rows == [["Ola", "a\nb"], ["Kari", "c"]]


def test_a_separator_at_the_end_of_every_line_is_no_column(tmp_path):
    table, rows = read(tmp_path, "name,city,\nOla,Oslo,\nKari,Bodø, \n")
    assert table.headers == ("name", "city") and rows[0] == ["Ola", "Oslo", ""]


def test_a_last_column_without_a_name_that_holds_something_stays(tmp_path):
    assert read(tmp_path, "name,city,\nOla,Oslo,\nKari,Bodø,x\n")[0].headers == ("name", "city", "")


def test_a_column_called_like_another_gets_a_number_and_a_note(tmp_path):
    table, rows = read(tmp_path, "name,Phone,phone\nOla,1,2\n")
    assert (table.headers, rows) == (("name", "Phone", "phone (2)"), [["Ola", "1", "2"]])
    assert "phone (2)" in table.remarks[0]


def test_the_rows_below_a_title_are_numbered_as_in_the_file(tmp_path):
    path = put(tmp_path, "Our customers\n\nname,phone,city\nOla,1,Oslo\n")
    table = opened(path, "en")
    assert table.headers == ("name", "phone", "city")
    assert [(row.line, row.cells) for row in rows_of(table)] == [(4, ["Ola", "1", "Oslo"])]


def test_a_file_without_a_header_loses_no_row(tmp_path):
    table, rows = read(tmp_path, "Ola,ola@example.com\nKari,kari@example.com\n")
    assert (table.headers, table.rows, len(rows)) == (("column 1", "column 2"), 2, 2)


def test_a_column_encoded_twice_is_mended_and_told(tmp_path):
    table, rows = read(tmp_path, "name,city\nAdolesCiÃªncia,São Paulo\nOla,Oslo\n")
    assert rows == [["AdolesCiência", "São Paulo"], ["Ola", "Oslo"]]
    assert "“name”: 1 cells" in table.remarks[0] and "AdolesCiência" in table.remarks[0]


def test_a_column_that_decodes_only_in_part_is_left_and_told(tmp_path):
    text = "name\nAdolesCiÃªncia\nê AdolesCiÃªncia\n"
    table, rows = read(tmp_path, text)
    assert rows == [["AdolesCiÃªncia"], ["ê AdolesCiÃªncia"]]
    assert "1 of 2" in table.remarks[0] and "left as they are" in table.remarks[0]


def test_a_last_row_cut_short_is_told(tmp_path):
    assert "cut off" in read(tmp_path, "a,b,c\n1,2,3\n4,5,6\n7,8")[0].remarks[0]
    assert read(tmp_path, "a,b,c\n1,2,3\n4,5,6\n7,8\n")[0].remarks == ()


def test_a_formula_is_text_as_it_stands(tmp_path):
    _table, rows = read(tmp_path, 'name,note\nOla,"=HYPERLINK(""http://x"")"\n')
    assert rows == [["Ola", '=HYPERLINK("http://x")']]


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe"])
def test_an_endless_line_is_refused_without_reading_it_all(mark, tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "BLOCK", 100)
    monkeypatch.setattr(encoding, "LONGEST", 1_000)
    path = put(tmp_path, mark + b"n\n" + b"x" * 100_000)
    seen = 0
    with pytest.raises(ValidationError, match="longer than a million letters"):
        for block in encoding._blocks(path):
            seen += len(block)
    assert seen <= 1_100


def test_fifty_thousand_columns_are_counted_and_refused(tmp_path):
    text = ",".join(f"c{n}" for n in range(50_000)) + "\n" + "1," * 50_000 + "\n"
    with pytest.raises(ValidationError, match="50000 columns"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "a," * 400_000 + "\n1,2\n",
        "name\n" + "," * 900_000 + "\n",
        "a@" + "." * 200_000 + " \nx\n",
        "n\n" + "Ã" * 200_000 + "\n",
    ],
    ids=["one name without end", "one row without end", "nearly a mail", "nearly twice"],
)
def test_what_is_made_to_take_long_does_not(text, tmp_path):
    begun = time.process_time()
    with contextlib.suppress(ValidationError):
        read(tmp_path, text)
    assert time.process_time() - begun < 2
