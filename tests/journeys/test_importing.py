"""A file dropped on a list: columns, what would come of it, the receipt, all of it taken back."""

import re
from base64 import b64encode
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import look, settle
from tests.journeys.dropping import CSV, DRAG, DROP, DROP_ZIP
from tests.journeys.looking import at_every_size, faults

pytestmark = pytest.mark.journey
PEOPLE = (
    "Name;Job title;E-mail;Phone;Company name;Shoe size\n"
    + "".join(
        f"Person {n:02};Buyer;person{n}@example.com;+47 22 00 00 {n:02};Fjord;{40 + n % 5}\n"
        for n in range(12)
    )
    + "Zoe Broken;Chair;zoe at example;+47 22 00 00 99;Fjord;39\n"
)


def drop(page: Page, text: str = PEOPLE, name: str = "people.csv") -> None:
    """Let a file fall on the page as it stands."""
    settle(page)
    page.evaluate(DROP, [name, text, CSV])
    page.wait_for_url(re.compile("/import/"))
    expect(page.locator(".columns-list")).to_be_visible()


def figure(page: Page, label: str):
    return page.locator(".figure", has=page.get_by_text(label, exact=True)).locator("dd")


def test_a_dropped_file_is_imported_with_two_presses_and_taken_back(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    expect(page.locator(".empty")).to_contain_text("Or drop a file here")
    drop(page)
    page.evaluate("window.presses = 0")
    page.keyboard.press("Enter")  # the button that goes on has the focus
    expect(figure(page, "new")).to_have_text("12")
    expect(page.locator(".mend-rows")).to_contain_text("Line 14")
    go = page.get_by_role("button", name="Import 12 rows")
    expect(go).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: people.csv")
    expect(figure(page, "new")).to_have_text("12")
    expect(figure(page, "broken")).to_have_text("1")
    page.get_by_role("link", name="Show all contacts").click()
    expect(page.get_by_role("link", name="Person 00", exact=True)).to_be_visible()
    settle(page)  # the keys act once the scripts of the page have come
    page.keyboard.press("Control+k")
    page.keyboard.type("person 07")
    expect(page.locator("#palette-list .result-line").first).to_have_text("+47 22 00 00 07")
    page.keyboard.press("Escape")
    page.go_back()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back: people.csv")
    page.goto("/contacts")
    expect(page.locator(".empty")).to_contain_text("No contacts yet")
    assert page.troubles == []
    assert page.outside == []


def test_the_rows_that_failed_are_mended_and_dropped_again(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    drop(page, "Name;E-mail\nZoe;zoe at example\n", "one.csv")
    page.keyboard.press("Enter")
    expect(page.locator(".banner-note")).to_contain_text("nothing to import")
    page.get_by_role("link", name="Change the columns").click()
    page.get_by_label("“E-mail” goes to").select_option("")
    page.get_by_role("button", name="See what would come of it").click()
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: one.csv")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back: one.csv")


def test_broken_rows_are_mended_in_place_with_the_keyboard(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    drop(page, PEOPLE + "Yan Worse;Chair;yan@;+47 1;Fjord;39\n", "two.csv")
    page.keyboard.press("Enter")
    expect(figure(page, "broken")).to_have_text("2")
    first = page.get_by_role("form", name="Line 14").get_by_label("E-mail")
    first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("zoe@example.com")
    page.keyboard.press("Enter")
    expect(page.locator("#row-14 .mend-state")).to_have_text("mended: will be new")
    expect(first).to_be_focused()
    second = page.get_by_role("form", name="Line 15").get_by_label("E-mail")
    second.fill("yan@example.com")
    at_every_size(page, "import-mending")
    page.get_by_role("button", name="Import 13 rows").click()  # it waits for the row one left
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: two.csv")
    expect(figure(page, "new")).to_have_text("14")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back: two.csv")
    assert page.troubles == []


def test_a_zip_of_several_files_is_imported_from_one_page(open_page, ann):
    page = open_page(state=ann)
    page.goto("/import")
    settle(page)
    packed = BytesIO()
    with ZipFile(packed, "w") as file:
        file.writestr("Contact.csv", "Id,AccountId,FirstName,LastName,Birthdate\n"
                      "0030000000000A1,0010000000000A1,Ola,Nordmann,04/05/1980\n")  # fmt: skip
        file.writestr("Account.csv", "Id,Name,BillingCity,Phone\n0010000000000A1,Fjord,Oslo,1\n")
        file.writestr("Opportunity.csv", "Name,StageName,CloseDate,Probability\nB,Won,,90\n")
        file.writestr("logo.png", b"\x89PNG")
    page.route("**/import/*", lambda route: None if "hx-request" in route.request.headers
               else route.continue_())  # fmt: skip
    page.evaluate(DROP_ZIP, ["WE_00D.zip", b64encode(packed.getvalue()).decode(), CSV])
    page.wait_for_url(re.compile("/import/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Unpacking WE_00D.zip")
    at_every_size(page, "pack-unpacking", widths=[1440, 320])
    page.unroute("**/import/*")
    page.reload()
    expect(page.locator(".is-pack .import-line")).to_have_count(3)
    at_every_size(page, "pack")
    page.get_by_role("link", name="Contact.csv").click()
    expect(page.locator(".column-dates")).to_contain_text("two ways")
    at_every_size(page, "pack-columns")
    page.get_by_role("link", name="All files of the archive").click()
    page.get_by_role("button", name="See what would come of all of it").click()
    expect(page.get_by_role("button", name="Import 2 rows")).to_be_visible()
    at_every_size(page, "pack-checked")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator(".state-done")).to_have_count(2)
    expect(page.get_by_role("button", name="Undo all of it")).to_be_visible()
    page.get_by_role("link", name="Opportunity.csv").click()
    expect(page.get_by_role("button", name="Let go of the file")).to_be_visible()
    at_every_size(page, "pack-kept")
    page.goto("/contacts")
    drop(page, "Name;Job title;E-mail\nNordmann Ola;Buyer;on@example.com\n", "again.csv")
    page.get_by_role("button", name="See what would come of it").click()
    expect(figure(page, "duplicate")).to_have_text("1")
    at_every_size(page, "import-duplicates")
    page.get_by_label("What to do with").select_option("update")
    page.get_by_role("button", name="Apply and look through again").click()
    expect(figure(page, "update")).to_have_text("1")
    page.goto("/import")
    at_every_size(page, "imports-kept")
    page.get_by_role("link", name="WE_00D.zip").click()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator(".state-undone")).to_have_count(2)
    assert page.troubles == []


@pytest.mark.either
def test_every_state_of_an_import_at_every_size(open_page, ann):
    page = open_page(state=ann)
    page.goto("/import")
    at_every_size(page, "imports-before")
    page.goto("/contacts")
    settle(page)
    at_every_size(page, "list-empty-drop")
    page.evaluate(DRAG, ["people.csv", PEOPLE, CSV])
    expect(page.locator(".drop-sheet")).to_be_visible()
    at_every_size(page, "drop-offer")
    drop(page)
    at_every_size(page, "import-columns")
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_role("button", name="Import 12 rows")).to_be_visible()
    at_every_size(page, "import-checked")
    page.get_by_role("button", name="Import 12 rows").click()
    expect(page.get_by_role("button", name="Undo all of it")).to_be_visible()
    at_every_size(page, "import-done")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken back")
    at_every_size(page, "import-undone")
    page.goto("/import")
    drop(page, "a;b\n1;2\n", "puzzle.csv")
    at_every_size(page, "import-unknown")
    page.goto("/import")
    at_every_size(page, "imports")
    page.locator(".paste summary").click()
    page.get_by_label("Rows, with the names").fill("only a header")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".banner-wrong")).to_be_visible()
    expect(page.get_by_label("Rows, with the names")).to_have_value("only a header")
    at_every_size(page, "imports-refused")


