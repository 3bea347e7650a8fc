"""The calendar: opened from the list, turned over, and its entries moved in every way there is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import axe, fits, look, settle
from tests.journeys.looking import at_every_size, faults
from tests.journeys.moving import bring, scriptless, silent, stands_in
from tests.journeys.test_by_touch import SMALL, tap, told

pytestmark = pytest.mark.journey
WITH_CARDS = True
HERE = "/contacts/calendar"
PEOPLE = [
    ("Ada Lovelace", "lead", "1980-11-10"),
    ("Ben Okri", "customer", "2001-11-10"),
    ("Cleo Vance", "customer", "1996-11-12"),
    ("Dora Maar", "", "1966-11-19"),
    ("Egil Skallagrimsson", "former", "1975-12-01"),
    ("Wolfeschlegelsteinhausenbergerdorff Alexandropoulou-Papadimitriou", "partner", "1990-11-19"),
    *((f"Crowd {n}", "prospect", f"198{n}-11-25") for n in range(7)),
]


@pytest.fixture(scope="module")
def people(house, ann, cards, tmp_path_factory) -> None:
    rows = ((*one, "Fjord Pharma AS", "+47 22 00 00 01") for one in PEOPLE)
    bring(house, tmp_path_factory.mktemp("people"), "name,lifecycle,birthday,company,phones", rows)


def day(page: Page, which: str) -> Locator:
    return page.locator(f'[data-lane="{which}"]:visible')


def entry(page: Page, name: str) -> Locator:
    return page.locator(".calendar-card:visible", has_text=name)


def stands(page: Page, name: str, which: str) -> None:
    stands_in(page, day(page, which), ".calendar-card", name)


def test_a_month_is_opened_turned_over_and_an_entry_dragged(open_page, ann, people):
    page = open_page(state=ann)
    page.goto("/contacts?sort=-name")
    page.get_by_role("link", name="Calendar").click()
    page.wait_for_url(f"**{HERE}?sort=-name")
    page.goto(f"{HERE}?month=2026-10")
    at_every_size(page, "calendar-empty", widths=(1440, 390))
    page.get_by_role("link", name="Next month").click()
    page.wait_for_url(f"**{HERE}?month=2026-11")
    expect(page.locator(".calendar-bar h2")).to_have_text("November 2026")
    at_every_size(page, "calendar")
    entry(page, "Ada Lovelace").drag_to(day(page, "2026-11-17"))
    expect(told(page, "“Ada Lovelace” is on Tuesday, November 17, 2026 now.")).to_be_visible()
    stands(page, "Ada Lovelace", "2026-11-17")
    look(page, "calendar-moved")
    page.keyboard.press("z")
    stands(page, "Ada Lovelace", "2026-11-10")
    entry(page, "Ben Okri").drag_to(day(page, "2026-11-10"))  # where it stands: nothing happens
    settle(page)
    stands(page, "Ben Okri", "2026-11-10")
    assert page.outside == page.troubles == []


def test_entries_are_moved_and_months_turned_by_keyboard_alone(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{HERE}?month=2026-11&f=name:is_not:Wolfe")
    page.get_by_role("link", name="Ada Lovelace").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Ben Okri")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(day(page, "2026-11-11").locator(".calendar-date")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(day(page, "2026-11-18").locator(".calendar-date")).to_be_focused()
    page.get_by_role("link", name="Cleo Vance").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")  # before the first has been answered
    stands(page, "Cleo Vance", "2026-11-20")
    expect(page.get_by_role("link", name="Cleo Vance")).to_be_focused()
    look(page, "calendar-keyboard")
    axe(page)
    page.keyboard.press("Shift+ArrowUp")
    stands(page, "Cleo Vance", "2026-11-13")
    page.keyboard.press("Shift+ArrowLeft")
    stands(page, "Cleo Vance", "2026-11-12")
    page.keyboard.press("PageDown")
    page.wait_for_url(f"**{HERE}?f=name:is_not:Wolfe&month=2026-12")
    page.keyboard.press("PageUp")
    page.wait_for_url(f"**{HERE}?f=name:is_not:Wolfe&month=2026-11")
    with page.expect_navigation():  # to the same month: today stood there before, too
        page.keyboard.press("t")
    expect(page.locator("td.is-today")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("td.is-today .calendar-date")).to_be_focused()
    page.keyboard.press("c")
    page.wait_for_url(re.compile(r"/contacts\?"))
    page.keyboard.press("c")
    page.wait_for_url(f"**{HERE}?**")
    assert page.troubles == []


def test_a_week_an_agenda_and_another_date_are_chosen(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{HERE}?month=2026-11")
    page.get_by_role("link", name="Week 46").click()
    page.wait_for_url(f"**{HERE}?span=week&week=2026-11-09")
    stands(page, "Ada Lovelace", "2026-11-10")
    at_every_size(page, "calendar-week", widths=(1440, 390))
    page.get_by_role("link", name="Agenda").click()
    expect(page.locator(".agenda .calendar-card", has_text="Dora Maar")).to_be_visible()
    at_every_size(page, "calendar-agenda", widths=(1440, 390))
    page.get_by_role("link", name="Month", exact=True).click()
    page.get_by_label("By: Birthday").click()
    look(page, "calendar-by")
    page.get_by_role("link", name="Last contacted").click()
    page.wait_for_url("**on=last_contacted**")
    expect(page.locator(".calendar-none")).to_be_visible()
    page.goto(f"{HERE}?month=2026-11")
    page.get_by_role("link", name="and 3 more").click()
    expect(page.locator("tr[data-uid]")).to_have_count(7)
    assert page.troubles == []


def test_a_view_is_kept_as_a_calendar_with_its_field_and_its_way(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{HERE}?span=week&on=created_at")
    page.locator("[data-save-view] summary").click()
    page.locator(".views-new").get_by_label("Name", exact=True).fill("New this week")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HERE}?view=*")
    page.goto("/contacts")
    page.get_by_role("link", name="New this week").click()
    page.wait_for_url(f"**{HERE}?view=*")
    expect(page.locator(".calendar.is-week")).to_be_visible()
    expect(page.locator("td.is-today .calendar-card").first).to_be_visible()
    at_every_size(page, "calendar-view", widths=(1440, 390))
    page.locator("[data-view-menu] summary").click()
    page.get_by_role("button", name="Remove the view").click()
    page.wait_for_url("**/contacts?view=all")
    assert page.troubles == []


def test_an_entry_goes_back_when_the_server_is_silent(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{HERE}?month=2026-11")
    with silent(page):
        entry(page, "Ada Lovelace").drag_to(day(page, "2026-11-18"))
        expect(page.locator("[data-lost]")).to_be_visible()
        stands(page, "Ada Lovelace", "2026-11-10")


def test_a_colleagues_move_is_seen(open_page, ann, people):
    page, other = open_page(state=ann), open_page(state=ann)
    page.goto(f"{HERE}?month=2026-11")
    other.goto(f"{HERE}?month=2026-11")
    page.get_by_role("link", name="Ben Okri").focus()  # behind her on the same day
    other.get_by_role("link", name="Ada Lovelace").focus()
    other.keyboard.press("Shift+ArrowLeft")
    stands(other, "Ada Lovelace", "2026-11-09")
    stands(page, "Ada Lovelace", "2026-11-09")
    expect(page.get_by_role("link", name="Ben Okri")).to_be_focused()
    entry(page, "Dora Maar").hover()
    entry(page, "Dora Maar").get_by_label("Move “Dora Maar” to…").click()
    entry(page, "Dora Maar").get_by_label("Move to", exact=True).fill("2026-11-21")
    other.keyboard.press("z")
    stands(other, "Ada Lovelace", "2026-11-10")
    page.wait_for_timeout(5_000)  # it has heard of that by now, and waits
    expect(entry(page, "Dora Maar").get_by_label("Move to", exact=True)).to_have_value("2026-11-21")
    stands(page, "Ada Lovelace", "2026-11-09")
    page.keyboard.press("Escape")
    stands(page, "Ada Lovelace", "2026-11-10")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_it_is_an_agenda_and_moves_by_touch(open_page, ann, people, dark):
    page = open_page(390, touch=True, dark=dark, state=ann)
    page.goto("/contacts")
    tap(page.get_by_role("link", name="Calendar"))
    page.wait_for_url(f"**{HERE}**")
    page.goto(f"{HERE}?month=2026-11")
    expect(page.locator("table.calendar")).to_be_hidden()
    fits(page)
    theme = "dark" if dark else "light"
    look(page, f"calendar-phone-{theme}")
    tap(entry(page, "Ada Lovelace").get_by_label("Move “Ada Lovelace” to…"))
    look(page, f"calendar-menu-{theme}")
    assert page.evaluate(SMALL) == []
    assert faults(page) == []
    axe(page)
    entry(page, "Ada Lovelace").get_by_label("Move to", exact=True).fill("2026-11-11")
    tap(entry(page, "Ada Lovelace").get_by_role("button", name="Move", exact=True))
    toast = told(page, "“Ada Lovelace” is on Wednesday, November 11, 2026 now.")
    stands(page, "Ada Lovelace", "2026-11-11")
    tap(toast.get_by_role("button", name="Undo"))
    stands(page, "Ada Lovelace", "2026-11-10")
    tap(page.get_by_role("link", name="Month", exact=True))
    expect(page.locator("table.calendar")).to_be_visible()
    page.goto(f"{HERE}?month=2026-11&span=month")
    look(page, f"calendar-phone-month-{theme}")
    fits(page)
    axe(page)
    assert page.troubles == []


def test_without_a_script_the_menu_moves_the_entry(chromium, house, ann, people):
    with scriptless(chromium, house, ann) as page:
        page.goto(f"{HERE}?month=2026-12&q=egil")
        page.locator("td .calendar-card").hover()
        page.get_by_label("Move “Egil Skallagrimsson” to…").first.click()
        look(page, "calendar-without-script")
        page.get_by_label("Move to", exact=True).first.fill("2026-12-03")
        page.get_by_role("button", name="Move", exact=True).first.click()
        page.wait_for_url(f"**{HERE}?*q=egil*")
        expect(page.locator('td[data-lane="2026-12-03"] .calendar-card')).to_have_count(1)
