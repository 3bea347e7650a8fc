"""The company's region and working time: typed, checked, shown again as they were typed."""

from datetime import date

import pytest

from kartotek.core import security, workspace
from kartotek.core.regional import currencies
from kartotek.core.settling_in import settle_in
from kartotek.core.working import hours_of, spans_of
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/company"
HX = {"HX-Request": "true"}
HOURS = {f"hours-{day}": "08:00–12:00, 12:30–16:00" for day in range(5)}


@pytest.fixture(autouse=True)
def _fjord(world):
    settle_in("Fjord", "NO", "en", "Europe/Oslo")


def facts():
    workspace.forget()
    return workspace.workspace()


def post(actor, part, **sent):
    return signed_in(actor).post(AT, {"part": part, **sent}, headers=HX)


def changes():
    return [detail["changed"] for _k, _a, detail in security.recent(("company_changed",), 60)]


def shown(actor):
    return signed_in(actor).get(AT).content.decode()


def test_a_group_sent_as_it_was_shown_changes_nothing(ann):
    usual = {f"hours-{day}": "09:00–17:00" for day in range(5)}
    sent = {**usual, "hours-5": "", "hours-6": "", "days_off": "", "fiscal_month": "1"}
    assert "as it was" in post(ann, "time", **sent).content.decode()
    sent = {"languages": ["", "en", "hi", "lv", "nb", "pt-br"], "currencies": ["", ""],
            "week_start": "", "paper": ""}  # fmt: skip
    assert "as it was" in post(ann, "region", **sent).content.decode()
    assert changes() == []


def test_hours_are_read_as_people_write_them(ann):
    typed = {"hours-0": "8-12; 12.30 - 16", "hours-1": " 22:00–24:00 ", "hours-6": "0-24"}
    post(ann, "time", **typed)
    hours = hours_of(facts())
    assert hours[0] == ((480, 720), (750, 960)) and hours[2] == ()
    assert (hours[1], hours[6]) == (((1320, 1440),), ((0, 1440),))
    text = shown(ann)
    assert 'value="08:00–12:00, 12:30–16:00"' in text and 'value="22:00–24:00"' in text
    assert changes()[0].startswith("hours: – → 08:00–12:00, 12:30–16:00 / 22:00–24:00 / –")


def test_the_hours_stand_in_the_order_of_the_week(ann):
    post(ann, "region", week_start="6")
    text = shown(ann)
    assert text.index('name="hours-6"') < text.index('name="hours-0"') < text.index('"hours-5"')


def test_the_main_currency_comes_first_and_none_is_the_countrys(ann):
    post(ann, "region", currencies=["", "eur, sek"])
    assert currencies(facts()) == ("NOK", "EUR", "SEK")
    post(ann, "region", currencies=["EUR", "SEK EUR"])
    assert currencies(facts()) == ("EUR", "SEK")
    assert 'value="SEK" maxlength' in shown(ann)
    post(ann, "region", currencies=["", ""])
    assert facts().settings.currencies == ()


def test_people_choose_from_the_languages_of_the_company(ann, bob):
    post(ann, "region", languages=["", "nb"])
    assert facts().settings.languages == ("en", "nb")
    text = signed_in(bob).get("/settings/me").content.decode()
    assert '<option value="nb"' in text and '<option value="lv"' not in text
    answer = signed_in(bob).post("/settings/me", {"language": "lv"}, headers=HX)
    assert answer.status_code == 422


def test_days_are_kept_and_count(ann):
    days = "2026-11-27 Party\r\n\r\n24.12.  Christmas  Eve\r\n31.12."
    post(ann, "time", days_off=days, half_days="23.12. Half", days_on="14.5.2026 Open")
    settings = facts().settings
    assert settings.days_off == (
        ("--12-24", "Christmas Eve"), ("--12-31", ""), ("2026-11-27", "Party"),
    )  # fmt: skip
    assert "24.12. Christmas Eve\n31.12.\n2026-11-27 Party</textarea>" in shown(ann)
    assert spans_of(date(2027, 12, 24), facts()) == ()
    assert spans_of(date(2026, 12, 23), facts()) == ((540, 780),)
    assert spans_of(date(2026, 5, 14), facts()) != ()


def test_regions_are_those_of_the_country_and_go_with_it(ann):
    assert "Only those of the whole country" in shown(ann)
    post(ann, "time", holiday_country="DE", holiday_region="11")  # a region of Norway
    assert (facts().settings.holiday_country, facts().settings.holiday_region) == ("DE", "")
    assert '<option value="BY">Bayern' in shown(ann)
    post(ann, "time", holiday_country="DE", holiday_region="BY")
    assert facts().settings.holiday_region == "BY"
    post(ann, "time", holiday_country="-")
    assert facts().settings.holiday_region == "" and "Bayern" not in shown(ann)


def test_the_paper_is_that_of_every_page(ann):
    assert 'data-paper="A4"' in shown(ann)
    post(ann, "region", paper="Letter")
    assert 'data-paper="Letter"' in shown(ann)


@pytest.mark.parametrize(
    ("part", "field", "typed", "why"),
    [
        ("region", "week_start", "7", "Choose one of the days."),
        ("region", "currencies", ["EUR", "DOGE"], "“DOGE” is no currency in use."),
        ("region", "currencies", ["DEM", ""], "“DEM” is no currency in use."),
        ("region", "languages", ["", "tlh"], "Choose one of the languages."),
        ("region", "paper", "A3", "Choose one of the sizes."),
        ("time", "fiscal_month", "13", "Choose one of the months."),
        ("time", "hours", "8-25", "Monday: “8-25” is no span of hours."),
        ("time", "hours", "12-8", "Monday: “12-8” is no span of hours."),
        ("time", "hours", "9:75-12", "Monday: “9:75-12” is no span of hours."),
        ("time", "hours", "8-12, 11-16", "Monday: the hours follow one another"),
        ("time", "hours", ",".join(f"{one}-{one + 1}" for one in range(7)), "at most 6 times"),
        ("time", "hours", "<script>", "“&lt;script&gt;” is no span of hours."),
        ("time", "holiday_country", "ZZ", "Choose one of the countries."),
        ("time", "holiday_region", "BY", "Choose one of the regions."),
        ("time", "days_off", "2026-13-40 Never", "“2026-13-40” is no day."),
        ("time", "half_days", "31.2. Never", "“31.2.” is no day."),
        ("time", "days_on", "soon", "“soon” is no day."),
        ("time", "days_off", "24.12.\n" * 201, "At most 200 days can be kept here."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_changed(
    part, field, typed, why, ann
):
    browser = signed_in(ann)
    browser.get(AT)
    before = everything()
    name = "hours-0" if field == "hours" else field
    sent = {"part": part, "fiscal_month": "3", "week_start": "1", name: typed}
    answer = browser.post(AT, sent, headers=HX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert why in text[text.index(f'id="company-{field}-error"') :]
    assert everything() == before and changes() == []