def test_what_to_do_with_one_that_is_here_is_folded_away_on_a_phone(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    drop(page)
    rule = page.get_by_role("combobox", name="“Job title” where the record is here already")
    expect(rule).to_be_visible()  # where there is room nothing is folded
    page.set_viewport_size({"width": 320, "height": 844})
    expect(rule).to_be_hidden()
    page.get_by_label("“Job title” goes to").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rule).to_be_visible()
    page.keyboard.press("Tab")
    expect(rule).to_be_focused()
    rule.select_option("skip")
    at_every_size(page, "import-columns-rule")
    page.get_by_role("button", name="See what would come of it").click()
    page.get_by_role("link", name="Change the columns").click()
    page.set_viewport_size({"width": 320, "height": 844})
    expect(rule).to_have_value("skip")
    expect(rule).to_be_visible()  # what was chosen is not hidden


def test_an_upload_goes_on_after_a_cut_and_says_what_is_refused(open_page, ann):
    page = open_page(state=ann)
    page.goto("/import")
    settle(page)
    cuts = []

    def cut(route):
        cuts.append(route.request.url)
        route.abort() if len(cuts) == 1 else route.continue_()

    page.route(re.compile(r"/upload/.*offset="), cut)
    drop(page)
    assert len(cuts) == 2
    page.goto("/import")
    page.route("**/upload", lambda route: route.fulfill(
        status=422, body='{"message": "The disk is full."}',
        content_type="application/json"))  # fmt: skip
    settle(page)
    page.evaluate(DROP, ["people.csv", PEOPLE, CSV])
    expect(page.locator(".drop-sheet [data-error]")).to_have_text("The disk is full.")
    at_every_size(page, "drop-refused")


