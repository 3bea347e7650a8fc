"""Lists that work: filter, sort, select, change many, undo, and keep the view."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import look, settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
MANY = 620  # more pages than one, more rows than one undo


@pytest.fixture(scope="module")
def heap(house, ann, tmp_path_factory) -> None:
    file = tmp_path_factory.mktemp("heap") / "heap.csv"
    rows = "".join(f"Heap {n:04},lead,{n}\n" for n in range(MANY))
    file.write_text("name,lifecycle,employees\n" + rows, encoding="utf-8")
    house.command("import", str(file), "--type", "companies", "--as", "ann@example.com")


def colleague(house, open_page) -> Page:
    """Somebody of the company who may read, signed in by an invitation."""
    told = house.command("user", "add", "Rae", "rae@example.com", "--role", "read_only")
    page = open_page()
    page.goto(re.search(r"/invitation/\S+", told).group())
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.locator("nav.side").wait_for()
    return page


def selected(page: Page):
    return page.locator("tr[aria-selected=true]")


def select_by_keyboard(page: Page, count: int) -> None:
    """The first rows: x on the first one, shift-x on the last."""
    page.keyboard.press("j")
    page.keyboard.press("x")
    for _time in range(count - 1):
        page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-live]")).to_have_text(f"{count} selected")


def test_filter_sort_select_twenty_change_them_and_undo_by_keyboard(open_page, ann, cards, heap):
    page = open_page(state=ann)
    page.goto("/companies?lifecycle=lead&q=heap")
    page.get_by_role("link", name="Name", exact=True).click()  # downwards
    page.wait_for_url("**sort=-name**")
    settle(page)
    select_by_keyboard(page, 20)
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Side panel")
    expect(dialog.get_by_role("heading")).to_have_text("Edit 20 rows")
    dialog.get_by_label("Field").select_option("employees")
    box = dialog.locator("[name=value]")
    box.fill("many")
    box.press("Control+Enter")
    expect(dialog.locator(".error")).to_contain_text("is not a whole number")
    box.fill("7")
    box.press("Control+Enter")
    expect(page.locator("k-toast")).to_contain_text("Changed 20 rows.")
    expect(dialog).to_be_hidden()
    page.goto("/companies?f=employees:is:7&q=heap")
    expect(page.locator(".count")).to_have_text("21")
    page.keyboard.press("z")
    expect(page.locator(".count")).to_have_text("1")
    assert page.troubles == []


def test_delete_removes_what_is_selected_and_escape_lets_go_of_it(open_page, ann, cards, heap):
    page = open_page(state=ann)
    page.goto("/companies?q=heap")
    select_by_keyboard(page, 3)
    page.keyboard.press("Escape")
    expect(selected(page)).to_have_count(0)
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("Delete")
    expect(page.locator("k-toast")).to_contain_text("Removed 1 row.")
    expect(page.locator(".count")).to_have_text(str(MANY - 1))
    page.keyboard.press("z")
    expect(page.locator(".count")).to_have_text(str(MANY))


def test_all_that_match_are_changed_in_the_background(open_page, ann, cards, heap):
    page = open_page(state=ann)
    page.goto("/companies?q=heap")
    page.get_by_label("Select all", exact=True).check()
    page.get_by_role("button", name=f"Select all {MANY} that match").click()
    expect(page.locator("[data-live]")).to_have_text(f"All {MANY} that match are selected")
    at_every_size(page, "bulk-bar")
    page.locator(".bulk").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Side panel")
    dialog.get_by_label("Field").select_option("tags")
    dialog.locator("[name=value]").fill("fair")
    at_every_size(page, "bulk-edit")
    dialog.get_by_role("button", name="Change all").click()
    expect(page.locator("k-toast").last).to_contain_text(f"Changed {MANY} rows.")
    expect(selected(page)).to_have_count(0)
    page.locator("k-toast").last.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Changed {MANY} rows.")
    at_every_size(page, "bulk-act")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("k-toast").last).to_contain_text("taken back")
    expect(page.locator("k-toast").last).to_contain_text(f"{MANY} records")


def test_more_rows_than_a_form_has_fields_are_ticked_and_removed(house, open_page, ann, tmp_path):
    file = tmp_path / "pile.csv"
    file.write_text("name\n" + "".join(f"Pile {n:04}\n" for n in range(1_100)), encoding="utf-8")
    house.command("import", str(file), "--type", "companies", "--as", "ann@example.com")
    page = open_page(state=ann)
    page.goto("/companies?q=pile&size=500")
    rows = page.locator("tr[data-uid]")
    expect(rows).to_have_count(500)
    while rows.count() < 1_100:
        with page.expect_response(re.compile("after=")):
            # By the page itself: the row may be replaced while it is scrolled to.
            page.evaluate("document.querySelector('tr.more')?.scrollIntoView()")
        settle(page)
    page.get_by_label("Select all", exact=True).check()
    expect(page.locator("[data-live]")).to_have_text("1,100 selected")
    page.keyboard.press("Delete")
    expect(page.locator("k-toast").last).to_contain_text("Removed 1,100 rows.", timeout=60_000)
    expect(rows).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("k-toast").last).to_contain_text("1,100 records", timeout=60_000)
    assert page.troubles == []


def test_a_range_is_taken_with_shift_and_one_click(open_page, ann, cards, heap):
    page = open_page(state=ann)
    page.goto("/companies?q=heap")
    boxes = page.locator("tbody [name=uid]")
    boxes.nth(2).click()
    boxes.nth(6).click(modifiers=["Shift"])
    expect(selected(page)).to_have_count(5)
    boxes.nth(4).click()
    expect(page.locator(".bulk-said")).to_have_text("4 selected")
    look(page, "four-selected")


def heads(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("thead th[class^=col]").all_inner_texts()]


def test_columns_are_moved_by_keyboard_by_arrow_and_by_dragging(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/companies?cols=phones,lifecycle,industry")
    page.locator(".columns summary").click()
    page.get_by_label("Industry", exact=True).focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_url("**cols=phones,industry,lifecycle")
    expect(page.get_by_label("Industry", exact=True)).to_be_focused()
    expect(page.locator("k-columns [role=status]")).to_have_text("Industry is number 2")
    page.get_by_role("button", name="Move “Phone” back").click()
    page.wait_for_url("**cols=industry,phones,lifecycle")
    page.locator("#column-lifecycle").drag_to(
        page.locator("#column-industry"), target_position={"x": 40, "y": 2}
    )
    page.wait_for_url("**cols=lifecycle,industry,phones")
    at_every_size(page, "columns", widths=(1440,))
    page.get_by_label("Phone", exact=True).uncheck()
    page.wait_for_url("**cols=lifecycle,industry")
    settle(page)
    assert heads(page) == ["Name", "Status", "Industry"]
    page.reload()
    assert heads(page) == ["Name", "Status", "Industry"]
    assert page.troubles == []


def test_a_view_is_saved_reloaded_shared_and_opened_by_another_person(
    house, open_page, ann, cards, heap
):
    page = open_page(state=ann)
    page.goto("/companies?cols=industry,phones&lifecycle=lead&sort=-name")
    page.locator("[data-save-view] summary").click()
    page.get_by_label("Name", exact=True).fill("Cold leads")
    at_every_size(page, "view-save")
    page.get_by_label("Name", exact=True).press("Enter")
    page.wait_for_url("**/companies?view=*")
    view = page.url
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Cold leads")
    expect(tab).to_have_attribute("aria-current", "page")
    page.goto("/companies")
    tab.click()
    page.wait_for_url(view)
    assert heads(page)[:3] == ["Name", "Industry", "Phone"]
    page.locator("[data-view-menu] summary").click()
    at_every_size(page, "view-menu", widths=(1440, 390))
    page.get_by_role("button", name="Show it to everybody").click()
    expect(page.locator("k-toast")).to_contain_text("sees “Cold leads” now")
    page.get_by_label("Filter companies by words").fill("heap 0001")
    expect(page.locator(".views-changed")).to_be_visible()
    page.locator("[data-save-view] summary").click()
    page.get_by_role("button", name="Save in “Cold leads”").click()
    page.wait_for_url(view)
    expect(page.locator(".count")).to_have_text("1")
    page.keyboard.press("z")
    expect(page.locator(".count")).not_to_have_text("1")
    page.goto("/contacts")
    page.keyboard.press("Control+k")
    page.keyboard.type("cold le")
    expect(page.locator("#palette-list .result").first).to_contain_text("Saved view · Companies")
    look(page, "palette-view")
    page.keyboard.press("Enter")
    page.wait_for_url(view)
    other = colleague(house, open_page)
    other.goto(view)
    expect(other.get_by_role("navigation", name="Views")).to_contain_text("Cold leads")
    assert heads(other)[:3] == ["Name", "Industry", "Phone"]
    assert page.troubles == other.troubles == []


def test_a_link_for_a_spreadsheet_is_made_copied_and_ended(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/companies?lifecycle=customer")
    page.locator("[data-save-view] summary").click()
    page.get_by_label("Name", exact=True).fill("Our customers")
    page.get_by_role("button", name="Save view").click()
    page.wait_for_url("**/companies?view=*")
    page.locator("[data-view-menu] summary").click()
    page.get_by_role("button", name="Link for Excel").click()
    panel = page.get_by_role("dialog", name="Side panel")
    panel.get_by_role("button", name="Make a link").click()
    expect(panel.get_by_label("Address of the link")).to_be_focused()
    address = panel.get_by_label("Address of the link").input_value()
    at_every_size(page, "view-links")
    answer = page.request.get(address, headers={"Cookie": ""})
    assert answer.text().splitlines()[0].startswith("uid,name,")
    assert "Fjord Pharma AS" in answer.text()
    panel.get_by_role("button", name="End it").click()
    expect(panel.get_by_role("heading", name="Your links")).to_have_count(0)
    assert page.request.get(address, headers={"Cookie": ""}).status == 403
    assert page.troubles == []


def test_cells_pasted_onto_a_list_open_the_preview(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/companies?cols=phones")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "Pasted AS\\t+47 22 00 00 01\\nPasted too\\t");
      const about = { clipboardData: data, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new ClipboardEvent("paste", about));
    }""")
    page.wait_for_url("**/import/*")
    expect(page.locator(".columns-list")).to_contain_text("Pasted AS")
    expect(page.locator(".columns-list")).to_contain_text("Phone")
    assert page.troubles == []
