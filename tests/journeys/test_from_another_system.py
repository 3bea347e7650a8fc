"""From the old CRM to this one: two files dropped, people found with their companies, undone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.interfaces.files.exports import ACCOUNT, CONTACT, account, contact, written
from tests.journeys.looking import at_every_size
from tests.journeys.test_importing import drop, figure

REAL = os.environ.get("KARTOTEK_REAL_DATA", "")
pytestmark = pytest.mark.journey
MANY = 40


@pytest.fixture
def made(tmp_path):
    """The two files in the shape of a Salesforce export."""
    accounts = [account(n) for n in range(1, MANY + 1)]
    contacts = [contact(n) for n in range(1, MANY + 1)]
    return (
        written(tmp_path / "Account.csv", ACCOUNT, accounts),
        written(tmp_path / "Contact.csv", CONTACT, contacts),
    )


def bring(page: Page, path: Path, plural: str, rows: int, look: str = "") -> str:
    """Drop a file, press twice; the address of its receipt."""
    text = path.read_bytes().decode("utf-8-sig")
    drop(page, text, path.name)
    expect(page.locator(".import-type")).to_contain_text("from Salesforce")
    expect(page.locator(".import-type select")).to_have_value(plural)
    if look:
        at_every_size(page, f"{look}-columns")
    page.keyboard.press("Enter")
    expect(figure(page, "new")).to_have_text(f"{rows:,}", timeout=60_000)
    if look:
        at_every_size(page, f"{look}-checked")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Imported: {path.name}", timeout=60_000
    )
    if look:
        at_every_size(page, f"{look}-done")
    return page.url


def take_back(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Taken back: {name}", timeout=60_000)


def walk(page: Page, accounts: Path, contacts: Path, rows: int, look: str = "") -> list[str]:
    page.goto("/contacts")
    first = bring(page, accounts, "companies", rows)
    page.goto("/contacts")
    return [first, bring(page, contacts, "contacts", rows, look)]


def test_the_files_of_the_old_system_come_in_and_go_again(open_page, ann, made):
    page = open_page(state=ann)
    receipts = walk(page, *made, MANY, "salesforce")
    expect(page.locator("main")).to_contain_text("numbers of identity")
    page.keyboard.press("Control+k")
    page.keyboard.type("nordmann 7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ola Nordmann 7")
    expect(page.locator("#record")).to_contain_text("Fjord 7 AS")
    for address, name in zip(receipts, ("Account.csv", "Contact.csv"), strict=True):
        take_back(page, address, name)
    page.goto("/contacts")
    expect(page.locator(".empty")).to_contain_text("No contacts yet")
    assert page.troubles == []
    assert page.outside == []


@pytest.mark.real_data
@pytest.mark.skipif(not REAL, reason="KARTOTEK_REAL_DATA names no folder")
def test_a_real_export_comes_in_and_goes_again(open_page, ann):
    page = open_page(state=ann)
    folder = Path(REAL) / "salesforce-dataexport-cc0"
    receipts = walk(page, folder / "Account.csv", folder / "Contact.csv", 1412)
    page.keyboard.press("Control+k")
    page.keyboard.type("cocuzzo")
    expect(page.locator("#palette-list .result-line").first).to_have_text("(555) 746-8408")
    page.keyboard.press("Escape")
    for address, name in zip(receipts, ("Account.csv", "Contact.csv"), strict=True):
        take_back(page, address, name)
