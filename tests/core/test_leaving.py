"""The list of outside addresses: one line for each host, port and purpose."""

import pytest

from kartotek.core.leaving import note_left, places

pytestmark = pytest.mark.django_db


def test_an_address_is_one_line_however_often_it_is_asked():
    note_left("hooks.example.com", 443, "webhook")
    (first,) = places()
    note_left("hooks.example.com", 443, "webhook")
    note_left("hooks.example.com", 443, "webhook", refused=True)
    (now,) = places()
    assert (now.times, now.refused, now.since) == (2, 1, first.since)
    assert now.last_used > first.last_used


def test_another_port_or_purpose_is_another_line_and_the_newest_use_comes_first():
    note_left("a.example", 443, "webhook")
    note_left("a.example", 8443, "webhook")
    note_left("a.example", 443, "calendar")
    note_left("a.example", 443, "webhook")
    told = [(one.port, one.purpose, one.times) for one in places()]
    assert told == [(443, "webhook", 2), (443, "calendar", 1), (8443, "webhook", 1)]


def test_a_refusal_does_not_take_the_last_use_away():
    note_left("a.example", 443, "webhook", refused=True)
    assert places()[0].last_used is None
    note_left("a.example", 443, "webhook")
    used = places()[0].last_used
    note_left("a.example", 443, "webhook", refused=True)
    assert used is not None and places()[0].last_used == used


@pytest.mark.parametrize("purpose", ["", "Web hook", "https://a.example/x?key=secret", "x" * 41])
def test_a_purpose_is_a_short_key_and_nothing_else(purpose):
    with pytest.raises(ValueError, match="no purpose"):
        note_left("a.example", 443, purpose)
    assert places() == []
