"""Likely duplicates: looked for over everything, told apart, merged, by keyboard and phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size
from tests.journeys.test_importing import drop

pytestmark = pytest.mark.journey
PEOPLE = """Name,Phone,E-mail,Job title,Birthday
Ola Nordmann,+47 22 00 11 22,ola@fjord.example,Cook,1980-03-04
Ola Nordman,+47 22 00 11 23,,Chef,1980-03-04
Kari Sandvik,,kari@fjord.example,Buyer for everything between Bergen and Trondheim,
Kari Sandvig,,kari@fjord.exampel,,1971-12-01
Per Dal,+47 22 00 33 44,,,
"""


def test_duplicates_are_found_told_apart_and_merged(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.get_by_role("link", name="Duplicates").first.click()
    expect(page.get_by_role("heading", name="Nobody looked yet")).to_be_visible()
    at_every_size(page, "alike-never")
    page.goto("/contacts")
    drop(page, PEOPLE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Import 5 rows")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: people.csv")
    page.goto("/contacts/alike")
    page.get_by_role("button", name="Look for duplicates").click()
    pairs = page.locator("[data-pair]")
    expect(pairs).to_have_count(2, timeout=20_000)
    expect(pairs.filter(has_text="same birthday")).to_have_count(1)
    expect(page.locator("[role=status]").first).to_contain_text("Looked at 5 records.")
    at_every_size(page, "alike-pairs")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(pairs.nth(1)).to_be_focused()
    page.wait_for_timeout(300)  # letters in quick succession are meant for a search
    page.keyboard.press("d")
    expect(pairs).to_have_count(1)
    expect(page.locator(".toast").last).to_contain_text("these two are not the same")
    page.keyboard.press("z")
    expect(pairs).to_have_count(2)
    settle(page)
    page.wait_for_timeout(300)
    page.keyboard.press("k")
    expect(pairs.first).to_be_focused()
    page.wait_for_timeout(300)
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge 2 records")
    page.keyboard.press("Enter")
    settle(page)
    page.goto("/contacts/alike")
    expect(pairs).to_have_count(1)
    page.get_by_role("button", name="Not a duplicate").click()
    expect(page.get_by_role("heading", name="No duplicates")).to_be_visible()
    at_every_size(page, "alike-none")
    page.get_by_role("link", name="Told apart").click()
    expect(pairs).to_have_count(1)
    expect(pairs.get_by_role("link", name="Ann Lie")).to_be_visible()
    at_every_size(page, "alike-apart")
    page.get_by_role("button", name="Suggest again").click()
    expect(page.get_by_role("heading", name="Nothing was told apart")).to_be_visible()
    expect(page.locator(".toast").last).to_contain_text("Suggested again.")
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(pairs).to_have_count(1)
    page.get_by_role("link", name="Likely duplicates").click()
    page.get_by_role("button", name="Look again").click()
    settle(page)
    expect(page.get_by_role("heading", name="No duplicates")).to_be_visible()
    assert page.troubles == []
