"""An hour at the desk: correcting by key, narrowing a list to somebody's records, a big undo."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to, look, settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True


def focus(page: Page) -> str:
    """The name of the field that has the focus."""
    return page.evaluate("document.activeElement.name ?? ''")


def test_e_on_a_record_begins_with_the_first_value(open_page, ann, cards):
    page = open_page(state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    page.keyboard.press("e")
    expect(page.locator("#record [name=name]")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" jr.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann jr.")
    settle(page)
    page.keyboard.press("z")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")


def test_e_on_a_record_opens_the_value_one_stands_on(open_page, ann, cards):
    page = open_page(state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    page.get_by_role("button", name="Edit Job title").focus()
    page.keyboard.press("e")
    expect(page.locator("#record [name=job_title]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit Job title")).to_be_focused()
    page.locator("#record .facts a[href^='mailto:']").first.focus()
    page.keyboard.press("e")
    expect(page.locator("#record .is-edited input[type=email]").first).to_be_focused()


def test_e_in_a_list_opens_the_first_value_of_the_row_and_keeps_quiet_without_one(
    open_page, ann, cards
):
    page = open_page(state=ann)
    page.goto("/companies")
    page.keyboard.press("e")
    page.keyboard.press("Escape")  # between, or three quick letters are a search
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("tr[data-cur] .cell-form select")).to_be_focused()
    assert page.locator(".cell-form").count() == 1


def test_e_typed_in_a_field_is_a_letter(open_page, ann, cards):
    page = open_page(state=ann)
    go_to(page, "contacts", "Ola Nordmann")
    page.locator("#composer").focus()
    page.keyboard.type("e")
    expect(page.locator("#composer")).to_have_value("e")
    assert page.locator("#record .is-edited").count() == 0


def test_the_list_of_keys_names_it_for_records_and_for_lists(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.keyboard.press("?")
    for where, words in {"On a record": "Edit the value", "In a list": "Edit the first"}.items():
        section = page.locator("#keys section", has=page.get_by_role("heading", name=where))
        expect(section.locator("li", has_text=words).locator("kbd")).to_have_text("E")


def choose(page: Page, field: str, typed: str) -> None:
    """The "Filter" menu by keyboard: a field, and a record by a part of its name."""
    page.locator("[data-filter] summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.locator("[name=add]").select_option(field)
    box = page.locator("#adding [role=combobox]")
    expect(box).to_be_visible()
    box.focus()
    page.keyboard.type(typed)
    expect(page.locator("#adding [aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")  # takes it
    page.keyboard.press("Enter")  # adds the filter


@pytest.mark.parametrize(("field", "typed", "chip"), [
    ("company", "fjo", "Company is Fjord Pharma AS"),
    ("owner", "ann", "Owner is Ann Lie"),
    ("department", "pan", "Department is Panel & Co"),
])  # fmt: skip
def test_a_list_is_narrowed_to_a_record_that_is_found_by_typing(
    open_page, ann, cards, field, typed, chip
):
    page = open_page(state=ann)
    page.goto("/contacts")
    choose(page, field, typed)
    expect(page.locator(".chip.on")).to_have_text(chip)
    expect(page.locator("[data-filter]")).not_to_have_attribute("open", "")
    expect(page.locator("[data-filter] summary")).to_be_focused()
    expect(page.get_by_role("link", name="Ola Nordmann", exact=True)).to_be_visible()
    assert re.search(rf"f={field}:is:[0-9a-f-]{{36}}$", page.url)
    page.reload()
    expect(page.locator(".chip.on")).to_have_text(chip)
    page.get_by_role("link", name=f"Remove this filter: {chip}").click()
    expect(page.locator(".chip.on")).to_have_count(0)


def test_a_value_that_is_none_is_refused_and_the_menu_stays(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/companies")
    page.locator("[data-filter] summary").click()
    page.locator("[name=add]").select_option("employees")
    page.locator("[name='add.value']").fill("many")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator("k-toast").last).to_contain_text("“many” is not a whole number")
    expect(page.locator("[name='add.value']")).to_have_value("many")


MANY = 1200  # more than are undone at once; several commits of the job


def test_a_big_undo_goes_on_over_pages_and_its_result_is_seen(
    house, open_page, ann, cards, tmp_path
):
    file = tmp_path / "many.csv"
    file.write_text("name\n" + "".join(f"Heap {n:04}\n" for n in range(MANY)), encoding="utf-8")
    told = house.command("import", str(file), "--type", "companies", "--as", "ann@example.com")
    batch = re.search(r"undo (\S+)", told).group(1)
    page = open_page(state=ann)
    page.goto("/companies?q=heap")
    expect(page.locator(".count")).to_have_text("1,200")
    # As if this tab had brought them in: the key takes back what the tab did last.
    page.evaluate("url => sessionStorage.setItem('done', JSON.stringify([url]))", f"/undo/{batch}")
    page.keyboard.press("z")
    running = page.locator("k-toast[data-running]")
    expect(running).to_contain_text("taken back in the background")
    look(page, "undo-running")
    page.goto("/companies?q=heap&sort=-name")
    result = page.locator("k-toast", has_text="Undone: 1,200 records.")
    expect(running.or_(result)).to_be_visible()
    expect(result).to_be_visible(timeout=60_000)
    expect(running).to_have_count(0)
    expect(page.get_by_role("heading", name="No companies match this filter")).to_be_visible()
    look(page, "undo-done")
    page.goto(f"/undo/jobs/{result.get_attribute('data-job')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Undone: 1,200 records.")
    look(page, "undo-page")


def test_two_that_mean_the_same_become_one_by_three_keys_and_two_again(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/contacts")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)  # or three quick letters are a search
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge 2 records")
    at_every_size(page, "merge")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contacts/[0-9a-f-]{36}$"))
    expect(page.locator("#toasts k-toast")).to_contain_text("1 record merged into this one")
    page.goto("/contacts")
    expect(page.locator("tr[data-uid]")).to_have_count(1)
    page.keyboard.press("z")
    expect(page.locator("tr[data-uid]")).to_have_count(2)
