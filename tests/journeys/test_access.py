"""Where one is signed in and what acts for one: seen, and ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"


def test_sessions_and_tokens_are_seen_and_ended(house, open_page, ann):
    told = house.command("user", "add", "Bob Berg", "bob@example.com", "--role", "sales")
    phone = open_page(390)
    phone.goto(re.search(r"/invitation/\S+", told).group())
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Begin").click()
    phone.wait_for_url("**/contacts")
    desk = open_page()
    desk.goto("/sign-in")
    desk.get_by_label("E-mail").fill("bob@example.com")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.wait_for_url("**/contacts")
    desk.goto("/settings/me")
    desk.get_by_role("link", name="Your sessions and tokens").click()
    desk.get_by_label("A new token").fill("The till")
    desk.get_by_role("button", name="Make").click()
    expect(desk.get_by_label("The new token")).to_have_value(re.compile("kartotek_.{40,}"))
    at_every_size(desk, "access", (1440, 390))
    desk.get_by_role("button", name="End the session").click()
    expect(desk.locator("k-toast").last).to_contain_text("Signed out there")
    expect(desk.get_by_role("button", name="End the session")).to_have_count(0)
    desk.get_by_role("button", name="Revoke The till").click()
    expect(desk.get_by_text("None.")).to_be_visible()
    phone.goto("/contacts")
    expect(phone.get_by_label("Password")).to_be_visible()
    admin = open_page(state=ann)
    admin.goto("/settings/people")
    admin.get_by_role("link", name="Sessions and tokens of Bob Berg").click()
    settle(admin)
    at_every_size(admin, "access-of-bob", (390,))
    admin.get_by_role("button", name="End the session").click()
    expect(admin.get_by_text("Nowhere.")).to_be_visible()
    desk.goto("/contacts")
    expect(desk.get_by_label("Password")).to_be_visible()
    assert [*phone.troubles, *desk.troubles, *admin.troubles] == []
