"""When the company works: pure facts in, minutes out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kartotek.core.regional import (
    currencies,
    first_weekday,
    fiscal_year_of,
    offered_languages,
    paper,
    weekdays,
)
from kartotek.core.working import (
    half_days_between,
    holidays_between,
    hours_of,
    is_working,
    spans_of,
    working_minutes_between,
)
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.workspace_settings import WorkspaceSettings, loaded, plain

OSLO = WorkspaceFacts("Fjord", "NO", "nb", "Europe/Oslo")
EIGHT_TO_FOUR = ((480, 720), (750, 960))  # 8:00–12:00, 12:30–16:00


def having(facts=OSLO, **settings):
    return replace(facts, settings=replace(facts.settings, **settings))


def at(text, zone="Europe/Oslo"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


SHIFTS = having(hours=(EIGHT_TO_FOUR,) * 5 + ((), ((600, 840),)))


def test_nothing_set_is_nine_to_five_but_on_the_weekend_of_the_country():
    assert hours_of(OSLO)[4:] == (((540, 1020),), (), ())
    assert hours_of(WorkspaceFacts(country="IL"))[4:] == ((), (), ((540, 1020),))


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-11-26T08:00", True),
        ("2026-11-26T07:59", False),
        ("2026-11-26T12:15", False),  # the break
        ("2026-11-26T12:30", True),
        ("2026-11-26T16:00", False),
        ("2026-11-28T10:00", False),  # a Saturday
        ("2026-11-29T10:00", True),  # a Sunday on which this company opens
        ("2026-12-25T10:00", False),  # Christmas
    ],
)
def test_is_working_knows_breaks_days_off_and_holidays(moment, wanted):
    assert is_working(at(moment), SHIFTS) is wanted
    assert is_working(at(moment).astimezone(UTC), SHIFTS) is wanted


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-11-26T08:00", "2026-11-26T16:00", 450),
        ("2026-11-26T12:00", "2026-11-26T12:30", 0),
        ("2026-11-26T15:30", "2026-11-27T08:15", 45),
        ("2026-11-27T15:00", "2026-11-30T09:00", 60 + 240 + 60),
        ("2026-12-24T15:00", "2026-12-28T09:00", 60 + 240 + 60),  # over Christmas and a Saturday
        ("2026-11-26T16:00", "2026-11-26T08:00", -450),
    ],
)
def test_minutes_of_work_are_counted_between_two_moments(start, end, wanted):
    assert working_minutes_between(at(start), at(end), SHIFTS) == wanted


def test_half_minutes_are_not_rounded_up():
    start = at("2026-11-26T09:00")
    assert working_minutes_between(start, start.replace(minute=2, second=59), SHIFTS) == 2


def test_the_night_when_clocks_change_has_an_hour_less_or_more():
    round_the_clock = having(hours=(((0, 1440),),) * 7, holiday_country="-")
    spring = working_minutes_between(
        at("2026-03-29T00:00"), at("2026-03-30T00:00"), round_the_clock
    )
    autumn = working_minutes_between(
        at("2026-10-25T00:00"), at("2026-10-26T00:00"), round_the_clock
    )
    assert (spring, autumn) == (23 * 60, 25 * 60)


def test_the_zone_is_the_companys():
    tokyo = replace(SHIFTS, zone="Asia/Tokyo")
    assert is_working(at("2026-11-26T08:00", "Asia/Tokyo"), tokyo)
    assert not is_working(at("2026-11-26T08:00", "Asia/Tokyo"), SHIFTS)


@pytest.mark.parametrize("ask", [is_working, lambda a, f: working_minutes_between(a, a, f)])
def test_a_moment_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="zone"):
        ask(datetime(2026, 11, 26, 9), SHIFTS)


@pytest.mark.parametrize(
    ("language", "name"),
    [("nb", "Første juledag"), ("en", "Christmas Day"), ("lv", "Første juledag")],
)
def test_holidays_are_called_as_the_company_speaks_whatever_the_machine_does(
    language, name, monkeypatch
):
    monkeypatch.setenv("LANGUAGE", "uk")
    christmas, speaking = date(2031, 12, 25), replace(OSLO, language=language)
    assert holidays_between(christmas, christmas, speaking) == {christmas: name}


def test_a_half_day_is_the_first_half_of_its_minutes():
    halved = having(SHIFTS, half_days=(("--12-23", "Little Christmas Eve"),))
    assert spans_of(date(2026, 12, 23), halved) == ((480, 705),)
    assert half_days_between(date(2026, 12, 1), date(2027, 12, 31), halved) == {
        date(2026, 12, 23): "Little Christmas Eve",
        date(2027, 12, 23): "Little Christmas Eve",
    }
    assert working_minutes_between(at("2026-12-23T00:00"), at("2026-12-24T00:00"), halved) == 225


def test_own_days_are_added_and_days_of_the_list_are_taken_out():
    own = having(
        days_off=(("--02-29", "Leap day"), ("2026-11-26", "Party")),
        days_on=(("2026-05-14", "Open on Ascension Day"),),
    )
    found = holidays_between(date(2026, 1, 1), date(2026, 12, 31), own)
    assert found[date(2026, 11, 26)] == "Party"
    assert date(2026, 5, 14) not in found and date(2026, 5, 17) in found
    assert not [day for day in found if day.month == 2]
    assert date(2028, 2, 29) in holidays_between(date(2028, 2, 1), date(2028, 3, 1), own)


def test_a_region_has_holidays_of_its_own_and_a_company_may_keep_none():
    epiphany = date(2026, 1, 6)
    germany = having(holiday_country="DE")
    assert epiphany not in holidays_between(epiphany, epiphany, germany)
    bavaria = having(germany, holiday_region="BY")
    assert epiphany in holidays_between(epiphany, epiphany, bavaria)
    assert holidays_between(date(2026, 1, 1), date(2026, 12, 31), having(holiday_country="-")) == {}
    nowhere = WorkspaceFacts(country="ZZ")
    assert holidays_between(date(2026, 1, 1), date(2026, 12, 31), nowhere) == {}


@pytest.mark.parametrize(
    ("country", "first", "currency", "size"),
    [
        ("NO", 0, "NOK", "A4"),
        ("US", 6, "USD", "Letter"),
        ("BR", 6, "BRL", "A4"),
        ("IN", 6, "INR", "A4"),
        ("LV", 0, "EUR", "A4"),
        ("AQ", 0, None, "A4"),  # nobody's country
        ("", 0, "EUR", "A4"),
    ],
)
def test_what_is_not_set_is_as_the_country_has_it(country, first, currency, size):
    facts = WorkspaceFacts(country=country)
    assert first_weekday(facts) == first and weekdays(facts)[0] == first
    assert paper(facts) == size
    assert currency in (None, currencies(facts)[0])


def test_what_is_set_counts_more_than_the_country():
    facts = having(week_start="6", currencies=("EUR", "NOK"), paper="Letter")
    assert (first_weekday(facts), currencies(facts), paper(facts)) == (6, ("EUR", "NOK"), "Letter")
    assert weekdays(facts) == (6, 0, 1, 2, 3, 4, 5)


def test_a_fiscal_year_is_called_by_the_year_in_which_it_begins():
    july = having(fiscal_month=7)
    assert fiscal_year_of(date(2026, 6, 30), july) == 2025
    assert fiscal_year_of(date(2026, 7, 1), july) == 2026
    assert fiscal_year_of(date(2026, 1, 1), OSLO) == 2026


def test_languages_are_all_until_some_are_chosen():
    every = ("en", "hi", "lv", "nb")
    assert offered_languages(OSLO, every) == every
    assert offered_languages(having(languages=("nb", "lv")), every) == ("lv", "nb")
    assert offered_languages(having(languages=("lv",)), every) == ("lv", "nb")


def test_settings_come_back_as_they_were_kept():
    settings = WorkspaceSettings(
        hours=SHIFTS.settings.hours, currencies=("NOK",), days_off=(("--12-24", "Eve"),),
        fiscal_month=4, others={"of_tomorrow": 1},
    )  # fmt: skip
    kept = plain(settings)
    assert kept == {
        "hours": settings.hours, "currencies": ("NOK",), "days_off": (("--12-24", "Eve"),),
        "fiscal_month": 4, "of_tomorrow": 1,
    }  # fmt: skip
    assert loaded(kept) == settings and loaded(kept).others == {"of_tomorrow": 1}
    assert loaded({"fiscal_month": "April", "hours": 7}) == WorkspaceSettings()
