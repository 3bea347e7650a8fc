"""Two browsers at once: Ann's open pages follow what Bob writes, and his close with his access."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import axe, fits, go_to, look, settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
PASSWORD = "correct horse battery"
TYPED = "Meet at ten, at the harbour"


@pytest.fixture(scope="module")
def bob(house, open_page, ann):
    """Bob, an administrator, signed in: the state of his browser."""
    told = house.command("user", "add", "Bob", "bob@example.com", "--role", "administrator")
    page = open_page()
    page.goto(re.search(r"/invitation/\S+", told).group())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.locator("nav.side").wait_for()
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture
def both(open_page, ann, bob, cards) -> tuple[Page, Page]:
    """Ann's page and Bob's; a page that loads again by itself would lose what is set on it."""
    one, other = open_page(state=ann), open_page(state=bob)
    yield one, other
    one.context.close()
    other.context.close()


def stay(page: Page) -> None:
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.stayed === true") and page.troubles == []


def write(page: Page, label: str, value: str) -> None:
    """A field of the open record, by keyboard."""
    page.get_by_role("button", name=f"Edit {label}").click()
    page.locator("#record .cell-form input:not([type=hidden])").first.fill(value)
    page.keyboard.press("Enter")
    expect(page.locator("#record .cell-form")).to_have_count(0)
    settle(page)


def add(page: Page, name: str) -> None:
    page.goto("/contacts")
    page.keyboard.press("n")
    page.locator("#panel [name=name]").fill(name)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel[open]")).to_have_count(0)


def row(page: Page, name: str):
    return page.locator("tr[data-uid]", has=page.get_by_role("link", name=name, exact=True))


def test_an_open_list_follows_and_new_rows_wait_for_a_press(both):
    ann, bob = both
    ann.goto("/contacts")
    stay(ann)
    row(ann, "Ola Nordmann").get_by_role("checkbox").check()
    ann.mouse.move(700, 400)
    first = ann.locator("tr[data-uid] a").first.inner_text()
    go_to(bob, "contacts", "Ola Nordmann")
    write(bob, "Name", "Ola Nordmann the elder")
    expect(row(ann, "Ola Nordmann the elder")).to_be_visible()
    expect(row(ann, "Ola Nordmann the elder").get_by_role("checkbox")).to_be_checked()
    expect(ann.locator("[data-waiting]")).to_be_hidden()
    write(bob, "Name", "Ola Nordmann")
    expect(row(ann, "Ola Nordmann")).to_be_visible()
    add(bob, "Aaron Aas")
    expect(ann.locator("[data-waiting]")).to_have_text("1 new or changed")
    assert ann.locator("tr[data-uid] a").first.inner_text() == first
    expect(ann.locator("k-live [role=status]")).to_have_text("1 new or changed")
    at_every_size(ann, "live-chip")
    ann.locator("[data-waiting]").click()
    expect(row(ann, "Aaron Aas")).to_be_visible()
    expect(ann.locator("[data-waiting]")).to_be_hidden()
    go_to(bob, "contacts", "Aaron Aas")
    bob.keyboard.press("Escape")
    bob.locator("[data-remove-record], [hx-post$='/remove']").first.click()
    expect(row(ann, "Aaron Aas").locator(".live-left")).to_be_visible()
    at_every_size(ann, "live-left")
    ann.locator("[data-waiting]").click()
    expect(row(ann, "Aaron Aas")).to_have_count(0)
    assert stayed(ann)


def test_an_open_record_follows_and_what_is_typed_stays(both):
    ann, bob = both
    go_to(ann, "contacts", "Ola Nordmann")
    stay(ann)
    go_to(bob, "contacts", "Ola Nordmann")
    write(bob, "Job title", "Harbour master")
    expect(ann.locator("#record .facts")).to_contain_text(["Harbour master"])
    bob.locator("#composer").fill("Called about the new pier")
    bob.keyboard.press("Control+Enter")
    expect(ann.locator("#happenings")).to_contain_text("Called about the new pier")

    ann.locator("#composer").fill(TYPED)
    ann.get_by_role("button", name="Edit Job title").click()
    field = ann.locator("#record [name=job_title]")
    field.fill("Captain")
    write(bob, "Job title", "Pilot")
    note = ann.locator("#record .is-edited .live-by")
    expect(note).to_contain_text("Changed by Bob")
    expect(field).to_have_value("Captain")
    expect(field).to_be_focused()
    expect(ann.locator("#composer")).to_have_value(TYPED)
    note.get_by_role("button", name="Look").click()
    expect(note).to_contain_text("Pilot")
    at_every_size(ann, "live-field")
    expect(field).to_be_focused()
    expect(field).to_have_value("Captain")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("button", name="Keep theirs")).to_be_visible()
    assert stayed(ann)


def test_two_tabs_of_a_browser_ask_once(both):
    ann, bob = both
    other = ann.context.new_page()
    asked = []
    for page in (ann, other):
        page.on("request", lambda r: asked.append(r.url) if "/live?" in r.url else None)
    ann.goto("/contacts")
    go_to(other, "contacts", "Ola Nordmann")
    ann.wait_for_timeout(9_000)
    asked.clear()
    ann.wait_for_timeout(12_500)
    assert 2 <= len(asked) <= 5, asked
    assert "contacts%2F" in asked[-1]
    go_to(bob, "contacts", "Ola Nordmann")
    write(bob, "Job title", "Stevedore")
    expect(other.locator("#record .facts")).to_contain_text(["Stevedore"])
    other.close()


def test_a_server_that_is_away_is_said_quietly_and_asked_again(both):
    ann, _bob = both
    ann.goto("/contacts")
    stay(ann)
    ann.route("**/live?*", lambda route: route.abort())
    expect(ann.locator("[data-away]")).to_be_visible(timeout=30_000)
    look(ann, "live-away")
    fits(ann)
    ann.unroute("**/live?*")
    expect(ann.locator("[data-away]")).to_be_hidden(timeout=40_000)
    assert ann.evaluate("window.stayed")


def test_whose_access_ends_sees_a_curtain_and_keeps_what_they_typed(both, house):
    ann, bob = both
    go_to(bob, "contacts", "Ola Nordmann")
    bob.locator("#composer").fill(TYPED)
    go_to(ann, "members", "Bob")
    ann.locator("#record input[name=is_active]").uncheck()
    expect(bob.get_by_role("heading", level=1)).to_have_text(
        "You are signed out: your access was ended"
    )
    expect(bob.locator("textarea")).to_have_value(TYPED)
    expect(bob.get_by_text("Ola Nordmann")).to_have_count(0)
    at_every_size(bob, "live-curtain")
    axe(bob)
    bob.get_by_role("link", name="Sign in").click()
    expect(bob.get_by_label("E-mail")).to_be_visible()
