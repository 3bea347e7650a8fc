"""Ann sets up the company, and everybody sets up what is their own."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey


def test_ann_sets_up_the_company(open_page, ann):
    page = open_page(state=ann)
    page.goto("/contacts")
    page.get_by_role("link", name="Settings").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Company")
    at_every_size(page, "company")
    page.get_by_label("Name", exact=True).fill("")
    page.locator("#company").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.locator("#company")).to_contain_text("Type the name of your company")
    at_every_size(page, "company-refused")
    page.troubles.clear()  # looking closely puts styles of its own into the page
    page.get_by_label("Name", exact=True).fill("Fjord & Fjell AS")
    page.get_by_label("Postal address").fill("Kaien 1\n5003 Bergen")
    page.locator("#company").get_by_role("button", name="Save").click()
    expect(page.locator("k-toast").last).to_contain_text("2 changes saved")
    expect(page).to_have_title("Company · Fjord & Fjell AS")
    page.get_by_label("Time zone").select_option("Europe/Riga")
    page.locator("#region").get_by_role("button", name="Save").click()
    expect(page.locator("k-toast").last).to_contain_text("1 change saved")
    page.goto("/settings/security")
    expect(page.locator(".log-line").nth(1)).to_contain_text("Panel & Co → Fjord & Fjell AS")
    assert page.troubles == [] and page.outside == []


def test_bob_sets_what_is_his_own(house, open_page, ann):
    told = house.command("user", "add", "Bob Berg", "bob@example.com", "--role", "read_only")
    page = open_page()
    page.goto("/" + told.split("/", 3)[3].split()[0])
    page.get_by_label("Password").first.fill("correct horse battery")
    page.keyboard.press("Enter")
    page.locator("nav.side").wait_for()

    page.keyboard.press("Control+k")
    page.keyboard.type("your set")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your settings")
    at_every_size(page, "me")
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    at_every_size(page, "me-refused")
    page.troubles.clear()  # looking closely puts styles of its own into the page

    page.get_by_label("Name", exact=True).fill("Robert Berg")
    page.get_by_role("button", name="Add").first.click()
    page.locator("[name^='phones.'][name$='.text']").last.fill("91 23 45 67")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".side-name")).to_have_text("Robert Berg")
    expect(page.locator("[name^='phones.'][name$='.text']").first).to_have_value("91 23 45 67")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".side-name")).to_have_text("Bob Berg")

    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("radio", name="Dense").check()
    page.get_by_role("group", name="Letter keys").get_by_role("radio", name="Off").check()
    page.get_by_role("button", name="Switch light / dark").first.click()
    expect(page.get_by_role("radio", name="Light")).to_be_checked()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-density", "dense")
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("summary.me").click()
    page.get_by_role("link", name="Your settings").last.click()
    expect(page.get_by_role("radio", name="Light")).to_be_checked()
    assert page.troubles == [] and page.outside == []


def test_ann_writes_dates_her_way_and_puts_letter_keys_off(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/settings/me")
    form = page.locator("form#me")
    form.get_by_label("Dates").select_option("24.11.2026")
    form.get_by_label("Numbers").select_option("comma")
    form.get_by_label("Clock").select_option("14:30")
    form.get_by_label("Letter keys").select_option("Off")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    expect(form.get_by_label("Dates")).to_have_value("dot")
    at_every_size(page, "me-formats")

    page.goto("/contacts")
    page.locator("tbody a").first.wait_for()
    page.locator("h1").click()
    for key in ("n", "?", "/", "j"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("tr[data-cur]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto("/keys")
    page.get_by_role("link", name="Off in your settings").click()
    expect(form.get_by_label("Letter keys")).to_have_value("true")
    page.goto("/members")
    page.locator("tbody").get_by_role("link", name="Ann Lie", exact=True).click()
    written = re.compile(r"\d\d\.\d\d\.20\d\d, \d\d:\d\d:\d\d$")
    expect(page.locator("#record time[title]").first).to_have_attribute("title", written)
    at_every_size(page, "member-formats", [1440, 390])
