"""The story of the first hour by touch: a phone, taps, no key but the letters of the content."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import fits, look, settle, violations
from tests.journeys.looking import COLOURS, faults

pytestmark = [pytest.mark.journey, pytest.mark.either]
FROM_THE_START = True
PHONE = 390
LEAST = 24  # px that a finger needs in both directions
SMALL = """() => [...document.querySelectorAll("a, button, summary, [role=option], label.target")]
  .filter(one => one.checkVisibility({ visibilityProperty: true }))
  .filter(one => !one.closest("p, .long, .skip, .hidden"))
  .filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && Math.min(box.width, box.height) < 23.9;
  })
  .map(one => one.outerHTML.slice(0, 120))"""


def tap(target: Locator) -> None:
    """One tap, on something that a finger can hit."""
    expect(target).to_be_visible()
    box = target.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= LEAST, (str(target), box)
    target.tap()


def seen(page: Page, name: str) -> None:
    """The screen as it stands: kept as a picture, nothing too small, cut off or out of reach."""
    page.emulate_media(color_scheme="dark")
    look(page, f"touch-{name}-dark")
    assert violations(page, [COLOURS]) == []
    page.emulate_media(color_scheme="light")
    look(page, f"touch-{name}")
    fits(page)
    assert page.evaluate(SMALL) == []
    assert faults(page) == []
    # A row half under the bar below can be scrolled free; what is too small is found above.
    assert [one for one in violations(page) if one[0] != "target-size"] == []


def told(page: Page, words: str | re.Pattern[str]) -> Locator:
    """The newest toast, once it says this."""
    toast = page.locator("k-toast:not([hidden])").last
    expect(toast).to_contain_text(words)
    settle(page)
    return toast


def write(page: Page, field: Locator, words: str) -> None:
    tap(field)
    expect(field).to_be_focused()
    page.keyboard.type(words)


@pytest.fixture(scope="module")
def phone(house, open_page):
    """A phone that has just opened the link of the terminal, and who came in by it."""
    page = open_page(PHONE, touch=True)
    page.goto(house.link())
    come_in(page)
    return page


def come_in(page: Page) -> None:
    for label, words in {
        "Your name": "Ann Lie",
        "E-mail": "ann@example.com",
        "Password": "correct horse battery",
        "Company name": "Panel & Co",
    }.items():
        write(page, page.get_by_label(label).first, words)
    page.get_by_label("Country").select_option("NO")
    page.get_by_label("Language").select_option("en")
    seen(page, "welcome")
    tap(page.get_by_role("button", name="Begin"))
    page.locator("nav.side").wait_for()


def add(page: Page, name: str, company: str, phone: str) -> None:
    """A contact with a company that is made on the way, and a number."""
    tap(page.locator("[data-new]"))
    panel = page.locator("#panel")
    expect(panel.locator("[name=name]")).to_be_focused()
    page.keyboard.type(name)
    write(page, panel.get_by_role("combobox", name="Company"), company)
    settle(page)
    tap(panel.locator(".options [role=option]", has_text=company).last)
    write(page, panel.locator("input[type=tel]").first, phone)
    tap(panel.get_by_role("button", name="Save"))
    told(page, name)


def open_found(page: Page, beginning: str, title: str) -> None:
    """By the search button, with the number in the answer."""
    tap(page.locator(".finder"))
    page.keyboard.type(beginning)
    answer = page.locator("#palette-list [role=option]", has_text=title).first
    expect(answer).to_contain_text("912 34 567")
    seen(page, "search")
    tap(answer)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def edit_job_title(page: Page, words: str) -> None:
    empties = page.locator("details.empties summary")
    if not page.get_by_role("button", name="Edit Job title").is_visible():
        tap(empties)
    tap(page.get_by_role("button", name="Edit Job title"))
    field = page.locator("[name=job_title]")
    expect(field).to_be_focused()
    field.fill(words)
    seen(page, "editing")
    tap(page.locator("#record .cell-form").get_by_role("button", name="Save"))
    told(page, "saved")


def test_the_first_hour_by_touch(house, phone):
    page = phone
    page.goto("/contacts")
    expect(page.get_by_role("heading", level=2)).to_be_visible()  # says what belongs here
    seen(page, "empty")
    add(page, "Ola Nordmann", "Fjord Pharma AS", "+47 912 34 567")

    open_found(page, "ola n", "Ola Nordmann")
    seen(page, "record")
    edit_job_title(page, "Buyer")
    expect(page.locator("#record")).to_contain_text("Buyer")
    seen(page, "saved")
    tap(told(page, "saved").get_by_role("button", name="Undo"))
    tap(told(page, "Undone").get_by_role("button", name="Redo"))
    told(page, "Brought back")
    expect(page.locator("#record")).to_contain_text("Buyer")

    tap(page.get_by_role("link", name="Changes"))
    expect(page.locator(".change")).to_have_count(4)  # made, edited, undone, brought back
    seen(page, "history")
    tap(page.get_by_role("button", name="Restore this version").last)
    told(page, re.compile("."))
    expect(page.locator(".change")).to_have_count(5)
    assert page.outside == []
    assert page.troubles == []


def test_a_likely_duplicate_shows_while_one_types_on_a_phone(phone):
    page = phone
    page.goto("/contacts")
    if not page.get_by_role("link", name="Ola Nordmann").count():
        add(page, "Ola Nordmann", "Fjord Pharma AS", "+47 912 34 567")
        page.goto("/contacts")
    tap(page.locator("[data-new]"))
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Ola Nordman")
    same = page.locator("#panel .dups").get_by_role("link", name="Ola Nordmann")
    expect(same).to_be_visible()
    seen(page, "duplicate")
    tap(same)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")


def test_a_list_is_filtered_sorted_and_walked_by_touch(house, phone, tmp_path):
    page, file = phone, tmp_path / "contacts.csv"
    lines = (f"Person {n:03},{'customer' if n % 2 else 'lead'}\n" for n in range(130))
    file.write_text("name,lifecycle\n" + "".join(lines), encoding="utf-8")
    house.command("import", str(file), "--type", "contacts", "--as", "ann@example.com")

    page.goto("/companies")
    tap(page.locator("nav.side").get_by_role("link", name="Contacts"))
    rows = page.locator("tr[data-uid]")
    expect(rows).to_have_count(50)
    tap(page.locator(".chips summary", has_text=re.compile(r"^\s*Status")))
    tap(page.locator(".chips .option", has_text="Customer").first)
    expect(page.locator(".count")).to_have_text("65")
    page.locator("h1").tap()  # beside the menu, which closes it
    tap(page.locator(".sorts > summary"))
    seen(page, "sort-menu")
    tap(page.locator(".sorts").get_by_role("link", name="Name"))
    expect(rows.first).to_contain_text("Person 129")
    tap(page.locator(".sorts > summary"))
    tap(page.locator(".sorts").get_by_role("link", name="Name"))
    expect(rows.first).to_contain_text("Person 001")
    seen(page, "list")
    page.locator("tr.more").scroll_into_view_if_needed()
    expect(rows).to_have_count(65)
    expect(rows.last).to_contain_text("Person 129")


def test_what_a_finger_removes_comes_back_from_the_trash_with_its_uid(phone):
    page = phone
    page.goto("/companies")
    tap(page.locator("[data-new]"))
    page.locator("#panel [name=name]").fill("Birch Timber AS")
    tap(page.locator("#panel").get_by_role("button", name="Save"))
    tap(told(page, "Birch Timber AS").get_by_role("link", name="Open"))
    page.wait_for_url(re.compile(r"/companies/[0-9a-f-]{36}"))
    before = page.url
    tap(page.get_by_role("button", name="Remove"))
    told(page, "is in the trash")
    seen(page, "removed")
    tap(page.locator("nav.side").get_by_role("link", name="Trash"))
    tap(page.locator(".tabs").get_by_role("link", name="Companies"))
    seen(page, "trash")
    tap(page.get_by_role("button", name="Restore Birch Timber AS"))
    told(page, "It is back")
    page.goto(before)
    expect(page.get_by_role("heading", level=1)).to_have_text("Birch Timber AS")


@pytest.mark.parametrize("width", [PHONE, 320])
def test_the_more_of_a_list_holds_what_its_head_has_no_room_for(phone, width):
    page = phone
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/contacts")
    more = page.locator("[data-more]")
    for words, leads in {
        "Import": "/import?type=contacts",
        "Export": "/contacts/export",
        "Duplicates": "/contacts/alike",
    }.items():
        page.goto("/contacts")
        tap(more.locator("summary"))
        link = more.get_by_role("link", name=words)
        if words == "Import":
            seen(page, f"more-{width}")
        tap(link)
        page.wait_for_url(re.compile(re.escape(leads)))
    page.goto("/contacts")
    tap(more.locator("summary"))
    tap(more.get_by_role("button", name="Columns"))
    owner = page.locator("#columns").get_by_label("Owner", exact=True)
    expect(page.locator("#columns input[type=checkbox]").first).to_be_focused()
    seen(page, f"more-columns-{width}")
    owner.set_checked(not owner.is_checked())
    page.wait_for_url(re.compile("col"))
    settle(page)
    page.keyboard.press("Escape")
    expect(page.locator("#columns")).to_be_hidden()
    expect(more.locator("summary")).to_be_focused()
    page.set_viewport_size({"width": PHONE, "height": 844})
