"""A calendar that is asked what it cannot answer, and who sees it: refusals, rights, views."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from kartotek.core import viewing
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.refused import NOBODYS, said
from tests.interfaces.web.test_board import inside, seen_by
from tests.interfaces.web.test_calendar import (
    HERE,
    agenda,
    born,
    contact,
    count,
    move,
    table,
    text_of,
)


@pytest.fixture
def browser(ann):
    return inside(ann)


@pytest.fixture
def people(ann, fjord):
    """Name → uid of a few contacts with birthdays."""
    return born(ann, fjord)


@pytest.mark.parametrize("on", ["nosuch", "name", "lifecycle", "company.created_at", "x" * 5_000])
def test_a_field_that_is_no_date_is_refused_alike(browser, people, on):
    before = everything()
    page = browser.get(f"{HERE}?on={on}")
    assert page.status_code == 422
    assert f"Contacts have no field “{on[:60]}”." in text_of(page)
    assert f'href="{HERE}"' in text_of(page)
    assert move(browser, people["Ada"], "2026-11-25", on=on).status_code == 422
    assert everything() == before


@pytest.mark.parametrize(
    ("query", "words"),
    [("month=2026-13", "“2026-13” is no month. Write it like 2026-11."),
     ("month=0000-00", "is no month"), ("month=99999-01", "is no month"),
     ("month=0001-01", "is no month"), ("month=9999-12", "is no month"),
     ("month=2026-1", "is no month"), ("month=٢٠٢٦-١١", "is no month"),
     ("week=2026-02-30&span=week", "is no date"), ("week=0001-01-01", "No calendar reaches to"),
     ("week=9999-12-31&span=week", "No calendar reaches to"),
     ("span=year", "“year” is no way to show a calendar."), ("nosuch=1", "have no field"),
     ("sort=nosuch", "have no field"), ("cols=nosuch", "have no field"), ("f=name", "cut off"),
     ("f=birthday:yearly:02-30", "is no day of a year"), ("lifecycle=nosuch", "not one of")],
)  # fmt: skip
def test_a_damaged_address_is_refused_calmly(browser, people, query, words):
    before = everything()
    page = browser.get(f"{HERE}?{query}")
    assert page.status_code == 422
    assert "This list cannot be shown as asked" in text_of(page)
    assert words in text_of(page)
    assert browser.get(f"{HERE}?{query}", **PIECE).status_code == 422
    assert everything() == before


def test_what_is_wrong_is_taken_out_and_the_rest_stays(browser, people):
    page = text_of(browser.get(f"{HERE}?q=ada&month=2026-13&span=week"))
    assert f'href="{HERE}?q=ada&span=week"' in page


@pytest.mark.parametrize("query", ["after=abc", "size=-5", "size=99999999", "view=all", "q=%00"])
def test_what_a_calendar_has_no_use_for_does_not_disturb_it(browser, people, query):
    assert browser.get(f"{HERE}?{query}").status_code == 200


def test_a_list_is_not_disturbed_by_what_is_said_of_a_calendar(browser, people):
    assert browser.get("/contacts?on=birthday&span=week&month=2026-13").status_code == 200


def test_a_view_keeps_its_date_and_its_way_but_no_month(browser, ann, people):
    query = "q=a&on=birthday&span=agenda&month=2026-11"
    page = text_of(browser.get(f"{HERE}?{query}"))
    kept = re.search(r'name="query" value="([^"]*)"', page)[1]
    assert kept == "q=a&on=birthday&span=agenda"
    view = viewing.keep(ann, "contacts", "Birthdays", kept, shown_as="calendar").uid
    page = browser.get(f"{HERE}?view={view}&month=2026-11")
    assert agenda(page) == {"2026-11-23": ["Ada"]}
    assert "views-changed" not in text_of(page)
    piece = browser.get(f"{HERE}?of={view}&{query}", **PIECE)
    assert piece["HX-Replace-Url"] == f"{HERE}?view={view}&month=2026-11"


def test_a_view_that_is_gone_is_told(browser, people):
    assert browser.get(f"{HERE}?view={NOBODYS}").status_code == 404


def test_titles_are_text(browser, ann, people):
    title = '"><script>alert(1)</script>{title}'
    write(ann, "contacts", people["Ada"], {"name": title})
    page = browser.get(f"{HERE}?month=2026-11").content.decode()
    assert "<script>alert(1)" not in page
    assert page.count("&gt;&lt;script&gt;alert(1)&lt;/script&gt;{title}") == 4
    assert "<script>" not in move(browser, people["Ada"], "2026-11-25", "2").content.decode()


@pytest.mark.parametrize("kind", ["hidden", "masked"])
def test_a_date_that_is_shut_is_told_as_a_misspelt_one(ann, people, monkeypatch, kind):
    blind = seen_by(monkeypatch, ann, **{kind: {"contacts": frozenset({"birthday"})}})
    before = everything()
    shut, misspelt = (blind.get(f"{HERE}?on={on}") for on in ("birthday", "birthdax"))
    assert (shut.status_code, misspelt.status_code) == (422, 422)
    token = re.compile(r'"X-CSRFToken": "\w+"|csrfmiddlewaretoken" value="\w+"')
    told = [token.sub("", text_of(page)) for page in (shut, misspelt)]
    assert told[0] == told[1].replace("birthdax", "birthday")
    assert table(blind.get(f"{HERE}?month=2026-11")) == {}
    assert f"{HERE}?on=birthday" not in text_of(blind.get(HERE))
    told = [
        said(move(blind, people["Ada"], "2026-11-25", on=on)) for on in ("birthday", "birthdax")
    ]
    assert told[0] == [told[1][0].replace("birthdax", "birthday")]
    assert everything() == before


@pytest.mark.parametrize("kind", ["hidden", "masked"])
def test_for_whom_every_date_is_shut_there_is_no_calendar(ann, people, monkeypatch, kind):
    shut = {"contacts": frozenset({"birthday", "last_contacted"})}
    blind = seen_by(monkeypatch, ann, **{kind: shut})
    before = everything()
    for query in ("", "?on=birthday", "?on=nosuch", "?on=created_at"):
        assert blind.get(f"{HERE}{query}").status_code == 404
    assert move(blind, people["Ada"], "2026-11-25", on="birthday").status_code == 404
    assert HERE not in text_of(blind.get("/contacts"))
    assert everything() == before


def test_who_may_only_read_the_field_sees_the_calendar_and_moves_nothing(ann, people, monkeypatch):
    fixed = {"contacts": frozenset({"birthday"})}
    reader = seen_by(monkeypatch, ann, read_only=fixed)
    page = reader.get(f"{HERE}?month=2026-11")
    assert table(page)["2026-11-23"] == ["Ada", "Ben"]
    assert not re.search(r'draggable="true"|/day|calendar-move', text_of(page))
    before = everything()
    assert move(reader, people["Ada"], "2026-11-25").status_code in (403, 422)
    assert everything() == before


def test_what_the_door_keeps_is_shown_and_not_moved(browser, people):
    today = datetime.now(UTC).date()
    page = browser.get(f"{HERE}?on=created_at")
    assert len(table(page)[today.isoformat()]) == 4
    assert not re.search(r'draggable="true"|calendar-move', text_of(page))
    before = everything()
    assert move(browser, people["Ada"], "2026-11-25", on="created_at").status_code in (403, 422)
    assert everything() == before


def test_who_may_only_read_records_sees_the_calendar_and_moves_nothing(world, people):
    uid = contact(world.bob, "Bobs", birthday="1990-11-12")
    reader = inside(world.reader)
    page = reader.get(f"{HERE}?month=2026-11")
    assert table(page)["2026-11-12"] == ["Bobs"]
    assert not re.search(r'draggable="true"|/day|calendar-move', text_of(page))
    before = everything()
    assert move(reader, uid, "2026-11-25").status_code == 403
    assert everything() == before


def test_figures_and_entries_end_at_ones_reach(world, people):
    contact(world.bob, "Bobs", birthday="1990-11-23")
    bob, dan = inside(world.bob), inside(world.dan)
    page = bob.get(f"{HERE}?month=2026-11")
    assert (table(page), count(page)) == ({"2026-11-23": ["Bobs"]}, "1")
    assert count(dan.get(f"{HERE}?month=2026-11")) == "0"
    before = everything()
    assert move(dan, people["Ada"], "2026-11-25").status_code == 404
    assert everything() == before


def test_without_a_role_or_a_session_the_calendar_is_not_open(world, people):
    assert inside(world.eve).get(HERE).status_code == 403
    before = everything()
    page = Client().get(f"{HERE}?month=2026-11")
    assert (page.status_code, page["Location"]) == (
        302,
        "/sign-in?next=%2Fcontacts%2Fcalendar%3Fmonth%3D2026-11",
    )
    assert move(Client(), people["Ada"], "2026-11-25").status_code in (401, 403)
    assert everything() == before


def test_an_open_calendar_hears_of_changes(browser, people):
    assert 'data-watch="contacts"' in text_of(browser.get(HERE))
