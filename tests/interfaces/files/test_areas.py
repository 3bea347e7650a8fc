"""Tables in a sheet are told apart by what is blank between them."""

from kartotek.interfaces.files.areas import Grid, areas
from kartotek.interfaces.files.table import Area


def drawn(*rows):
    """A sheet drawn in letters: "t" is text, "1" a number, "." nothing."""
    grid = Grid()
    for row in rows:
        filled = sum(1 << place for place, sign in enumerate(row) if sign != ".")
        grid.add(filled, sum(1 << place for place, sign in enumerate(row) if sign == "t"))
    return areas(grid)


def test_a_table_may_stand_anywhere():
    assert drawn(".....", ".ttt.", ".t11.", ".t11.") == [Area(1, 1, 3, 3)]


def test_a_title_above_a_blank_row_is_no_part_of_the_table():
    assert drawn("t..", "...", "ttt", "t11")[0] == Area(2, 0, 3, 2)


def test_a_blank_row_or_column_inside_does_not_part_a_table():
    assert drawn("ttt", "t11", "...", "t11") == [Area(0, 0, 3, 2)]
    assert drawn("t.tt", "t.11", "t.11") == [Area(0, 0, 2, 3)]


def test_tables_side_by_side_are_two_where_they_end_differently():
    assert drawn("tt.ttt", "t1.t11", "...t11") == [Area(0, 3, 2, 5), Area(0, 0, 1, 1)]


def test_a_table_below_with_a_header_of_its_own_is_another():
    assert drawn("ttt", "t11", "t11", "...", "tt.", "t1.") == [Area(0, 0, 2, 2), Area(4, 0, 5, 1)]
    assert len(drawn("ttt", "ttt", "...", "...", "tt.", "tt.")) == 2


def test_a_sheet_without_anything_has_no_table():
    assert drawn("..", "..") == [] == drawn()


def test_a_sheet_full_of_islands_is_one_table():
    assert drawn(*("." * 2 * place + "t" for place in range(600))) == [Area(0, 0, 599, 1_198)]


def test_cuts_inside_of_each_other_come_to_an_end():
    """A spiral is cut at one row and one column after the other."""
    size = 240
    rows = [["." for _ in range(size)] for _ in range(size)]
    for start in range(0, size // 2 - 2, 3):
        last = size - 1 - start
        for place in range(start, last + 1):
            rows[start][place] = rows[place][last] = rows[last][place] = "t"
        for place in range(start + 3, last + 1):
            rows[place][start] = "t"
    assert drawn(*("".join(row) for row in rows))
