"""No cell that leaves is a formula, and each comes back to the letter."""

import pytest

from kartotek.interfaces.files.cells import RISKY, escape, unescape


@pytest.mark.parametrize("text", ["=1+1", "+47 1", "-2", "@sum", "\tx", "\rx"])
def test_what_a_spreadsheet_would_reckon_gets_an_apostrophe(text):
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "Ola", " =1", "'", "'Ola", "''"])
def test_what_no_spreadsheet_reckons_stays_as_it_is(text):
    assert escape(text) == text and unescape(text) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'-", "Ola", "'Ola", "", "'"])
def test_what_was_escaped_comes_back_to_the_letter(text):
    assert unescape(escape(text)) == text


def test_what_begins_with_one_of_these_must_be_looked_at():
    assert frozenset("'=+-@\t\r") == RISKY
