"""The header is found where it stands, and every column has a name of its own."""

import pytest

from kartotek.interfaces.files.heading import heading, unique

PEOPLE = [["Name", "Phone", "City"], ["Ola", "22334455", "Oslo"], ["Kari", "", "Bodø"]]


def test_the_first_row_names_the_columns():
    found = heading(PEOPLE)
    assert (found.names, found.first, found.remarks) == (("Name", "Phone", "City"), 1, ())


@pytest.mark.parametrize(
    "above",
    [
        [["Customers of 2024"]],
        [["Report"], ["", "", ""]],
        [["Customers", "", ""], ["Printed 3 May", "", ""], []],
    ],
)
def test_titles_above_the_header_are_passed_over_and_told(above):
    found = heading([*above, *PEOPLE])
    assert (found.names, found.first) == (("Name", "Phone", "City"), len(above) + 1)
    assert above[0][0] in found.remarks[0] and found.remarks[0].endswith(".")


def test_blank_rows_above_the_header_are_nothing_to_tell():
    found = heading([["", ""], *PEOPLE])
    assert (found.first, found.remarks) == (2, ())


def test_a_header_of_one_name_over_wider_rows_stays_the_header():
    assert heading([["name"], ["Ola", "Nord"], ["Kari", "Sør"]]).names == ("name",)
    assert heading([["name"], ["Ola", "1", "2"], ["Kari", "3", "4"]]).names == ("name",)


@pytest.mark.parametrize(
    "row",
    [
        ["22334455", "2024-05-03", "1 250,50"],
        ["Ola Nord", "ola@example.com", "Oslo"],
        ["https://example.com", "0047 22 33 44 55"],
        ["2024-05-03T10:00:00Z", "$125,000.00"],
    ],
)
def test_a_first_row_of_values_is_data_and_the_columns_are_numbered(row):
    found = heading([row, row])
    assert found.names == tuple(f"column {number}" for number in range(1, len(row) + 1))
    assert found.first == 0 and "no header" in found.remarks[0]


@pytest.mark.parametrize("row", [["2016", "2017"], ["Customer", "2016"], ["Name", "Active"]])
def test_a_first_row_that_may_be_a_header_is_one(row):
    assert heading([row, ["1", "2"]]).names == tuple(row)


def test_a_name_that_comes_again_is_numbered():
    names, remarks = unique(["Phone", "Name", "phone", "Phone", "Phone (2)", "", ""])
    assert names == ["Phone", "Name", "phone (3)", "Phone (4)", "Phone (2)", "", ""]
    assert len(remarks) == 1 and "phone (3)”, “Phone (4)" in remarks[0]


def test_nothing_but_blanks_has_no_heading():
    assert heading([["", " "], []]) is None
