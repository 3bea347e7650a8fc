"""Somebody mistypes, follows a damaged link, is too late: what the screen says and keeps."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import axe, fits, look, settle
from tests.journeys.looking import faults

pytestmark = [pytest.mark.journey, pytest.mark.either]
SCREENS = [(1440, False), (1440, True), (390, False), (390, True)]


def screen(width: int, dark: bool) -> str:
    return f"{width}-{'dark' if dark else 'light'}"


def seen(page: Page, name: str) -> None:
    """The page as it stands is fit for everybody, and its picture is kept."""
    fits(page)
    axe(page)
    look(page, name)
    assert faults(page) == []


def add(page: Page, name: str) -> str:
    """A contact by the quick way; the path of its page."""
    page.goto("/contacts")
    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Control+Enter")
    toast = page.locator("k-toast").last
    expect(toast).to_contain_text(name)
    return toast.get_by_role("link", name="Open").get_attribute("href")


def names(page: Page) -> list[str]:
    page.goto("/contacts")
    return page.locator("tr[data-uid] th a").all_inner_texts()


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_a_wrong_mail_in_a_new_contact_is_marked_and_kept(open_page, ann, width, dark):
    page = open_page(width, dark=dark, touch=width < 500, state=ann)
    before = names(page)
    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Kari Nes")
    page.locator("#panel details.more summary").click()
    mail = page.locator("#panel [name='emails.+0.address']")
    mail.fill("kari@nowhere")
    page.locator("#panel [name=name]").focus()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#panel .error")).to_have_text(
        "“kari@nowhere” is no e-mail address. Write it like ola@example.com."
    )
    expect(mail).to_be_focused()
    expect(mail).to_have_value("kari@nowhere")
    expect(mail).to_have_attribute("aria-invalid", "true")
    expect(mail).to_be_in_viewport()
    expect(page.locator("#panel [name=name]")).to_have_value("Kari Nes")
    seen(page, f"bad-create-{screen(width, dark)}")
    assert names(page) == before

    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel .error")).to_contain_text("Fill this in")
    expect(page.locator("#panel details.more")).not_to_have_attribute("open", "")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    seen(page, f"bad-empty-{screen(width, dark)}")
    page.keyboard.press("Escape")
    assert page.troubles == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_a_field_that_does_not_parse_says_so_and_escape_puts_it_back(open_page, ann, width, dark):
    page = open_page(width, dark=dark, touch=width < 500, state=ann)
    page.goto(add(page, f"Edit {screen(width, dark)}"))
    page.get_by_role("button", name="Edit E-mail").click()
    first = page.locator("[name='emails.+0.address']")
    expect(first).to_be_focused()
    first.fill("ola@example.com")
    page.get_by_role("button", name="Add another").click()
    second = page.locator("[name='emails.+add1.address']")
    expect(second).to_be_focused()
    page.keyboard.type("ola at example.com")
    page.keyboard.press("Control+Enter")
    expect(page.locator("k-field .error")).to_contain_text("is no e-mail address")
    wrong = page.locator("[aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("ola at example.com")
    expect(first).to_have_value("ola@example.com")
    seen(page, f"bad-edit-{screen(width, dark)}")
    page.keyboard.press("Escape")
    expect(page.locator("k-field.is-edited")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit E-mail")).to_be_focused()
    page.reload()
    expect(page.locator("#record")).not_to_contain_text("example.com")
    assert page.troubles == []


def test_a_cell_of_a_list_says_what_is_wrong_with_it(open_page, ann):
    page = open_page(state=ann)
    page.goto("/companies")
    page.keyboard.press("n")
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Fjord Pharma")
    page.keyboard.press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("Fjord Pharma")
    page.goto("/companies?cols=employees,industry")
    page.locator("td.col-number .cell").first.click()
    expect(page.locator("[name=employees]")).to_be_focused()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    expect(page.locator("td .error")).to_have_text(
        "“many” is not a whole number. Write it like 1234."
    )
    expect(page.locator("[name=employees]")).to_be_focused()
    seen(page, "bad-cell-1440-light")
    page.keyboard.press("Escape")
    expect(page.locator("td .cell-form")).to_have_count(0)
    expect(page.locator("td.col-number .cell").first).to_be_focused()
    assert page.troubles == []


def test_a_day_that_is_no_day_is_not_taken_for_none(open_page, ann):
    page = open_page(state=ann)
    page.goto(add(page, "Birthday"))
    page.locator("details.empties summary").click()
    page.get_by_role("button", name="Edit Birthday").click()
    page.locator("[name=birthday]").fill("1980-02-29")
    page.keyboard.press("Enter")
    expect(page.locator("k-toast").last).to_contain_text("Birthday saved")
    page.get_by_role("button", name="Edit Birthday").click()
    expect(page.locator("[name=birthday]")).to_be_focused()
    page.keyboard.type("02311980")  # the 31st of February
    page.keyboard.press("Enter")
    expect(page.locator("k-field .error")).to_have_text(
        "There is no such day. Complete it, or clear it."
    )
    expect(page.locator("[name=birthday]")).to_be_focused()
    seen(page, "bad-day-1440-light")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("#record")).to_contain_text("Feb 29, 1980")


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_a_damaged_address_of_a_list_is_a_page_to_go_on_from(open_page, ann, width, dark):
    page = open_page(width, dark=dark, touch=width < 500, state=ann)
    add(page, f"Listed {screen(width, dark)}")
    page.goto("/contacts?sort=name;drop%20table&f=name:is:x")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Contacts have no field “name;drop table”.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
    seen(page, f"bad-list-{screen(width, dark)}")
    page.get_by_role("link", name="Show all contacts").click()
    expect(page.locator("tr[data-uid]").first).to_be_visible()
    page.goto("/contacts?after=tampered")
    expect(page.get_by_role("alert")).to_contain_text("Start again from the first page.")
    page.locator("#filter [name=q]").fill(f"Listed {width}")  # it is still a list to be filtered
    expect(page.locator("tr[data-uid]").first).to_be_visible()
    settle(page)
    assert "tampered" not in page.url
    page.goto("/no/such/page/at/all")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    seen(page, f"bad-address-{screen(width, dark)}")


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_two_tabs_at_one_list_of_jobs_are_asked_and_lose_nothing(open_page, ann, width, dark):
    first = open_page(state=ann)
    second = open_page(width, dark=dark, touch=width < 500, state=ann)
    there = add(first, f"Jobs {screen(width, dark)}")
    first.goto(there)
    type_jobs(first, "Buyer")
    save_jobs(first)
    second.goto(there)
    type_jobs(second, "Head")
    type_jobs(first, "Chair", "Adviser")
    save_jobs(first)
    second.keyboard.press("Control+Enter")
    dialog = second.locator("dialog.conflict")
    expect(dialog).to_contain_text("Chair")
    expect(dialog).to_contain_text("Adviser")
    expect(dialog).to_contain_text("Head")
    seen(second, f"bad-conflict-{screen(width, dark)}")
    second.get_by_role("button", name="Use mine").click()
    expect(second.locator("k-toast").last).to_contain_text("Jobs saved")
    second.reload()
    expect(second.locator("#record ul.rows li")).to_have_text(["Head", "Adviser"])
    assert second.troubles == []


def type_jobs(page: Page, *roles: str) -> None:
    """Open the jobs and type the role of each; the cursor stays in the last."""
    page.get_by_role("button", name="Edit Jobs").click()
    for number, role in enumerate(roles):
        if number:
            page.get_by_role("button", name="Add another").click()
        page.locator("#record").get_by_label("Role").nth(number).fill(role)


def save_jobs(page: Page) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Control+Enter")
    expect(page.locator("k-toast").last).to_contain_text("Jobs saved")
    settle(page)
