"""A company comes in: Ann invites Bob, makes a role by pointing, and takes access away again."""

import pytest
from playwright.sync_api import expect

from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey


def test_ann_invites_bob_hides_a_field_from_him_and_ends_his_access(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/settings/people")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Name", exact=True).fill("Bob Berg")
    page.get_by_label("E-mail", exact=True).fill("bob@example.com")
    page.locator("#person-role").select_option("service")
    at_every_size(page, "person-new")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    at_every_size(page, "person-invited")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Bob Berg", exact=True)).to_be_visible()
    expect(page.locator(".people")).to_contain_text("invited")

    bob = open_page()
    bob.goto("/" + link.split("/", 3)[3])
    bob.get_by_label("Password").first.fill("correct horse battery")
    bob.keyboard.press("Enter")
    bob.locator("nav.side").wait_for()
    bob.goto("/contacts")
    bob.locator("tbody a").first.click()
    expect(bob.locator("#record")).to_contain_text("Birthday")
    assert bob.goto("/settings/people").status == 403

    page.goto("/settings/roles")
    at_every_size(page, "roles")
    page.get_by_role("link", name="Service", exact=True).click()
    part = page.locator("details", has=page.locator('[name="contacts.view"]'))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label("Birthday").select_option("hidden")
    at_every_size(page, "role")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Service")).to_contain_text(
        "changed by you"
    )

    bob.goto("/contacts")
    bob.locator("tbody a").first.click()
    expect(bob.locator("#record")).to_be_visible()
    expect(bob.locator("#record")).not_to_contain_text("Birthday")

    page.goto("/settings/people")
    page.get_by_role("button", name="End the access of Bob Berg").click()
    expect(page.locator("k-toast").last).to_contain_text("Bob Berg is out")
    expect(page.locator(".people")).to_contain_text("no access")
    at_every_size(page, "people")
    bob.goto("/contacts")
    expect(bob.get_by_label("Password")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".people")).not_to_contain_text("no access")


def test_ann_asks_who_sees_a_card_shares_it_and_hands_over_what_is_hers(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/settings/people/new")
    page.get_by_label("Name", exact=True).fill("Cyd Dahl")
    page.get_by_label("E-mail", exact=True).fill("cyd@example.com")
    page.locator("#person-role").select_option("sales")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Link", exact=True)).to_be_visible()

    page.goto("/contacts")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Who sees this?").click()
    seen = page.locator("#seen")
    expect(seen).to_contain_text("The role “Administrator” sees all contacts.")
    seen.get_by_label("With", exact=True).select_option(label="Cyd Dahl")
    seen.get_by_label("They may", exact=True).select_option("true")
    at_every_size(page, "seen")
    seen.get_by_role("button", name="Share").click()
    expect(seen).to_contain_text("may change it")
    seen.get_by_role("button", name="End Cyd Dahl").click()
    expect(seen).not_to_contain_text("may change it")
    page.keyboard.press("Escape")

    page.goto("/settings/people")
    page.get_by_role("button", name="Hand over what is Ann Lie’s").click()
    expect(page.locator("#hand")).to_contain_text("Contacts")
    page.get_by_label("To", exact=True).select_option(label="Cyd Dahl")
    at_every_size(page, "hand")
    page.locator("#hand").get_by_role("button", name="Hand over").click()
    expect(page.locator("k-toast").last).to_contain_text("Handed over")
    page.keyboard.press("z")
    expect(page.locator("k-toast").last).to_contain_text("Undone")


def test_the_security_log_tells_who_came_in(open_page, ann):
    page = open_page(state=ann)
    page.goto("/settings/security")
    expect(page.locator(".log")).to_contain_text("signed in")
    at_every_size(page, "security-log")
