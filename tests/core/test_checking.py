"""A misspelt name in a declaration stops the start, and the hint says what was meant."""

import pytest

from kartotek.core import checking
from kartotek.core.board import Board
from kartotek.core.calendar_view import Calendar
from kartotek.core.catalogue import catalogue


@pytest.fixture
def companies():
    record_type = catalogue()["companies"]
    before = dict(vars(record_type))
    yield record_type
    vars(record_type).clear()
    vars(record_type).update(before)


def test_the_declarations_as_they_stand_are_sound():
    assert checking.declarations(None) == []


@pytest.mark.parametrize("attribute", ["columns", "form", "sorts", "facet", "same_as", "title"])
def test_a_misspelt_field_is_named_with_its_nearest_neighbour(companies, attribute):
    setattr(companies, attribute, "lifecycl")
    found = checking.declarations(None)
    assert found[0].id == "kartotek.E001"
    assert "lifecycl" in found[0].msg
    assert "Did you mean “lifecycle”?" in found[0].hint


def test_a_fourth_sort_is_refused(companies):
    companies.sorts = "name changed_at last_contacted employees"
    assert [error.id for error in checking.declarations(None)] == ["kartotek.E002"]


def test_a_panel_of_an_unknown_type_is_named(companies):
    from kartotek.core.recordtype import Related

    companies.panels = [Related("castles")]
    assert "castles" in checking.declarations(None)[0].msg


@pytest.mark.parametrize(
    ("board", "number", "named"),
    [
        (Board("lifecycl"), "E001", "lifecycl"),
        (Board("lifecycle", total="employes"), "E001", "employes"),
        (Board("name"), "E004", "name"),
        (Board("lifecycle", total="name"), "E005", "name"),
    ],
)
def test_a_board_has_columns_of_choices_and_sums_a_number(companies, board, number, named):
    companies.board = board
    [found] = checking.declarations(None)
    assert found.id == f"kartotek.{number}"
    assert named in found.msg


def test_a_board_that_counts_and_sums_is_sound(companies):
    companies.board = Board("lifecycle", total="employees")
    assert checking.declarations(None) == []


@pytest.mark.parametrize(
    ("calendar", "number", "named"),
    [
        (Calendar("birthdy"), "E001", "birthdy"),
        (Calendar("lifecycle"), "E006", "lifecycle"),
        (Calendar("changed_at", yearly=True), "E006", "changed_at"),
    ],
)
def test_a_calendar_has_days_and_only_a_date_comes_each_year(companies, calendar, number, named):
    companies.calendar = calendar
    [found] = checking.declarations(None)
    assert found.id == f"kartotek.{number}"
    assert named in found.msg


def test_a_calendar_of_a_moment_is_sound(companies):
    companies.calendar = Calendar("changed_at")
    assert checking.declarations(None) == []
