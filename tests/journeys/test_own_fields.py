"""A field of one's own: added from the list, and there wherever a field can be."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import settle
from tests.journeys.looking import at_every_size
from tests.journeys.test_importing import drop

pytestmark = pytest.mark.journey
PEOPLE = "Name,Loyalty number\nOla Nordmann,A-17\nKari Vik,B-2\nPer Dal,\n"


def add_field(page: Page, label: str, kind: str = "Text", choices: str = "") -> None:
    """From the columns menu of the list that stands there."""
    settle(page)
    page.locator("details.columns summary").click()
    page.get_by_role("button", name="Add a field…").click()
    panel = page.locator("#panel")
    expect(panel.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(label)
    panel.get_by_label("Kind of value").select_option(label=kind)
    if choices:
        panel.get_by_label("Choices").fill(choices)
    panel.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text(f"Field “{label}” added")
    expect(panel).to_be_hidden()


def test_a_field_is_added_and_is_in_list_page_form_filter_and_history(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    drop(page, "Name\nSomebody Else\n", "else.csv")
    page.goto("/contacts")
    add_field(page, "Loyalty number")
    drop(page, PEOPLE)
    expect(page.get_by_label(re.compile("Loyalty number")).first).to_have_value("x_loyalty_number")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Import 3 rows")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: people.csv")
    page.goto("/contacts?sort=x_loyalty_number")
    expect(page.get_by_role("columnheader", name="Loyalty number")).to_be_visible()
    titles = page.locator("#list tbody tr .col-title a")
    expect(titles.first).to_have_text("Ola Nordmann")
    page.get_by_role("link", name="Ola Nordmann").click()
    page.locator("k-record").get_by_role("button", name=re.compile("Loyalty number")).click()
    expect(page.locator(".cell-form input:not([type=hidden])")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Z-99")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Loyalty number saved")
    page.goto(page.url + "/history")
    expect(page.locator("main")).to_contain_text("Loyalty number")
    expect(page.locator("main")).to_contain_text("Z-99")
    page.goto("/contacts?f=x_loyalty_number:is:Z-99")
    expect(titles).to_have_count(1)
    assert page.troubles == []


def test_fields_are_renamed_moved_hidden_and_taken_back(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    add_field(page, "Tier", "One of several choices", "Gold\nSilver")
    page.goto("/settings/fields")
    page.get_by_role("navigation", name="Kinds of records").get_by_role(
        "link", name="Contacts"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fields")
    names = page.locator(".fitted-name")
    first = names.nth(1).inner_text()
    page.get_by_role("button", name=f"Move {first} down").click()
    expect(names.nth(2)).to_have_text(first)
    page.keyboard.press("z")
    expect(names.nth(1)).to_have_text(first)
    page.get_by_role("button", name="Hide Tier").click()
    expect(page.locator(".fitted", has_text="Tier")).to_contain_text("hidden")
    page.get_by_role("button", name="Show Tier").click()
    expect(page.locator(".fitted", has_text="Tier")).not_to_contain_text("hidden")
    page.get_by_role("button", name="Tier", exact=True).click()
    panel = page.locator("#panel")
    expect(panel.get_by_label("Choices")).to_have_value("Gold\nSilver")
    panel.get_by_label("Choices").fill("gold: Golden\nSilver\nBronze")
    panel.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").last).to_contain_text("Field “Tier” changed")
    page.goto("/contacts/new")
    page.locator("details.more summary").click()
    expect(page.get_by_label("Tier")).to_contain_text("Golden")
    page.goto("/settings/fields/contacts")
    page.get_by_role("button", name="Remove Tier").click()
    expect(page.locator(".fitted", has_text="Tier")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(".fitted", has_text="Tier")).to_have_count(1)
    assert page.troubles == []


def test_the_fields_and_their_form_look_right_at_every_size(open_page, ann):
    page = open_page(state=ann)
    page.goto("/settings/fields/contacts")
    at_every_size(page, "fields")
    page.get_by_role("button", name="Add a field").click()
    panel = page.locator("#panel")
    panel.get_by_label("Kind of value").select_option("choice")
    panel.get_by_label("Name", exact=True).fill("Phones")
    panel.get_by_label("Choices").fill("One\nTwo")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".error")).to_contain_text("have a field")
    at_every_size(page, "field-form")


def test_a_column_nobody_knows_gets_a_field_and_a_private_one_is_masked(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    rows = "".join(f"Person {n},12{n}-45-678{n},Size {n}\n" for n in range(4))
    drop(page, f"Name,SSN,Shoe size\n{rows}", "private.csv")
    for column in ("SSN", "Shoe size"):
        page.get_by_label(f"“{column}” goes to").select_option(label="New field…")
        panel = page.locator("#panel")
        expect(panel.get_by_label("Name", exact=True)).to_have_value(column)
        panel.get_by_role("button", name="Save").click()
        expect(panel).to_be_hidden()
    expect(page.get_by_label("“SSN” goes to")).to_have_value("x_ssn")
    expect(page.get_by_label("“Shoe size” goes to")).to_have_value("x_shoe_size")
    page.get_by_role("button", name="See what would come of it").click()
    page.get_by_role("button", name="Import 4 rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported: private.csv")
    page.goto("/contacts?q=person")
    expect(page.locator("#list")).to_contain_text("Size 2")
    assert "45-678" not in page.content()
    page.get_by_role("link", name="Person 2").click()
    expect(page.locator("k-record .masked")).to_contain_text("••••82")
    assert "45-678" not in page.content()
    page.get_by_role("button", name="Show SSN").click()
    expect(page.locator("k-record")).to_contain_text("122-45-6782")
    assert page.troubles == []


def test_several_choices_a_link_and_a_decimal_are_filled_in_by_the_keyboard(open_page, ann):
    page = open_page(state=ann)
    page.goto("/companies/new")
    page.get_by_label("Name", exact=True).first.fill("Fjord AS")
    page.get_by_role("button", name="Save").first.click()
    page.goto("/contacts")
    drop(page, "Name\nSomebody Else\n", "else.csv")
    page.goto("/contacts")
    add_field(page, "Metals", "Several choices", "Gold\nTin\nLead")
    add_field(page, "Advised by", "Link: Company")
    add_field(page, "Weight", "Decimal number")
    page.goto("/contacts/new")
    page.get_by_label("Name", exact=True).first.fill("Ola Nordmann")
    page.locator("details.more summary").click()
    page.get_by_role("checkbox", name="Gold").check()
    page.get_by_role("checkbox", name="Lead").focus()
    page.keyboard.press("Space")
    page.get_by_label("Weight").fill("1,234.5")
    page.get_by_role("combobox", name="Advised by").fill("Fjord AS")
    options = page.get_by_role("listbox", name="Advised by").get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    at_every_size(page, "kinds-form")
    settle(page)
    page.get_by_label("Weight").press("Control+Enter")
    page.locator(".toast").last.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ola Nordmann")
    record = page.locator("k-record")
    for text in ("1,234.5", "Fjord AS", "Gold", "Lead"):
        expect(record).to_contain_text(text)
    record.get_by_role("button", name="Edit Metals").click()
    expect(page.get_by_role("checkbox", name="Gold")).to_be_focused()
    look_at = page.locator(".cell-form")
    expect(look_at).to_contain_text("Tin")
    at_every_size(page, "kinds-edit")
    page.get_by_role("checkbox", name="Tin").check()
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Metals saved")
    expect(record).to_contain_text("Tin")
    page.keyboard.press("z")
    expect(record.locator(".tag", has_text="Tin")).to_have_count(0)
    assert page.troubles == []
