"""Lines of CSV made by column are those that the standard library makes by row."""

import csv
import io
import random

import pytest

from kartotek.interfaces.files.quoting import csv_lines

ODD = [*'a"æ,;=\\', "", " ", "\t", "\r", "\n", "\r\n", "'", "=1", "\u2028", "\x85"]


def by_row(columns):
    written = io.StringIO(newline="")
    csv.writer(written).writerows(zip(*columns, strict=True))
    return written.getvalue()


def test_any_cells_are_quoted_as_the_standard_library_quotes():
    dice = random.Random(3)
    for _time in range(300):
        columns = [
            ["".join(dice.choices(ODD, k=dice.randint(0, 4))) for _row in range(5)]
            for _column in range(3)
        ]
        assert csv_lines(columns) == by_row(columns)


def test_a_column_without_anything_odd_stands_beside_one_with_it():
    columns = [["1", "2"], ['[{"id":"a"}]', ""], ["Hansen, Ola", "Per"]]
    assert csv_lines(columns) == by_row(columns)
    assert csv_lines([[], []]) == ""


def test_columns_of_unequal_length_are_no_rows():
    with pytest.raises(ValueError, match="shorter"):
        csv_lines([["1", "2"], ["1"]])
