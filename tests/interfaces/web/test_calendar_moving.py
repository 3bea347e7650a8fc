"""An entry of a calendar moved to another day: by whom, to which days, and what stays."""

import re
from datetime import UTC, date, datetime

import pytest

from kartotek.core.context import Context
from kartotek.core.find import find_one
from kartotek.core.history import history
from kartotek.core.remove import remove
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.refused import NOBODYS, said
from tests.interfaces.web.test_board import inside
from tests.interfaces.web.test_calendar import HERE, born, move, text_of


@pytest.fixture
def browser(ann):
    return inside(ann)


@pytest.fixture
def people(ann, fjord):
    """Name → uid of a few contacts with birthdays."""
    return born(ann, fjord)


def held(actor, uid, name="birthday"):
    return find_one(actor, "contacts", uid)[name]


def test_a_move_is_one_change_with_undo(browser, ann, people):
    answer = move(browser, people["Ada"], "2026-11-25")
    assert said(answer) == ["“Ada” is on Wednesday, November 25, 2026 now."]
    assert answer["HX-Trigger"] == "k:changed"
    assert held(ann, people["Ada"]) == date(1980, 11, 25)
    assert len(history(ann, "contacts", people["Ada"], Context())) == 2
    undo = re.search(r'data-undo="([^"]+)"', text_of(answer))[1]
    assert browser.post(undo, **PIECE).status_code == 200
    assert held(ann, people["Ada"]) == date(1980, 11, 23)


def test_a_date_that_comes_once_takes_the_year_too(browser, ann):
    uid = str(write(ann, "bills", None, {"name": "First", "sent_on": "2026-11-09"}).uid)
    assert move(browser, uid, "2027-01-02", key="bills").status_code == 200
    assert find_one(ann, "bills", uid)["sent_on"] == date(2027, 1, 2)


def test_a_moment_keeps_its_time_of_day_where_the_reader_is(ann, people):
    settle_in("Fjord", "LV", "en", "Europe/Riga")
    write(
        ann, "contacts", people["Ada"], {"last_contacted": "2026-10-20T23:30:00Z"}
    )  # 2:30 in Riga
    answer = move(inside(ann), people["Ada"], "2026-11-05", version="2", on="last_contacted")
    assert answer.status_code == 200
    moved = held(ann, people["Ada"], "last_contacted")
    assert moved == datetime(2026, 11, 5, 0, 30, tzinfo=UTC)  # 2:30 again, in winter time


def test_29_february_moves_only_to_days_its_year_has(browser, ann, people):
    before = everything()
    assert "data-undo" not in text_of(move(browser, people["Cleo"], "2026-02-28"))
    refused = move(browser, people["Ada"], "2028-02-29")
    assert refused.status_code == 200  # 1980 had one
    assert move(browser, people["Ben"], "2028-02-29").status_code == 422
    assert held(ann, people["Ben"]) == date(2001, 11, 23)
    assert held(ann, people["Cleo"]) == date(1996, 2, 29)
    assert before != everything()


def test_to_where_it_stands_nothing_is_written(browser, people):
    before = everything()
    answer = move(browser, people["Ada"], "2026-11-23")
    assert answer.status_code == 200
    assert "data-undo" not in text_of(answer)
    assert everything() == before


def test_without_a_script_one_comes_back_to_the_same_calendar(browser, ann, people):
    page = text_of(browser.get(f"{HERE}?month=2026-11&q=ada"))
    action = re.search(rf'action="(/contacts/{people["Ada"]}/day[^"]*)"', page)[1]
    assert 'type="date" name="to" value="2026-11-23"' in page
    answer = browser.post(action, {"to": "2026-11-24", "version": "1", "on": "birthday"})
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}?q=ada&month=2026-11")
    assert held(ann, people["Ada"]) == date(1980, 11, 24)


def test_what_somebody_moved_meanwhile_is_not_moved_over_it(browser, ann, people):
    write(ann, "contacts", people["Ada"], {"birthday": "1980-11-01"})
    before = everything()
    answer = move(browser, people["Ada"], "2026-11-25")
    assert answer.status_code == 409
    assert everything() == before


def test_what_lost_its_day_meanwhile_is_not_given_another(browser, ann, people):
    write(ann, "contacts", people["Ada"], {"birthday": None})
    before = everything()
    answer = move(browser, people["Ada"], "2026-11-25", version="2")
    assert (answer.status_code, said(answer)) == (
        422,
        ["This stands on no day any more. Reload the calendar."],
    )
    assert everything() == before


@pytest.mark.parametrize(
    "to",
    ["", "0000-05-05", "-0001-01-01", "10000-01-01", "2026-02-30", "2026-13-01", "tomorrow", "<b>",
     "2026-11-25\x00", "x" * 100_000, "2026-11-25T10:00", "1 OR 1=1"],
)  # fmt: skip
@pytest.mark.parametrize("on", ["birthday", "last_contacted"])
def test_a_day_that_is_none_is_refused(browser, ann, people, to, on):
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-05T10:00:00Z"})
    before = everything()
    answer = move(browser, people["Ada"], to, version="2", on=on)
    assert answer.status_code == 422
    assert "toast-text" in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("to", ["0001-01-01", "9999-12-31"])
def test_a_moment_does_not_go_where_no_clock_shows_it(browser, ann, people, to):
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-05T10:00:00Z"})
    before = everything()
    assert move(browser, people["Ada"], to, version="2", on="last_contacted").status_code == 422
    assert everything() == before


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "²"])
def test_a_version_that_is_none_is_refused(browser, people, version):
    before = everything()
    assert move(browser, people["Ada"], "2026-11-25", version=version).status_code == 422
    assert everything() == before


def test_an_unknown_or_removed_record_is_not_moved(browser, ann, people):
    remove(ann, "contacts", people["Ben"])
    before = everything()
    assert move(browser, NOBODYS, "2026-11-25").status_code == 404
    assert move(browser, people["Ben"], "2026-11-25", version="2").status_code in (404, 422)
    assert browser.get(f"/contacts/{people['Ada']}/day").status_code == 405
    assert everything() == before


def test_a_move_without_the_token_of_a_form_is_refused(ann, people):
    strict = inside(ann, enforce_csrf_checks=True)
    before = everything()
    assert move(strict, people["Ada"], "2026-11-25").status_code == 403
    assert everything() == before
