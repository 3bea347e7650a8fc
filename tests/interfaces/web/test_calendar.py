"""The calendar: its days and entries, who sees it, and an entry that is moved or stays."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

import pytest

from kartotek.core.context import Context
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.interfaces.web import days, span
from kartotek.interfaces.web.questions import Asked
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.test_board import inside

HERE = "/contacts/calendar"
BORN = [("Ada", "1980-11-23"), ("Ben", "2001-11-23"), ("Cleo", "1996-02-29"), ("Dora", None),
        ("Egil", "1975-12-01")]  # fmt: skip


@pytest.fixture
def browser(ann):
    return inside(ann)


@pytest.fixture
def people(ann, fjord):
    """Name → uid of a few contacts with birthdays; all of them work at Fjord."""
    return born(ann, fjord)


def born(actor, company):
    return {
        name: contact(actor, name, birthday=birthday, company=company) for name, birthday in BORN
    }


def text_of(page):
    return unescape(page.content.decode())


def table(page):
    """Day → the titles of its entries in the table of a month or week, where there are any."""
    found = re.findall(r'<td class="calendar-lane.*?</td>', text_of(page), re.DOTALL)
    return _titles(found)


def agenda(page):
    """The same of an agenda."""
    found = re.findall(r'<section class="calendar-lane.*?</section>', text_of(page), re.DOTALL)
    return _titles(found)


def _titles(lanes):
    named = re.compile(r'class="calendar-title".*?class="cut">([^<]*)<')
    told = {re.search(r'data-lane="([^"]+)"', one)[1]: named.findall(one) for one in lanes}
    return {day: titles for day, titles in told.items() if titles}


def count(page):
    return re.search(r'class="count" role="status">([^<]*)<', text_of(page))[1]


def move(browser, uid, to, version="1", on="", key="contacts", **headers):
    sent = {"to": to, "version": version, "on": on}
    return browser.post(f"/{key}/{uid}/day", sent, **{**PIECE, **headers})


def contact(actor, name, **values):
    return str(write(actor, "contacts", None, {"name": name, **values}).uid)


def test_a_birthday_stands_on_its_day_of_each_year(browser, people):
    page = browser.get(f"{HERE}?month=2026-11")
    assert table(page) == {"2026-11-23": ["Ada", "Ben"], "2026-12-01": ["Egil"]}
    assert agenda(page) == {"2026-11-23": ["Ada", "Ben"]}
    assert 'title="46 years">46y<' in text_of(page)
    assert count(page) == "2"


def test_29_february_stands_on_the_28th_in_other_years(browser, people):
    assert table(browser.get(f"{HERE}?month=2026-02")) == {"2026-02-28": ["Cleo"]}
    assert table(browser.get(f"{HERE}?month=2028-02")) == {"2028-02-29": ["Cleo"]}


def test_nobody_has_a_birthday_before_being_born(browser, people):
    assert table(browser.get(f"{HERE}?month=1990-11")) == {
        "1990-11-23": ["Ada"],
        "1990-12-01": ["Egil"],
    }
    assert table(browser.get(f"{HERE}?month=1980-11"))["1980-11-23"] == ["Ada"]


def test_another_date_is_chosen_in_the_address(browser, ann, people):
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-05T10:00:00Z"})
    page = browser.get(f"{HERE}?on=last_contacted&month=2026-11")
    assert table(page) == {"2026-11-05": ["Ada"]}
    assert f"{HERE}?on=birthday&month=2026-11" in text_of(page)
    assert f"{HERE}?on=created_at&month=2026-11" in text_of(page)


def test_a_customers_own_date_has_a_calendar(browser, ann, people):
    write(ann, "customfields", None, {"on": "contacts", "label": "Since", "kind": "date"})
    write(ann, "contacts", people["Ben"], {"x_since": "2026-11-09"})
    assert table(browser.get(f"{HERE}?on=x_since&month=2026-11")) == {"2026-11-09": ["Ben"]}
    assert table(browser.get(f"{HERE}?on=x_since&month=2027-11")) == {}


def test_a_customers_own_moment_has_a_calendar(browser, ann, people):
    values = {"on": "contacts", "label": "Visit", "kind": "datetime"}
    write(ann, "customfields", None, values)
    write(ann, "contacts", people["Ben"], {"x_visit": "2026-11-09T12:00:00Z"})
    assert table(browser.get(f"{HERE}?on=x_visit&month=2026-11")) == {"2026-11-09": ["Ben"]}


def test_without_a_declaration_the_first_date_is_taken(browser, ann):
    write(ann, "bills", None, {"name": "First", "sent_on": "2026-11-09"})
    assert table(browser.get("/bills/calendar?month=2026-11")) == {"2026-11-09": ["First"]}
    assert "/bills/calendar" in text_of(browser.get("/bills"))


def test_when_a_record_was_made_gives_no_calendar_by_itself(browser):
    assert browser.get("/departments/calendar").status_code == 404
    assert "/departments/calendar" not in text_of(browser.get("/departments"))


def test_words_and_filters_of_the_list_hold_in_the_calendar(browser, people):
    assert table(browser.get(f"{HERE}?month=2026-11&q=ben")) == {"2026-11-23": ["Ben"]}
    assert table(browser.get(f"{HERE}?month=2026-11&f=name:starts:E")) == {"2026-12-01": ["Egil"]}
    sorted_down = table(browser.get(f"{HERE}?month=2026-11&sort=-name"))
    assert sorted_down["2026-11-23"] == ["Ben", "Ada"]


def test_table_board_and_calendar_lead_to_each_other_with_the_same_question(browser, people):
    query = "?q=a&lifecycle=lead&f=name:starts:A&on=birthday&span=week&week=2026-11-23"
    for place in ("", "/board", "/calendar"):
        page = text_of(browser.get(f"/contacts{place}{query}"))
        for other in ("", "/board", "/calendar"):
            assert f'href="/contacts{other}{query}"' in page, (place, other)
    piece = browser.get(f"{HERE}{query}", **PIECE)
    assert piece["HX-Replace-Url"] == f"{HERE}{query}"
    assert "<html" not in text_of(piece)


def test_a_filter_from_the_menu_stays_in_the_calendar(browser, people):
    sent = "add=name&add.op=starts&add.value=C&add.now=1&month=2026-02"
    piece = browser.get(f"{HERE}?{sent}", **PIECE)
    assert piece["HX-Replace-Url"] == f"{HERE}?f=name:starts:C&month=2026-02"
    assert piece["HX-Trigger"] == "k:filtered"


@pytest.mark.parametrize("asked", ["span=week&week=2026-11-25", "span=week&month=2026-11"])
def test_a_week_and_an_agenda_show_the_same(browser, people, asked):
    page = browser.get(f"{HERE}?{asked}")
    if "week=" in asked.removeprefix("span=week"):
        assert table(page) == agenda(page) == {"2026-11-23": ["Ada", "Ben"]}
    page = browser.get(f"{HERE}?span=agenda&month=2026-11")
    assert (table(page), agenda(page)) == ({}, {"2026-11-23": ["Ada", "Ben"]})
    assert "Fjord" in text_of(page)


def test_more_entries_than_fit_are_told_and_stand_in_the_list(browser, ann, people, monkeypatch):
    monkeypatch.setitem(days.MOST, "month", 1)
    page = browser.get(f"{HERE}?month=2026-11")
    assert table(page)["2026-11-23"] == ["Ada"]
    assert count(page) == "2"
    link = re.search(r'class="calendar-more" href="([^"]+)">([^<]+)<', text_of(page))
    assert link[2] == "and 1 more"
    rows = text_of(browser.get(link[1]))
    assert "Ada" in rows and "Ben" in rows and "Egil" not in rows
    assert "Birthday falls each year on November 23" in rows


def test_the_list_of_a_day_holds_what_the_calendar_counts(browser, ann, people):
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-05T23:59:59.999999Z"})
    write(ann, "contacts", people["Ben"], {"last_contacted": "2026-11-06T00:00:00Z"})
    page = text_of(browser.get(f"{HERE}?on=last_contacted&month=2026-11"))
    links = re.findall(r'class="calendar-date" href="([^"]+)" aria-label="[56]: \w+, Nov', page)
    rows = [text_of(browser.get(address)) for address in links]
    assert [("Ada" in one, "Ben" in one) for one in rows] == [(True, False), (False, True)]


@pytest.mark.parametrize("query", ["", "&q=ada", "&sort=-name", "&f=name:starts:A"])
@pytest.mark.parametrize("on", ["birthday", "last_contacted"])
@pytest.mark.parametrize("who", ["ann", "bob"])
def test_very_many_records_are_read_day_by_day_and_shown_alike(
    query, on, who, world, people, monkeypatch
):
    for name in ("Ada Bob", "Ada Two"):
        contact(world.bob, name, birthday="1980-11-10", last_contacted="2026-11-09T10:00:00Z")
    seen, page = inside(getattr(world, who)), f"{HERE}?month=2026-11&on={on}{query}"
    at_once, counted = table(seen.get(page)), count(seen.get(page))
    monkeypatch.setattr(days, "AT_ONCE", 0)
    by_day = seen.get(page)
    assert {day: sorted(one) for day, one in table(by_day).items()} == {
        day: sorted(one) for day, one in at_once.items()
    }
    assert count(by_day) == counted
    assert any(at_once.values())


def test_of_very_many_by_a_date_without_an_index_all_are_counted(browser, ann, monkeypatch):
    write(ann, "customfields", None, {"on": "contacts", "label": "Since", "kind": "date"})
    for name in ("One", "Two", "Three"):
        contact(ann, name, x_since="2026-11-09")
    monkeypatch.setattr(days, "AT_ONCE", 1)
    page = browser.get(f"{HERE}?on=x_since&month=2026-11")
    assert len(table(page)["2026-11-09"]) == 1
    assert "and 2 more" in text_of(page)
    assert count(page) == "3"


def test_a_moment_stands_on_the_readers_day(ann, people):
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-05T23:30:00Z"})
    place = f"{HERE}?on=last_contacted&month=2026-11"
    assert table(inside(ann).get(place)) == {"2026-11-05": ["Ada"]}
    settle_in("Fjord", "LV", "en", "Europe/Riga")
    page = inside(ann).get(place)
    assert table(page) == {"2026-11-06": ["Ada"]}
    assert re.search(r'class="calendar-time">1:30\sAM<', text_of(page))


def test_the_days_of_a_reader_abroad_are_counted_in_their_zone(ann, people, monkeypatch):
    settle_in("Fjord", "LV", "en", "Europe/Riga")
    away = replace(ann, zone="America/Sao_Paulo")
    write(ann, "contacts", people["Ada"], {"last_contacted": "2026-11-06T02:30:00Z"})
    monkeypatch.setattr("kartotek.people.middleware.actor_of_session", lambda _session: (1, away))
    page = inside(away).get(f"{HERE}?on=last_contacted&month=2026-11")
    assert table(page) == {"2026-11-05": ["Ada"]}
    assert "5: Thursday, November 5, 2026, 1 entry" in text_of(page)


FIRST = [
    ("en", "NO", "Mon"), ("en", "US", "Sun"), ("en", "BR", "Sun"), ("en", "", "Mon"),
    ("nb", "NO", "Man."), ("lv", "LV", "Pirmd."), ("pt-br", "NO", "Dom."), ("hi", "NO", "रवि"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "country", "name"), FIRST)
def test_weeks_begin_as_where_the_language_is_spoken(language, country, name):
    context = Context(language, country, "UTC")
    shown = span.span_of(Asked(month="2026-11"), context)
    assert shown.weekdays[0][0] == name
    assert len(shown.days) % 7 == 0
    assert {date(2026, 11, 1), date(2026, 11, 30)} <= set(shown.days)


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "November 2026"), ("nb", "November 2026"), ("lv", "2026. g. novembris"),
     ("pt-br", "Novembro de 2026"), ("hi", "नवंबर 2026")],
)  # fmt: skip
def test_months_are_called_in_the_readers_language(language, title):
    assert span.span_of(Asked(month="2026-11"), Context(language)).title == title


def test_a_month_leads_to_the_next_and_to_the_one_before(browser, people):
    page = text_of(browser.get(f"{HERE}?month=2026-12&q=a"))
    assert f'href="{HERE}?q=a&month=2027-01" data-key="PageDown"' in page
    assert f'href="{HERE}?q=a&month=2026-11" data-key="PageUp"' in page
    first, last = (browser.get(f"{HERE}?month={month}") for month in ("0002-01", "9998-12"))
    assert (first.status_code, last.status_code) == (200, 200)
    assert 'data-key="PageUp"' not in text_of(first)
    assert 'data-key="PageDown"' not in text_of(last)


def test_today_is_marked_and_found_again(browser, people):
    today = datetime.now(UTC).date()
    page = text_of(browser.get(HERE))
    assert re.search(rf'id="day-{today}" data-lane="{today}" aria-current="date"', page)
    assert f'href="{HERE}?month={today:%Y-%m}" data-key="t"' in page


def test_an_empty_month_says_what_to_do(browser, people):
    assert "Nothing here by “Birthday”." in text_of(browser.get(f"{HERE}?month=2026-06"))
    narrowed = text_of(browser.get(f"{HERE}?month=2026-06&q=ada"))
    assert "No contacts match this filter here." in narrowed


def test_columns_and_rows_have_heads(browser, people):
    page = text_of(browser.get(f"{HERE}?month=2026-11"))
    assert page.count('<th scope="col"><abbr title=') == 7
    assert 'aria-label="Week 48"' in page
    assert re.search(r"<h3 [^>]*><a [^>]*>Monday, November 23, 2026</a>", page)
