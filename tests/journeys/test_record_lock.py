"""The lawyers look at a card: Ann locks it, Bob reads why and changes nothing, Ann ends it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
WHY = "The lawyers look at this. Nobody changes it until they have answered."


@pytest.fixture(scope="module")
def bob(open_page, ann):
    """The page of Bob, whom Ann has invited to serve the customers of his department."""
    page = open_page(state=ann)
    page.goto("/settings/people/new")
    page.get_by_label("Name", exact=True).fill("Bob Berg")
    page.get_by_label("E-mail", exact=True).fill("bob@example.com")
    page.locator("#person-role").select_option("service")
    page.keyboard.press("Control+Enter")
    link = page.get_by_label("Link", exact=True).input_value()
    own = open_page()
    own.goto("/" + link.split("/", 3)[3])
    own.get_by_label("Password").first.fill("correct horse battery")
    own.keyboard.press("Enter")
    own.locator("nav.side").wait_for()
    return own


def test_a_card_is_locked_read_by_another_and_opened_again(open_page, ann, cards, bob):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.locator("tbody a").first.click()
    page.locator("#record").wait_for()
    address = page.url
    bob.goto(address)
    settle(bob)
    bob.get_by_role("button", name="Edit Remember").click()
    bob.get_by_role("textbox", name="Remember").fill("Likes fish.")

    page.get_by_role("button", name="Lock…").click()
    panel = page.locator("#panel #lock")
    panel.get_by_role("button", name="Lock", exact=True).click()
    expect(panel).to_contain_text("Say why")
    expect(panel).to_contain_text("Choose the last day.")
    at_every_size(page, "lock-wrong")
    panel.get_by_label("Why", exact=True).fill(WHY)
    panel.get_by_label("Until the end of", exact=True).fill(str(date.today() + timedelta(days=3)))
    at_every_size(page, "lock-panel")
    page.keyboard.press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("Locked.")
    banner = page.locator(".locked")
    expect(banner).to_contain_text("You locked this until")
    expect(banner).to_contain_text(WHY)
    at_every_size(page, "locked-own")

    # What Bob has begun stays open under his hands: saving it is refused in a sentence.
    bob.keyboard.press("Control+Enter")
    expect(bob.locator("k-toast").last).to_contain_text("is locked by Ann Lie until")
    expect(bob.locator("k-toast").last).to_contain_text("or an administrator to end the lock")
    at_every_size(bob, "locked-refused")
    bob.get_by_role("textbox", name="Remember").press("Escape")
    # His page has heard of the lock by itself.
    expect(bob.locator(".locked")).to_contain_text("Ann Lie locked this until")
    expect(bob.get_by_role("button", name="End the lock")).to_have_count(0)
    expect(bob.get_by_role("button", name="Edit Remember")).to_have_count(0)
    at_every_size(bob, "locked-others")

    # Wherever it stands among others it is marked; the palette finds it by its name.
    name = bob.locator("h1").inner_text()
    for path in ("/contacts", "/contacts/board"):
        bob.goto(path)
        mark = bob.locator("tr, li").filter(has_text=name).locator(".lock-mark")
        expect(mark.first).to_contain_text("Locked by Ann Lie until")
        at_every_size(bob, f"locked-in-{path.rsplit('/', 1)[1]}")
    bob.keyboard.press("Control+k")
    bob.keyboard.type(name)
    found = bob.get_by_role("option", name=name).first
    expect(found).to_contain_text("Locked by Ann Lie until")
    at_every_size(bob, "locked-in-palette")
    bob.keyboard.press("Escape")

    page.get_by_role("button", name="End the lock").click()
    expect(page.locator("k-toast").last).to_contain_text("The lock has ended.")
    expect(banner).to_have_count(0)
    page.keyboard.press("z")
    expect(banner).to_contain_text(WHY)
    page.keyboard.press("Shift+Z")
    expect(banner).to_have_count(0)
    page.goto(address + "/history")
    expect(page.locator(".change-aside").first).to_have_text("The lock of Ann Lie ended")
    at_every_size(page, "history-locks")
    bob.goto(address)
    expect(bob.locator(".locked")).to_have_count(0)
    expect(bob.get_by_role("button", name="Edit Remember")).to_have_count(1)
    assert page.troubles == [] and bob.troubles == []
