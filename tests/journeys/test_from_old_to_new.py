"""The first afternoon: two files of the old CRM, twenty contacts changed, a view, a field, undo."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.interfaces.files.exports import ACCOUNT, CONTACT, account, contact, written
from tests.journeys.conftest import settle
from tests.journeys.test_from_another_system import bring, take_back
from tests.journeys.test_lists import select_by_keyboard
from tests.journeys.test_own_fields import add_field

pytestmark = pytest.mark.journey
MANY = 40


def change_twenty(page: Page) -> None:
    """Filter and sort the list, select twenty by keyboard, change them, take it back, again."""
    page.goto("/contacts?q=nordmann&sort=-name")
    settle(page)
    select_by_keyboard(page, 20)
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Side panel")
    expect(dialog.get_by_role("heading")).to_have_text("Edit 20 rows")
    dialog.get_by_label("Field").select_option("job_title")
    box = dialog.locator("[name=value]")
    box.fill("Head of everything")
    box.press("Control+Enter")
    expect(page.locator("k-toast")).to_contain_text("Changed 20 rows.")
    expect(dialog).to_be_hidden()
    page.goto("/contacts?f=job_title:is:Head+of+everything")
    expect(page.locator(".count")).to_have_text("20")
    page.keyboard.press("z")
    expect(page.locator(".empty")).to_be_visible()
    page.keyboard.press("Shift+Z")
    expect(page.locator(".count")).to_have_text("20")


def keep_view(page: Page) -> str:
    page.locator("[data-save-view] summary").click()
    page.get_by_label("Name", exact=True).fill("The heads")
    page.get_by_label("Name", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"/contacts\?view="))
    return page.url


def download(page: Page) -> str:
    """The list that stands there as a file for machines."""
    page.keyboard.press("Shift+E")
    page.wait_for_url(re.compile("/export"))
    page.get_by_label("CSV for machines").check()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Exported: "))
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    return Path(coming.value.path()).read_text(encoding="utf-8-sig")


def test_from_the_old_crm_to_this_one_and_all_of_it_taken_back(open_page, ann, tmp_path):
    page = open_page(state=ann)
    accounts = [account(n) for n in range(1, MANY + 1)]
    contacts = [contact(n) for n in range(1, MANY + 1)]
    page.goto("/contacts")
    receipts = [
        bring(page, written(tmp_path / "Account.csv", ACCOUNT, accounts), "companies", MANY)
    ]
    page.goto("/contacts")
    receipts.append(
        bring(page, written(tmp_path / "Contact.csv", CONTACT, contacts), "contacts", MANY)
    )
    page.keyboard.press("Control+k")
    page.keyboard.type("nordmann 7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ola Nordmann 7")
    expect(page.locator("#record")).to_contain_text("Fjord 7 AS")
    change_twenty(page)
    view = keep_view(page)
    add_field(page, "Loyalty number")
    page.goto(view)
    expect(page.get_by_role("columnheader", name="Loyalty number")).to_be_visible()
    select_by_keyboard(page, 3)
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Side panel")
    dialog.get_by_label("Field").select_option("x_loyalty_number")
    dialog.locator("[name=value]").fill("A-17")
    dialog.locator("[name=value]").press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("Changed 3 rows.")
    page.goto("/contacts?f=x_loyalty_number:is:A-17&sort=x_loyalty_number")
    expect(page.locator(".count")).to_have_text("3")
    assert download(page).count("A-17") == 3
    for address, name in zip(receipts, ("Account.csv", "Contact.csv"), strict=True):
        take_back(page, address, name)
        expect(page.locator("main")).to_contain_text("Taken back")
    # Three of them carry the number that was typed since: they stay until one says so.
    expect(page.locator("main")).to_contain_text("Ann Lie changed it since.")
    page.get_by_role("button", name="Remove these, too").click()
    expect(page.locator("main")).not_to_contain_text("changed it since")
    page.goto("/contacts")
    expect(page.locator("#list, main").first).not_to_contain_text("Nordmann 30")
    assert page.troubles == []
    assert page.outside == []
