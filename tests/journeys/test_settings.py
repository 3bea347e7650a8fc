"""Ann sets up the company, and everybody sets up what is their own."""

import pytest
from playwright.sync_api import expect

from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey


def test_ann_sets_up_the_company(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.get_by_role("link", name="Settings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Company")
    at_every_size(page, "company")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.locator(".set")).to_contain_text("Type the name of your company")
    at_every_size(page, "company-refused")
    page.troubles.clear()  # looking closely puts styles of its own into the page
    page.get_by_label("Name", exact=True).fill("Fjord & Fjell AS")
    page.get_by_label("Time zone").select_option("Europe/Riga")
    page.keyboard.press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("2 changes saved")
    expect(page).to_have_title("Company · Fjord & Fjell AS")
    page.goto("/settings/security")
    expect(page.locator(".log-line").first).to_contain_text("Panel & Co → Fjord & Fjell AS")
    assert page.troubles == [] and page.outside == []