def test_an_import_under_a_finger(open_page, ann, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    page = open_page(390, touch=True, state=ann)
    page.goto("/import")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="See what would come of it").tap()
    page.get_by_role("button", name="Import 12 rows").tap()
    expect(page.get_by_role("button", name="Undo all of it")).to_be_visible()
    assert faults(page) == []
    look(page, "import-touch")
    page.get_by_role("button", name="Undo all of it").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken back")


def test_an_import_without_javascript(chromium, house, ann, tmp_path):
    file = tmp_path / "plain.csv"
    file.write_text("Name;E-mail\nOla;ola@example.com\n", encoding="utf-8")
    context = chromium.new_context(
        java_script_enabled=False, base_url=house.address, storage_state=ann
    )
    page = context.new_page()
    page.goto("/import?type=contacts")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("button", name="See what would come of it").click()
    again(page, "Import 1 row")
    page.get_by_role("button", name="Import 1 row").click()
    again(page, "Undo all of it")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back: plain.csv")
    context.close()


def again(page: Page, button: str) -> None:
    """Press "Look again" until the work is done."""
    for _ in range(60):
        if page.get_by_role("button", name=button).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.content())


def test_a_big_import_tells_how_far_it_is_and_is_taken_back_in_the_background(open_page, ann):
    page = open_page(state=ann)
    page.goto("/companies")
    drop(page, "Name\n" + "".join(f"Heap {n:04}\n" for n in range(3000)), "many.csv")
    page.route("**/import/*", lambda route: None if "hx-request" in route.request.headers
               else route.continue_())  # fmt: skip
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Looking through many.csv")
    at_every_size(page, "import-working")
    page.unroute("**/import/*")
    page.reload()
    expect(page.get_by_role("button", name="Import 3,000 rows")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Import 3,000 rows").click()
    page.goto("/keys")  # it goes on when the page is left
    page.goto("/import")
    page.get_by_role("link", name="many.csv").click()
    expect(page.get_by_role("button", name="Undo all of it")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator("k-toast").last).to_contain_text("background")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Taken back: many.csv", timeout=60_000
    )
