"""The board: cards moved by mouse, by keyboard, by touch, and without a script."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import axe, fits, look, settle
from tests.journeys.looking import at_every_size, faults
from tests.journeys.moving import bring, scriptless, silent, stands_in
from tests.journeys.test_by_touch import SMALL, tap, told

pytestmark = pytest.mark.journey
WITH_CARDS = True
BOARD = "/contacts/board"
PEOPLE = [
    ("Ada Lovelace", "lead", "+47 22 00 00 01"),
    ("Ben Okri", "lead", "+47 22 00 00 02"),
    ("Cleo Vance", "customer", ""),
    ("Dora Maar", "", "+371 67 000 003"),
    ("Egil Skallagrimsson", "former", ""),
    ("Wolfeschlegelsteinhausenbergerdorff Alexandropoulou-Papadimitriou", "partner", ""),
]


@pytest.fixture(scope="module")
def people(house, ann, cards, tmp_path_factory) -> None:
    rows = ((*one, "Fjord Pharma AS") for one in PEOPLE)
    bring(house, tmp_path_factory.mktemp("people"), "name,lifecycle,phones,company", rows)


def lane(page: Page, key: str) -> Locator:
    return page.locator(f'[data-lane="{key}"]')


def card(page: Page, name: str) -> Locator:
    return page.locator(".board-card", has_text=name)


def stands(page: Page, name: str, key: str) -> None:
    stands_in(page, lane(page, key), ".board-card", name)


def test_a_card_is_dragged_to_another_column_and_taken_back(open_page, ann, people):
    page = open_page(state=ann)
    page.goto("/contacts?sort=-name")
    at_every_size(page, "board-list")
    page.get_by_role("link", name="Board").click()
    page.wait_for_url(f"**{BOARD}?sort=-name")
    at_every_size(page, "board")
    before = int(lane(page, "lead").locator(".count").inner_text())
    card(page, "Ada Lovelace").drag_to(lane(page, "customer"))
    expect(told(page, "“Ada Lovelace” is in “Customer” now.")).to_be_visible()
    stands(page, "Ada Lovelace", "customer")
    expect(lane(page, "lead").locator(".count")).to_have_text(str(before - 1))
    look(page, "board-moved")
    page.keyboard.press("z")
    stands(page, "Ada Lovelace", "lead")
    card(page, "Ben Okri").drag_to(lane(page, "lead"))  # where it stands: nothing happens
    settle(page)
    stands(page, "Ben Okri", "lead")
    assert page.outside == page.troubles == []


def test_a_card_is_moved_and_opened_by_keyboard_alone(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{BOARD}?f=name:is_not:Ola+Nordmann&f=name:is_not:Wolfe&sort=name")
    page.get_by_role("link", name="Ada Lovelace").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Ben Okri")).to_be_focused()
    page.keyboard.press("ArrowRight")  # past a column without cards
    expect(page.get_by_role("link", name="Cleo Vance")).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    stands(page, "Cleo Vance", "prospect")
    expect(page.locator("#toasts")).to_contain_text("“Cleo Vance” is in “Prospect” now.")
    expect(page.get_by_role("link", name="Cleo Vance")).to_be_focused()
    look(page, "board-keyboard")
    axe(page)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")  # before the first has been answered
    stands(page, "Cleo Vance", "former")
    page.keyboard.press("Shift+ArrowLeft")
    stands(page, "Cleo Vance", "customer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cleo Vance")
    page.goto(BOARD)
    page.keyboard.press("b")
    page.wait_for_url(re.compile(r"/contacts(\?view=all)?$"))
    assert page.troubles == []


def test_a_filter_stays_while_cards_move(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(BOARD)
    page.get_by_label("Filter contacts by words").fill("ada")
    page.wait_for_url(f"**{BOARD}?q=ada")
    expect(page.locator(".board-card")).to_have_count(1)
    page.get_by_role("link", name="Ada Lovelace").focus()
    page.keyboard.press("Shift+ArrowRight")
    stands(page, "Ada Lovelace", "prospect")
    expect(page.locator(".board-card")).to_have_count(1)
    page.keyboard.press("Shift+ArrowLeft")
    stands(page, "Ada Lovelace", "lead")
    page.get_by_label("Filter contacts by words").fill("nobody at all")
    expect(page.locator(".empty h2")).to_have_text("No contacts match this filter")
    at_every_size(page, "board-none", widths=(1440, 390))


def test_a_view_is_kept_as_a_board_and_opens_as_one(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(f"{BOARD}?q=ada")
    page.locator("[data-save-view] summary").click()
    page.locator(".views-new").get_by_label("Name", exact=True).fill("Ada's board")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BOARD}?view=*")
    page.goto("/contacts")
    page.get_by_role("link", name="Ada's board").click()
    page.wait_for_url(f"**{BOARD}?view=*")
    expect(page.locator(".board-card")).to_have_count(1)
    at_every_size(page, "board-view")
    page.get_by_role("link", name="Table").click()
    page.wait_for_url("**/contacts?of=*")
    expect(page.locator(".views-changed")).to_be_visible()
    page.locator("[data-view-menu] summary").click()
    page.get_by_role("button", name="Remove the view").click()
    page.wait_for_url("**/contacts?view=all")
    assert page.troubles == []


def test_two_people_move_the_same_card(open_page, ann, people):
    page, other = open_page(state=ann), open_page(state=ann)
    page.goto(BOARD)
    other.goto(BOARD)
    page.evaluate("document.querySelector('k-live').disconnectedCallback()")  # as if it slept
    other.get_by_role("link", name="Ben Okri").focus()
    other.keyboard.press("Shift+ArrowRight")
    stands(other, "Ben Okri", "prospect")
    card(page, "Ben Okri").drag_to(lane(page, "partner"))
    told(page, "Somebody else changed this meanwhile.")
    stands(page, "Ben Okri", "prospect")
    look(page, "board-conflict")
    card(page, "Ben Okri").drag_to(lane(page, "lead"))
    stands(page, "Ben Okri", "lead")


def test_a_card_goes_back_when_the_server_is_silent(open_page, ann, people):
    page = open_page(state=ann)
    page.goto(BOARD)
    with silent(page):
        card(page, "Ada Lovelace").drag_to(lane(page, "partner"))
        expect(page.locator("[data-lost]")).to_be_visible()
        stands(page, "Ada Lovelace", "lead")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_card_is_moved_by_touch(open_page, ann, people, dark):
    page = open_page(390, touch=True, dark=dark, state=ann)
    page.goto("/contacts")
    tap(page.get_by_role("link", name="Board"))
    page.wait_for_url(f"**{BOARD}**")
    fits(page)
    name, home = ("Ada Lovelace", "lead")
    card(page, name).scroll_into_view_if_needed()
    tap(card(page, name).get_by_label(f"Move “{name}” to…"))
    look(page, f"board-menu-{'dark' if dark else 'light'}")
    assert page.evaluate(SMALL) == []
    assert faults(page) == []
    axe(page)
    tap(card(page, name).get_by_role("button", name="Customer", exact=True))
    toast = told(page, f"“{name}” is in “Customer” now.")
    stands(page, name, "customer")
    look(page, f"board-touched-{'dark' if dark else 'light'}")
    tap(toast.get_by_role("button", name="Undo"))
    stands(page, name, home)
    assert page.troubles == []


def test_without_a_script_the_menu_moves_the_card(chromium, house, ann, people):
    with scriptless(chromium, house, ann) as page:
        page.goto(f"{BOARD}?sort=name&q=egil")
        page.get_by_label("Move “Egil Skallagrimsson” to…").click()
        page.get_by_role("button", name="Partner").click()
        page.wait_for_url(f"**{BOARD}?*q=egil*")
        expect(lane(page, "partner").locator(".board-card")).to_have_count(1)
