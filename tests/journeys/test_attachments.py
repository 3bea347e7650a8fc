"""Files on a card: chosen or dropped, handed out again, removed and taken back, also by phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to, settle
from tests.journeys.dropping import DROP
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True


@pytest.fixture(scope="module")
def card(open_page, ann, cards) -> Page:
    page = open_page(state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    return page


def files(page: Page):
    return page.locator("#files li .related-name a")


def test_files_are_chosen_several_at_once_and_kept(card, tmp_path):
    offer = tmp_path / "Offer 2026.txt"
    offer.write_text("Forty grey panels.")
    plan = tmp_path / "plan.svg"
    plan.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    card.get_by_label("Add files").set_input_files([offer, plan])
    expect(files(card)).to_have_text(["plan.svg", "Offer 2026.txt"])
    settle(card)
    at_every_size(card, "files")


def test_a_file_is_dropped_on_the_page(card):
    card.evaluate(DROP, ["dropped.txt", "x" * 5_000_000])  # more than one piece
    expect(files(card)).to_have_count(3)
    expect(card.locator("#files")).to_contain_text("5 MB")


def test_a_file_is_handed_out_as_it_came(card):
    with card.expect_download() as download:
        card.get_by_role("link", name="Offer 2026.txt", exact=True).first.click()
    assert download.value.suggested_filename == "Offer 2026.txt"
    assert Path(download.value.path()).read_text() == "Forty grey panels."


def test_a_file_is_removed_and_taken_back(card):
    card.get_by_role("button", name="Remove “plan.svg”").click()
    expect(files(card)).to_have_count(2)
    card.get_by_role("button", name="Undo").last.click()
    expect(files(card)).to_have_count(3)
    expect(card.get_by_role("button", name="Send")).to_be_hidden()  # also once drawn anew


def test_a_file_is_found_by_its_name_and_renamed_on_its_page(card):
    card.keyboard.press("Control+k")
    card.keyboard.type("offer")
    expect(card.get_by_role("dialog").get_by_text("Offer 2026.txt").first).to_be_visible()
    card.keyboard.press("Escape")
    card.get_by_role("link", name="Open “Offer 2026.txt”").click()
    expect(card.get_by_role("heading", level=1)).to_have_text("Offer 2026.txt")
    settle(card)
    at_every_size(card, "file-page")


def test_a_file_is_brought_from_a_phone(open_page, ann, tmp_path, card):
    photo = tmp_path / "card.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    page = open_page(390, touch=True, state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    page.get_by_label("Add files").set_input_files(photo)
    expect(files(page).first).to_have_text("card.png")
    assert page.troubles == []
