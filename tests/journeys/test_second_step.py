"""The second step on a phone: a passkey, an app, recovery codes; and when all of it is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size
from tests.people.authenticators import code_of

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"


def holds_passkeys(page) -> None:
    """Chromium's own virtual authenticator: a phone that knows its owner's finger."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def password_given(page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("bob@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="module")
def phone(house, open_page, ann):
    told = house.command("user", "add", "Bob Berg", "bob@example.com", "--role", "sales")
    page = open_page(390)
    holds_passkeys(page)
    page.goto(re.search(r"/invitation/\S+", told).group())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/contacts")
    return page


def test_a_passkey_is_made_on_a_phone_and_signs_in_alone(phone):
    phone.goto("/settings/me/access")
    phone.get_by_role("link", name="Set up").click()
    at_every_size(phone, "steps", (1440, 390))
    phone.get_by_label("A new passkey").fill("My phone")
    phone.get_by_role("button", name="Add").click()
    expect(phone.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(phone.locator(".steps-codes li")).to_have_count(10)
    at_every_size(phone, "steps-codes", (1440, 390))
    phone.get_by_role("link", name="I have kept them").click()
    expect(phone.get_by_text("My phone")).to_be_visible()
    phone.context.clear_cookies()
    phone.goto("/sign-in?next=/companies")
    at_every_size(phone, "sign-in-passkey", (1440, 390))
    phone.get_by_role("button", name="Sign in with a passkey").click()
    phone.wait_for_url("**/companies")
    assert phone.troubles == []


def test_the_password_alone_does_not_let_in_any_more(house, open_page, phone):
    desk = open_page()
    password_given(desk)
    expect(desk.get_by_role("heading", name="Second step")).to_be_visible()
    desk.goto("/contacts")
    expect(desk.get_by_label("Password")).to_be_visible()
    phone.context.clear_cookies()
    password_given(phone)
    phone.get_by_role("button", name="Use a passkey").click()
    phone.wait_for_url("**/contacts")


def test_an_app_is_set_up_and_asked(open_page, phone):
    phone.goto("/settings/me/access/steps")
    phone.get_by_role("link", name="Set up").click()
    at_every_size(phone, "steps-app", (1440, 390))
    secret = phone.locator(".steps-secret").inner_text()
    phone.get_by_label("The code it shows").fill("000 000")
    phone.get_by_role("button", name="Set up").click()
    expect(phone.get_by_text("This code is not right")).to_be_visible()
    phone.get_by_label("The code it shows").fill(code_of(secret))
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="End the authenticator app")).to_be_visible()
    at_every_size(phone, "steps-both", (1440, 390))
    desk = open_page()
    password_given(desk)
    at_every_size(desk, "second", (1440, 390))
    desk.get_by_label("Code of the app").fill(code_of(secret, 1))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/contacts")
    assert [*phone.troubles, *desk.troubles] == []


def test_an_administrator_ends_it_for_who_lost_everything(open_page, ann):
    admin = open_page(state=ann)
    admin.goto("/settings/people")
    admin.get_by_role("link", name="Sessions and tokens of Bob Berg").click()
    settle(admin)
    at_every_size(admin, "steps-of-bob", (1440, 390))
    admin.get_by_role("button", name="End the second step").click()
    expect(admin.get_by_text("The password alone lets in")).to_be_visible()
    desk = open_page()
    password_given(desk)
    desk.wait_for_url("**/contacts")
    assert [*admin.troubles, *desk.troubles] == []
