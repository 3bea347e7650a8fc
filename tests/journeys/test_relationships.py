"""Who is what to whom: said on one card, read on the other, ended and taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to, settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def card(open_page, ann, cards) -> Page:
    page = open_page(state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    return page


def panel(page: Page):
    return page.locator("#relations")


def add(page: Page):
    panel(page).get_by_role("link", name="Add").click()
    form = page.locator("#relate")
    expect(form).to_be_visible()
    return form


def test_a_card_without_any_offers_to_add_one(card):
    expect(panel(card)).to_contain_text("None yet.")
    add(card)
    settle(card)
    at_every_size(card, "relate-empty")
    card.keyboard.press("Escape")


def test_it_is_said_with_the_keyboard_alone(card):
    form = add(card)
    expect(form.get_by_role("combobox").first).to_be_focused()
    card.keyboard.type("acc")
    option = card.get_by_role("option").filter(has_text="accountant of").first
    expect(option).to_have_attribute("aria-selected", "true")
    settle(card)
    at_every_size(card, "relate-words")
    card.keyboard.press("Tab")
    card.keyboard.type("Fjord")
    expect(card.get_by_role("option").filter(has_text="Fjord Pharma AS")).to_be_visible()
    card.keyboard.press("Tab")
    card.keyboard.press("Control+Enter")
    expect(panel(card).get_by_role("heading", level=3)).to_have_text("accountant of")
    expect(panel(card).get_by_role("link", name="Fjord Pharma AS", exact=True)).to_be_visible()
    settle(card)


def test_it_stands_on_the_other_card_from_its_own_side(card):
    panel(card).get_by_role("link", name="Fjord Pharma AS", exact=True).click()
    expect(card.get_by_role("heading", level=1)).to_have_text("Fjord Pharma AS")
    expect(panel(card).get_by_role("heading", level=3)).to_have_text("accountant")
    expect(panel(card).get_by_role("link", name="Ola Nordmann", exact=True)).to_be_visible()


def test_words_that_are_new_ask_for_the_other_side(card):
    form = add(card)
    card.keyboard.type("landlord of")
    expect(card.get_by_role("option").filter(has_text="Create “landlord of”")).to_be_visible()
    card.keyboard.press("Tab")
    card.keyboard.type("Ola")
    expect(card.get_by_role("option").filter(has_text="Ola Nordmann")).to_be_visible()
    card.keyboard.press("Tab")
    form.get_by_label("Remark").fill("The warehouse at the harbour.")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("On the other card")).to_be_focused()
    settle(card)
    at_every_size(card, "relate-new-words")
    form.get_by_label("On the other card").fill("tenant of")
    form.get_by_label("From", exact=True).fill("2024-03-01")
    form.get_by_role("button", name="Save").click()
    expect(panel(card)).to_contain_text("The warehouse at the harbour.")
    expect(panel(card)).to_contain_text("since")


def test_it_is_ended_and_taken_back(card):
    end = panel(card).get_by_role("button", name="End “accountant: Ola Nordmann” today")
    end.click()
    expect(panel(card).locator(".is-over")).to_have_count(1)
    expect(end).to_have_count(0)
    settle(card)
    at_every_size(card, "relations")
    card.get_by_role("button", name="Undo").last.click()
    expect(panel(card).locator(".is-over")).to_have_count(0)


def test_it_is_changed_and_removed_and_taken_back(card):
    panel(card).get_by_role("link", name="Change “landlord of: Ola Nordmann”").click()
    form = card.locator("#relate")
    form.get_by_label("Remark").fill("The old warehouse.")
    form.get_by_role("button", name="Save").click()
    expect(panel(card)).to_contain_text("The old warehouse.")
    panel(card).get_by_role("button", name="Remove “landlord of: Ola Nordmann”").click()
    expect(panel(card)).not_to_contain_text("landlord of")
    card.get_by_role("button", name="Undo").last.click()
    expect(panel(card)).to_contain_text("landlord of")
    assert card.troubles == []


def test_it_is_said_by_a_thumb(open_page, ann, card):
    page = open_page(390, touch=True, state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    form = add(page)
    form.get_by_role("combobox").first.fill("partner")
    page.get_by_role("option").filter(has_text="partner of").first.tap()
    form.get_by_role("combobox").nth(1).fill("Quartz")
    page.get_by_role("option").filter(has_text="Quartz").first.tap()
    form.get_by_role("button", name="Save").tap()
    expect(panel(page)).to_contain_text("Quartz Ltda")
    assert page.troubles == []
