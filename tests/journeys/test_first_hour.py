"""Somebody heard of Kartotek this morning: the first hour, from the link in the terminal on."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import axe, look, settle

pytestmark = pytest.mark.journey
FROM_THE_START = True


def begin_counting(page: Page) -> None:
    page.evaluate("window.presses = 0")


def presses(page: Page) -> int:
    return page.evaluate("window.presses")


def add_ola(page: Page) -> int:
    """A company, a person and a phone, from any page; returns the presses besides the content."""
    begin_counting(page)
    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Ola Nordmann")
    page.keyboard.press("Tab")
    page.keyboard.type("Fjord Pharma AS")
    page.wait_for_timeout(400)  # the options come
    page.keyboard.press("Tab")
    page.keyboard.type("+47 912 34 567")
    look(page, "quick-create")
    page.keyboard.press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("Ola Nordmann")
    return presses(page)


@pytest.fixture
def ola(open_page, ann) -> None:
    """Ola stands in the list, whichever test comes first."""
    page = open_page(state=ann)
    page.goto("/contacts")
    if not page.get_by_role("link", name="Ola Nordmann").count():
        add_ola(page)


def open_by_name(page: Page, beginning: str) -> int:
    """Ctrl-K and a part of the name; returns the presses until the number is on the screen."""
    begin_counting(page)
    page.keyboard.press("Control+k")
    page.keyboard.type(beginning)
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("912 34 567")
    return presses(page)


def test_the_story_by_keyboard_alone(house, open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    expect(page.get_by_role("heading", level=2)).to_be_visible()  # says what belongs here
    look(page, "empty")
    assert add_ola(page) <= 4

    assert open_by_name(page, "ola n") == 1
    look(page, "palette")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")
    look(page, "record")

    page.locator("details.empties summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Edit Job title").focus()
    page.keyboard.press("Enter")
    field = page.locator("[name=job_title]")
    expect(field).to_be_focused()
    page.keyboard.type("Buyer")
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_be_visible()
    expect(page.locator("#record")).to_contain_text("Buyer")

    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("z")
    expect(page.locator("k-toast").last).to_contain_text("Undone")
    page.keyboard.press("Shift+Z")
    expect(page.locator("k-toast").last).to_contain_text("Brought back")
    settle(page)

    page.get_by_role("link", name="Changes").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".change")).to_have_count(4)  # made, edited, undone, brought back
    look(page, "history")
    page.get_by_role("button", name="Restore this version").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_be_visible()
    settle(page)
    expect(page.locator(".change")).to_have_count(5)
    assert page.outside == []
    assert page.troubles == []


def test_a_likely_duplicate_shows_while_typing(house, open_page, ann, ola):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Ola Nordman")
    expect(page.locator("#panel .dups")).to_contain_text("Ola Nordmann")
    look(page, "duplicate")
    axe(page)


def test_a_removed_record_comes_back_from_the_trash_with_its_uid(house, open_page, ann, ola):
    page = open_page(state=ann)
    page.goto("/contacts")
    link = page.get_by_role("link", name="Ola Nordmann").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contacts/[0-9a-f-]{36}"))
    before = page.url
    page.get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_be_visible()
    page.goto("/trash?type=contacts")
    expect(page.get_by_role("link", name="Ola Nordmann")).to_be_visible()
    look(page, "trash")
    page.get_by_role("button", name="Restore Ola Nordmann").focus()
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_be_visible()
    page.goto(before)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")


def test_a_thousand_contacts_come_in_are_walked_and_taken_back(
    house, open_page, ann, ola, tmp_path
):
    file = tmp_path / "contacts.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out)
        sheet.writerow(["name", "emails", "phones", "lifecycle"])
        for n in range(1000):
            status = "customer" if n % 2 else "lead"
            sheet.writerow([f"Person {n:04}", f"p{n}@example.com", f"+47 22 {n:06}", status])
    told = house.command(
        "import", str(file), "--type", "contacts", "--as", "ann@example.com", "--json"
    )
    assert '"created":1000' in told.replace(" ", "").splitlines()[-1]

    page = open_page(state=ann)
    page.goto("/contacts?sort=name")
    rows = page.locator("tr[data-uid]")
    expect(rows).to_have_count(50)
    look(page, "list")
    page.locator("tr.more").scroll_into_view_if_needed()
    expect(rows).to_have_count(100)
    page.goto("/contacts?sort=-name&lifecycle=customer")
    expect(rows.first).to_contain_text("Person 0999")
    expect(page.locator(".count")).to_contain_text("500")

    batch = re.search(r'"batch":"([0-9a-f-]{36})"', told.replace(" ", "")).group(1)
    house.command("undo", batch)
    page.goto("/contacts")
    expect(rows).to_have_count(1)


def test_find_and_call_is_three_taps(house, open_page, ann, ola):
    page = open_page(390, touch=True, state=ann)
    page.goto("/companies")
    page.locator(".finder").tap()
    page.keyboard.type("ola")
    page.locator("#palette-list [role=option]", has_text="Ola").first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")
    call = page.locator("a[href^='tel:']").first
    box = call.bounding_box()
    assert box and min(box["width"], box["height"]) >= 24
    assert call.get_attribute("href") == "tel:+4791234567"


def edit_job_title(page: Page, value: str) -> None:
    page.get_by_role("button", name="Edit Job title").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=job_title]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(value)


def test_two_who_change_one_field_see_both_values_and_choose(house, open_page, ann, ola):
    first, second = open_page(state=ann), open_page(state=ann)
    for page in (first, second):
        page.goto("/contacts")
        page.get_by_role("link", name="Ola Nordmann").first.click()
        page.locator("details.empties summary").click()
    edit_job_title(second, "Chair")
    edit_job_title(first, "Owner")
    first.keyboard.press("Enter")
    expect(first.locator("k-toast").last).to_be_visible()
    second.keyboard.press("Enter")
    dialog = second.locator("dialog.conflict")
    expect(dialog).to_contain_text("Owner")
    expect(dialog).to_contain_text("Chair")
    look(second, "conflict")
    axe(second)
    second.get_by_role("button", name="Use mine").focus()
    second.keyboard.press("Enter")
    expect(second.locator("k-toast").last).to_be_visible()
    second.reload()
    expect(second.locator("#record")).to_contain_text("Chair")
