"""A company comes in: Ann invites Bob, makes a role by pointing, and takes access away again."""

import re

import pytest
from playwright.sync_api import expect

from tests.core.test_picture import png
from tests.journeys.looking import at_every_size

pytestmark = pytest.mark.journey
WITH_CARDS = True
DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 44">
<style>.w{fill:#1d3f8f}</style>
<path class="w" d="M4 38 22 6l18 32z"/>
<path style="fill:#5b8def" d="M28 38 42 14l14 24z"/>
<text x="64" y="31" font-family="sans-serif" font-size="25" font-weight="700" fill="#1d3f8f">Fjord
</text></svg>"""


def test_ann_invites_bob_hides_a_field_from_him_and_ends_his_access(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/settings/people")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Name", exact=True).fill("Bob Berg")
    page.get_by_label("E-mail", exact=True).fill("bob@example.com")
    page.locator("#person-role").select_option("service")
    at_every_size(page, "person-new")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    at_every_size(page, "person-invited")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Bob Berg", exact=True)).to_be_visible()
    expect(page.locator(".people")).to_contain_text("invited")

    bob = open_page()
    bob.goto("/" + link.split("/", 3)[3])
    bob.get_by_label("Password").first.fill("correct horse battery")
    bob.keyboard.press("Enter")
    bob.locator("nav.side").wait_for()
    bob.goto("/contacts")
    bob.locator("tbody a").first.click()
    expect(bob.locator("#record")).to_contain_text("Birthday")
    assert bob.goto("/settings/people").status == 403

    page.goto("/settings/roles")
    at_every_size(page, "roles")
    page.get_by_role("link", name="Service", exact=True).click()
    part = page.locator("details", has=page.locator('[name="contacts.view"]'))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label("Birthday").select_option("hidden")
    at_every_size(page, "role")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Service")).to_contain_text(
        "changed by you"
    )

    bob.goto("/contacts")
    bob.locator("tbody a").first.click()
    expect(bob.locator("#record")).to_be_visible()
    expect(bob.locator("#record")).not_to_contain_text("Birthday")

    page.goto("/settings/people")
    page.get_by_role("button", name="End the access of Bob Berg").click()
    expect(page.locator("k-toast").last).to_contain_text("Bob Berg is out")
    expect(page.locator(".people")).to_contain_text("no access")
    at_every_size(page, "people")
    bob.goto("/contacts")
    expect(bob.get_by_label("Password")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".people")).not_to_contain_text("no access")


def test_ann_asks_who_sees_a_card_shares_it_and_hands_over_what_is_hers(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/settings/people/new")
    page.get_by_label("Name", exact=True).fill("Cyd Dahl")
    page.get_by_label("E-mail", exact=True).fill("cyd@example.com")
    page.locator("#person-role").select_option("sales")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Link", exact=True)).to_be_visible()

    page.goto("/contacts")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Who sees this?").click()
    seen = page.locator("#seen")
    expect(seen).to_contain_text("The role “Administrator” sees all contacts.")
    seen.get_by_label("With", exact=True).select_option(label="Cyd Dahl")
    seen.get_by_label("They may", exact=True).select_option("true")
    at_every_size(page, "seen")
    seen.get_by_role("button", name="Share").click()
    expect(seen).to_contain_text("may change it")
    seen.get_by_role("button", name="End Cyd Dahl").click()
    expect(seen).not_to_contain_text("may change it")
    page.keyboard.press("Escape")
    page.keyboard.press("z")  # the last act, which closed it
    expect(page.locator("k-toast").last).to_contain_text("Undone: Sharing of")
    page.goto(page.url.split("?")[0] + "/history")
    expect(page.locator(".change-aside").first).to_have_text("Opened to Cyd Dahl, may edit")
    expect(page.get_by_text("Closed to Cyd Dahl again").first).to_be_visible()
    at_every_size(page, "history-shares")

    page.goto("/settings/people")
    page.get_by_role("button", name="Hand over what is Ann Lie’s").click()
    expect(page.locator("#hand")).to_contain_text("Contacts")
    page.get_by_label("To", exact=True).select_option(label="Cyd Dahl")
    at_every_size(page, "hand")
    page.locator("#hand").get_by_role("button", name="Hand over").click()
    expect(page.locator("k-toast").last).to_contain_text("Handed over")
    page.keyboard.press("z")
    expect(page.locator("k-toast").last).to_contain_text("Undone")


def test_the_security_log_tells_who_came_in(open_page, ann):
    page = open_page(state=ann)
    page.goto("/settings/security")
    expect(page.locator(".log")).to_contain_text("signed in")
    at_every_size(page, "security-log")


def test_ann_brings_a_logo_and_a_colour_and_everybody_sees_them(open_page, ann):
    page = open_page(state=ann)
    page.goto("/settings/company#look")
    look = page.locator("form#look")
    evil = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    file = {"name": "../../logo.svg", "mimeType": "image/svg+xml", "buffer": evil.encode()}
    look.get_by_label("Logo", exact=True).set_input_files(file)
    look.get_by_role("button", name="Save").click()
    expect(look).to_contain_text("This SVG holds more than a drawing: onload.")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()  # the other groups still stand
    at_every_size(page, "company-logo-refused", [390])
    page.troubles.clear()  # looking closely puts styles of its own into the page

    look.get_by_label("Logo", exact=True).set_input_files({**file, "buffer": DRAWN.encode()})
    look.get_by_label("Blue").check()
    look.get_by_role("button", name="Save").click()
    expect(page.locator("k-toast").last).to_contain_text("2 changes saved")
    logo = page.locator("nav.side .logo-picture")
    expect(logo).to_be_visible()
    assert logo.evaluate("one => one.naturalWidth") > 0
    assert page.troubles == [] and page.outside == []
    at_every_size(page, "company-look")
    drawn = logo.get_attribute("src")
    stranger = open_page()
    stranger.goto("/sign-in")
    expect(stranger.locator(".public-top .logo-picture")).to_be_visible()
    at_every_size(stranger, "sign-in-logo", [1440, 390])
    assert stranger.goto(drawn).status == 200  # as a page of its own: inert
    expect(stranger.locator("svg")).to_be_attached()

    page.goto("/settings/company#look")
    look.get_by_label("Logo", exact=True).set_input_files({**file, "buffer": png(600, 160)})
    look.get_by_role("button", name="Save").click()
    expect(logo).not_to_have_attribute("src", drawn)
    look.get_by_label("Take the logo away").check()
    look.get_by_role("button", name="Save").click()
    expect(page.locator("nav.side .logo-name")).to_have_text("Kartotek")


def sides(page):
    """Of a printed sheet, in points."""
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return tuple(round(float(one)) for one in box.groups())


def test_ann_says_when_the_company_works(open_page, ann):
    page = open_page(state=ann)
    page.goto("/settings/company")
    assert sides(page) == (595, 842)  # A4, as Norway prints
    page.get_by_role("link", name="Language and region").click()
    region = page.locator("form#region")
    expect(region.get_by_role("heading")).to_be_in_viewport()
    region.get_by_label("A week begins on").select_option("6")
    region.get_by_label("Paper").select_option("Letter")
    region.get_by_label("Others").fill("eur, sek")
    region.get_by_label("हिन्दी").uncheck()
    region.get_by_role("button", name="Save").click()
    time = page.locator("form#time")
    expect(time.get_by_role("textbox").first).to_have_accessible_name("Sunday")
    expect(region.get_by_label("Others")).to_have_value("EUR, SEK")
    assert sides(page) == (612, 792)
    at_every_size(page, "company-region")
    page.troubles.clear()  # looking closely puts styles of its own into the page

    time.get_by_label("Wednesday").fill("8-12, 12.30-17")
    time.get_by_label("Friday").fill("8-26")
    time.get_by_role("button", name="Save").click()
    expect(time).to_contain_text("Friday: “8-26” is no span of hours.")
    expect(time.get_by_label("Wednesday")).to_have_value("8-12, 12.30-17")
    time.get_by_label("Friday").fill("8-14")
    time.get_by_label("Further holidays").fill("24.12. Christmas Eve")
    time.get_by_role("button", name="Save").click()
    expect(time.get_by_label("Friday")).to_have_value("08:00–14:00")
    expect(time).to_contain_text("Dec 24 Christmas Eve; Dec 25")
    time.scroll_into_view_if_needed()
    at_every_size(page, "company-time")
