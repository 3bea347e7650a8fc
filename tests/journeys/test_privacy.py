"""Somebody asks what is held about them, then to be erased: a file, two questions, no way back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import go_to, settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
NAME, MAIL = "Ola Nordmann", "ola.nordmann@fjord.example"


@pytest.fixture(scope="module")
def ola(open_page, ann, house, cards):
    """Ann's page at the card of a customer with a note, whom an export of before holds."""
    page = open_page(state=ann)
    go_to(page, "contacts", NAME)
    page.locator("#composer").fill(f"{NAME} wants grey panels.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#happenings")).to_contain_text("grey panels")
    before = str(house.data / "before.jsonl")
    house.command("export", "contacts", "--to", before, "--as", "ann@example.com")
    assert NAME in Path(before).read_text(encoding="utf-8")
    return page


def test_all_that_is_held_is_a_file_that_a_person_reads(ola):
    ola.get_by_role("link", name="Privacy…").click()
    expect(ola.get_by_role("heading", level=1)).to_have_text(f"Privacy of {NAME}")
    settle(ola)
    at_every_size(ola, "privacy")
    with ola.expect_download() as download:
        ola.get_by_role("link", name="Download", exact=True).click()
    told = Path(download.value.path()).read_text(encoding="utf-8")
    assert all(text in told for text in (NAME, MAIL, "wants grey panels", "Ann Lie"))
    with ola.expect_download() as download:
        ola.get_by_role("link", name="Download as data").click()
    assert f'"{NAME}"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_an_erasure_is_asked_twice_and_leaves_a_receipt(ola, house):
    ola.get_by_role("link", name="Erase…").click()
    expect(ola.get_by_role("heading", level=1)).to_contain_text("for good?")
    settle(ola)
    at_every_size(ola, "erase-first")
    ola.get_by_role("button", name="Go on").click()
    ola.get_by_label("Type the name to erase it").fill("Ola N")
    ola.get_by_role("button", name="Erase for good").click()
    expect(ola.get_by_role("alert")).to_contain_text("This is not the name")
    at_every_size(ola, "erase-second")
    ola.get_by_label("Type the name to erase it").fill(NAME.upper())
    ola.keyboard.press("Enter")
    expect(ola.get_by_role("heading", level=1)).to_have_text("Erased for good")
    expect(ola.locator("dl")).to_contain_text("Contacts1")
    expect(ola.locator("dl")).to_contain_text("Notes1")
    at_every_size(ola, "erased")


def test_nobody_finds_them_and_no_file_of_before_brings_them_back(ola, house):
    ola.goto("/contacts?q=nordmann")
    settle(ola)
    expect(ola.locator("main")).not_to_contain_text(NAME)
    ola.goto("/trash")
    expect(ola.locator("main")).not_to_contain_text(NAME)
    told = house.command("import", str(house.data / "before.jsonl"), "--type", "contacts", "--as",
                         "ann@example.com")  # fmt: skip
    assert re.search(r"1 row is about somebody who was erased for good", told)
    ola.goto("/contacts?q=nordmann")
    settle(ola)
    expect(ola.locator("main")).not_to_contain_text(NAME)
    assert ola.troubles == []
    assert ola.outside == []
