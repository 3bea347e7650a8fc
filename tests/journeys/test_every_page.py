"""Every page there is, in every state: read by axe, at each width, in both themes."""

import re

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from kartotek.interfaces.web import failing
from tests.journeys.conftest import go_to, settle, violations
from tests.journeys.looking import at_every_size, faults

pytestmark = [pytest.mark.journey, pytest.mark.either]
FROM_THE_START = True
PASSWORD = "correct horse battery"


def test_the_first_page_of_all_and_its_refusals(house, open_page):
    page = open_page()
    page.goto("/welcome/nothing")
    at_every_size(page, "welcome-closed")
    page.goto(house.link())
    at_every_size(page, "welcome-empty")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".public-error").first).to_be_visible()
    at_every_size(page, "welcome-refused")


def invited(house, name: str, role: str) -> str:
    """The link that somebody new got, from the terminal."""
    told = house.command("user", "add", name, f"{name.lower()}@example.com", "--role", role)
    return re.search(r"/invitation/\S+", told).group()


def come_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Begin").click()


def test_the_pages_of_who_is_not_signed_in(house, open_page, ann):
    page = open_page()
    for name, path in {
        "welcome-used": house.link(),
        "invitation-expired": "/invitation/nothing",
        "sign-in": "/sign-in",
        "sign-in-ended": "/sign-in?ended=1",
        "stranger-404": "/a/b/c/d",
    }.items():
        page.goto(path)
        at_every_size(page, name)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    at_every_size(page, "sign-in-refused")
    page.context.clear_cookies()
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("open for too long")
    at_every_size(page, "stale-403")


def test_the_page_of_a_fault(open_page, ann):
    page = open_page(state=ann)
    body = failing.server_error(RequestFactory().get("/companies")).content
    page.route("**/companies", lambda route: route.fulfill(
        status=500, body=body, content_type="text/html"))  # fmt: skip
    page.goto("/companies")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Something went wrong")
    at_every_size(page, "fault-500")


def test_the_invitation_and_what_a_reader_may_not(house, open_page, cards):
    page = open_page()
    page.goto(invited(house, "Bob", "read_only"))
    at_every_size(page, "invitation")
    come_in(page, "short")
    expect(page.locator(".public-error")).to_be_visible()
    at_every_size(page, "invitation-refused")
    come_in(page)
    page.locator("nav.side").wait_for()
    page.goto("/contacts/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not open to you")
    at_every_size(page, "refused-403")
    go_to(page, "contacts", "Ola Nordmann")
    at_every_size(page, "record-read-only")


def test_the_lists_and_the_refusals_in_them(open_page, ann, cards):
    page = open_page(state=ann)
    for name, path in {
        "list": "/contacts",
        "list-filtered": "/companies?lifecycle=lead&f=owner:not_empty&f=phones:not_empty",
        "list-none": "/contacts?q=nobody",
        "list-empty": "/notes",
        "members": "/members",
        "list-404": "/nothing",
        "record-404": "/contacts/01a2011e-0000-7000-8000-000000000000",
        "frame-404": "/a/b/c/d",
        "address-422": "/contacts?f=nosuch:is:1",
    }.items():
        page.goto(path)
        settle(page)
        at_every_size(page, name)


def test_the_list_and_a_record_under_a_finger(open_page, ann, cards):
    page = open_page(390, touch=True, state=ann)
    page.goto("/companies")
    assert [*faults(page), *violations(page)] == []
    go_to(page, "companies", "Fjord Pharma AS")
    assert [*faults(page), *violations(page)] == []


def test_the_record_its_history_and_the_trash(open_page, ann, cards):
    page = open_page(state=ann)
    for number in range(2):
        go_to(page, "companies", "Quartz Ltda")
        edit(page, "Website", f"quartz{number}.example")
    at_every_size(page, "record")
    page.get_by_role("link", name="Changes").click()
    settle(page)
    at_every_size(page, "history")
    page.goto("/trash?type=notes")
    at_every_size(page, "trash-empty")
    go_to(page, "companies", "Quartz Ltda")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("k-toast").last).to_contain_text("is in the trash")
    at_every_size(page, "toast")
    page.goto("/trash?type=companies")
    at_every_size(page, "trash")
    page.get_by_role("link", name="Quartz Ltda").click()
    settle(page)
    at_every_size(page, "record-removed")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".banner")).to_have_count(0)


def edit(page: Page, label: str, value: str) -> None:
    page.get_by_role("button", name=f"Edit {label}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#record .cell-form input:not([type=hidden])")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_contain_text("saved")
    settle(page)


