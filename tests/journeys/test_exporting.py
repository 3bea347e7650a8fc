"""A filtered list taken out as a workbook: asked, written, counted, downloaded, opened."""

import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
READY = re.compile("Exported: ")


def test_a_filtered_list_goes_into_a_workbook_by_two_keys(open_page, ann, cards, tmp_path):
    page = open_page(state=ann)
    page.goto("/contacts")
    settle(page)
    rows = page.locator("tr[data-uid]").count()
    title = page.locator("tr[data-uid] .name a").first.inner_text()
    page.goto(f"/contacts?q={title.split()[0]}")
    shown = page.locator("tr[data-uid] .name a").all_inner_texts()
    assert 0 < len(shown) < rows
    page.evaluate("window.presses = 0")
    page.keyboard.press("Shift+E")
    expect(page.get_by_role("heading", level=1)).to_have_text("Export contacts")
    expect(page.get_by_label("The list as it is filtered")).to_be_checked()
    expect(page.get_by_label("Excel workbook")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(READY)
    expect(page.locator(".figure dd").first).to_have_text(str(len(shown)))
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    path = tmp_path / "out.xlsx"
    coming.value.save_as(path)
    assert re.fullmatch(r"Contacts [\d-]+\.xlsx", coming.value.suggested_filename)
    head, *found = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert sorted(row[head.index("Name")] for row in found) == sorted(shown)
    assert page.troubles == [] and page.outside == []


@pytest.mark.either
def test_every_state_of_an_export_at_every_size(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/export")
    at_every_size(page, "exports-before")
    page.goto("/contacts?q=a&cols=name,phones,company")
    page.get_by_role("link", name="Export", exact=True).click()
    settle(page)
    at_every_size(page, "export-ask")
    page.route("**/export/*", lambda route: None if "hx-request" in route.request.headers
               else route.continue_())  # fmt: skip
    page.get_by_role("button", name="Export").click()
    page.goto("/export")
    page.get_by_role("button", name="Take everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Writing|Exported"))
    at_every_size(page, "export-working")
    page.unroute("**/export/*")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(READY)
    at_every_size(page, "export-done")
    page.goto("/export")
    at_every_size(page, "exports")
    page.goto("/contacts")
    settle(page)
    at_every_size(page, "list-with-export", [1440])


def test_an_export_under_a_finger_and_without_javascript(open_page, chromium, house, ann, cards):
    page = open_page(390, touch=True, state=ann)
    page.goto("/contacts/export")
    page.get_by_label("CSV for a spreadsheet here").tap()
    page.get_by_role("button", name="Export").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(READY)
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    context = chromium.new_context(
        java_script_enabled=False, base_url=house.address, storage_state=ann
    )
    plain = context.new_page()
    plain.goto("/contacts/export")
    plain.get_by_role("button", name="Export").click()
    for _time in range(60):
        if plain.get_by_role("link", name="Download").count():
            break
        plain.wait_for_timeout(250)
        plain.reload()
    expect(plain.get_by_role("link", name="Download")).to_be_visible()
    context.close()


def test_what_is_selected_goes_out_and_so_does_all_that_matches(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/contacts?q=a")
    settle(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator(".bulk").get_by_role("button", name="Export").click()
    expect(page.get_by_label("The selected rows")).to_be_checked()
    expect(page.get_by_label("The list as it is filtered")).to_be_visible()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(READY)
    expect(page.locator(".figure dd").first).to_have_text("1")
    assert page.troubles == []