def test_the_forms_that_add_and_their_refusals(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/contacts/new")
    page.locator("details.more summary").click()
    at_every_size(page, "new-page")
    page.goto("/contacts")
    page.keyboard.press("n")
    field = page.locator("#panel [name=name]")
    expect(field).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel .error").first).to_be_visible()
    at_every_size(page, "new-refused")
    field.fill("Ola Nordman")
    expect(page.locator("#panel .dups")).to_be_visible()
    at_every_size(page, "new-duplicate")
    page.locator("#panel [role=combobox]").first.fill("fjord")
    expect(page.locator("#panel .options [role=option]").first).to_be_visible()
    at_every_size(page, "new-link")


def test_the_menus_and_dialogs(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/contacts")
    for summary, name in {".columns": "columns", ".top details": "you"}.items():
        page.locator(f"{summary} summary").click()
        at_every_size(page, f"menu-{name}", widths=[1440])
        page.keyboard.press("Escape")
    page.locator("[data-filter] summary").click()
    page.locator("[name=add]").select_option("company")
    page.locator("#adding [role=combobox]").fill("fjord")
    expect(page.locator("#adding [role=option]").first).to_be_visible()
    at_every_size(page, "menu-filter")
    page.goto("/contacts")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_be_visible()
    at_every_size(page, "list-selected")
    page.keyboard.press("Space")
    expect(page.locator("#panel h2")).to_be_visible()
    at_every_size(page, "peek")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys h1")).to_be_visible()
    at_every_size(page, "keys-dialog")


def test_the_palette(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    at_every_size(page, "palette-recent")
    for words, name in {"ola": "found", "Olla Nordmnan": "near"}.items():
        with page.expect_response(re.compile("/search")):
            page.locator(".palette > input").fill(words)
        expect(page.locator("#palette-list [role=option]").first).to_be_visible()
        at_every_size(page, f"palette-{name}")


def test_the_pages_about_oneself(house, open_page, ann):
    page = open_page()
    page.goto(invited(house, "Kim", "sales"))
    come_in(page)
    page.locator("nav.side").wait_for()
    page.goto("/keys")
    at_every_size(page, "keys")
    page.goto("/password")
    at_every_size(page, "password")
    for old, new, told, name in [
        ("wrong", PASSWORD, ".public-error", "password-refused"),
        (PASSWORD, "another good sentence", ".public-notice", "password-done"),
    ]:
        page.get_by_label("Present password").fill(old)
        page.get_by_label("New password").fill(new)
        page.get_by_role("button", name="Change password").click()
        expect(page.locator(told).first).to_be_visible()
        at_every_size(page, name, widths=[1440, 320])


def test_two_values_for_one_field(open_page, ann, cards):
    first, second = open_page(state=ann), open_page(state=ann)
    for page in (first, second):
        go_to(page, "contacts", "Ola Nordmann")
    second.get_by_role("button", name="Edit Job title").focus()
    second.keyboard.press("Enter")
    expect(second.locator("[name=job_title]")).to_be_focused()
    second.keyboard.type("Chair")
    edit(first, "Job title", "Owner")
    second.keyboard.press("Enter")
    expect(second.locator("dialog.conflict")).to_be_visible()
    at_every_size(second, "conflict")


def test_the_page_of_a_big_undo(house, open_page, ann, cards, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text("name\n" + "".join(f"Heap {n:03}\n" for n in range(501)), encoding="utf-8")
    told = house.command("import", str(file), "--type", "companies", "--as", "ann@example.com")
    page = open_page(state=ann)
    go_to(page, "companies", "Heap 000")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("k-toast").last).to_contain_text("is in the trash")
    batch = re.search(r"undo (\S+)", told).group(1)
    undone = house.command("undo", batch, "--as", "ann@example.com")
    page.goto("/undo/jobs/" + re.search(r"undo (\S+)\s*$", undone).group(1))
    expect(page.get_by_role("heading", level=1)).to_have_text("Undone: 500 records.")
    expect(page.locator(".undo-left")).to_contain_text("Heap 000")
    at_every_size(page, "undo")


def test_the_page_of_what_leaves(house, open_page, ann):
    house.command("token", "add", "Wall screen", "--as", "ann@example.com")
    page = open_page(state=ann)
    page.goto("/settings/leaving")
    expect(page.get_by_role("heading", level=1)).to_have_text("What leaves this house")
    expect(page.locator("main")).to_contain_text("Wall screen")
    at_every_size(page, "leaving")
