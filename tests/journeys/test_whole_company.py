"""A whole company in three browsers: Ann decides, Bob and Cyd work on one customer."""

import json
import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to, look, settle
from tests.journeys.looking import at_every_size
from tests.journeys.test_second_step import holds_passkeys

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"
CUSTOMER = "Kari Holm"


def add(page: Page, plural: str, **values: str) -> None:
    page.goto(f"/{plural}")
    page.keyboard.press("n")
    for name, value in values.items():
        page.locator(f"#panel [name='{name}']").fill(value)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel[open]")).to_have_count(0)
    settle(page)


def invite(page: Page, name: str, role: str, department: str) -> str:
    """The link that Ann hands over."""
    page.goto("/settings/people/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail", exact=True).fill(f"{name.split()[0].lower()}@example.com")
    page.locator("#person-role").select_option(role)
    page.locator("#person-department").select_option(department)
    page.keyboard.press("Control+Enter")
    link = page.get_by_label("Link", exact=True)
    expect(link).to_be_visible()
    return "/" + link.input_value().split("/", 3)[3]


def come_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile("/contacts"))


def field(page: Page, label: str, value: str) -> None:
    """Change a field of the open record, as far as sending it."""
    fold = page.locator("details.empties:not([open]) summary")
    if page.get_by_role("button", name=f"Edit {label}").count() == 0 and fold.count():
        fold.click()
    page.get_by_role("button", name=f"Edit {label}").click()
    page.locator(
        "#record .cell-form :is(input:not([type]), input[type=text], input[type=tel])"
    ).last.fill(value)


def send(page: Page) -> None:
    """Send the field and wait for the answer: who is second is second."""
    with page.expect_response(lambda one: one.request.method == "POST" and "/field/" in one.url):
        page.keyboard.press("Enter")
    settle(page)


@pytest.fixture(scope="module")
def company(open_page, ann):
    """Departments, roles and people, as Ann sets them up; her page, and everybody's link."""
    page = open_page(state=ann)
    add(page, "departments", name="Sales")
    add(page, "departments", name="Service")
    add(page, "departments", name="Elsewhere")
    people = {
        "Bob Berg": ("sales", "Sales"), "Cyd Dahl": ("service", "Service"),
        "Dan Elv": ("sales", "Elsewhere"),
    }  # fmt: skip
    return page, {name.split()[0]: invite(page, name, *place) for name, place in people.items()}


@pytest.fixture(scope="module")
def pages(company, open_page):
    """Ann at her desk, Bob on a phone, Cyd at hers; Dan has left a customer of his behind."""
    ann, links = company
    dan = open_page()
    come_in(dan, links["Dan"])
    add(dan, "contacts", name="Sven Secret")
    dan.context.close()
    bob, cyd = open_page(390, touch=True), open_page()
    holds_passkeys(bob)
    come_in(bob, links["Bob"])
    come_in(cyd, links["Cyd"])
    return ann, bob, cyd


def test_bob_signs_in_by_a_passkey_and_sees_his_departments_customers_alone(pages):
    _ann, bob, _cyd = pages
    bob.goto("/settings/me/access/steps")
    bob.get_by_role("button", name="Add").tap()
    kept = bob.get_by_role("link", name="I have kept them")
    kept.tap()
    expect(kept).to_have_count(0)  # the page that follows is here, and no longer on its way
    settle(bob)
    bob.context.clear_cookies()
    bob.goto("/sign-in")
    bob.get_by_role("button", name="Sign in with a passkey").tap()
    bob.wait_for_url("**/contacts")
    add(bob, "contacts", name=CUSTOMER)
    bob.goto("/contacts")
    expect(bob.get_by_role("link", name=CUSTOMER, exact=True)).to_be_visible()
    expect(bob.get_by_text("Sven Secret")).to_have_count(0)
    bob.goto("/contacts?q=sven")
    expect(bob.get_by_text("Sven Secret")).to_have_count(0)
    look(bob, "company-bob")


def test_why_bob_sees_it_is_said_in_a_sentence(pages):
    ann, _bob, _cyd = pages
    go_to(ann, "contacts", CUSTOMER)
    ann.get_by_role("button", name="Who sees this?").click()
    seen = ann.locator("#seen")
    expect(seen).to_contain_text("Bob Berg")
    look(ann, "company-seen")
    told = seen.locator("li", has_text="Bob Berg").inner_text()
    assert "Sales" in told or "own" in told.lower(), told
    seen.get_by_label("With", exact=True).select_option(label="Cyd Dahl")
    seen.get_by_label("They may", exact=True).select_option("true")
    seen.get_by_role("button", name="Share").click()
    expect(seen).to_contain_text("may change it")
    ann.keyboard.press("Escape")


def test_a_birthday_hidden_from_sales_is_gone_for_bob(pages):
    ann, bob, _cyd = pages
    go_to(bob, "contacts", CUSTOMER)
    uid = bob.url.split("/contacts/")[1].split("?")[0]
    assert "birthday" in bob.request.get(f"/api/v1/contacts/{uid}").text()
    ann.goto("/settings/roles/sales")
    part = ann.locator("details", has=ann.locator('[name="contacts.view"]'))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label("Birthday").select_option("hidden")
    ann.get_by_role("button", name="Save").click()
    changed = ann.get_by_role("listitem").filter(has_text="changed by you")
    expect(changed).to_contain_text("Sales")
    for path in (
        "/contacts", f"/contacts/{uid}", f"/contacts/{uid}/history", "/contacts/new",
        "/api/v1/contacts", f"/api/v1/contacts/{uid}", f"/api/v1/contacts/{uid}/history",
    ):  # fmt: skip
        answer = bob.request.get(path)
        assert answer.ok and "birthday" not in answer.text().lower(), path
    for asked in ("birthday=2000-01-01", "sort=birthday"):
        assert bob.request.get(f"/api/v1/contacts?{asked}").status in (400, 422), asked


def test_bob_and_cyd_change_one_customer_and_lose_nothing(pages):
    ann, bob, cyd = pages
    go_to(ann, "contacts", CUSTOMER)
    for page in (bob, cyd):
        go_to(page, "contacts", CUSTOMER)
    field(bob, "Job title", "Buyer")
    field(cyd, "First name", "Kari")
    send(bob)
    send(cyd)
    expect(ann.locator("#record .facts")).to_contain_text(["Buyer"])  # without loading again
    field(bob, "Phone", "+47 912 34 567")
    field(cyd, "Phone", "+47 998 76 543")
    send(bob)
    send(cyd)
    for page in (bob, cyd):
        page.reload()
        for text in ("Buyer", "912 34 567", "998 76 543"):
            expect(page.locator("#record")).to_contain_text(text)
    field(bob, "Job title", "Head of buying")
    field(cyd, "Job title", "Purchaser")
    send(bob)
    send(cyd)
    dialog = cyd.locator("dialog.conflict")
    for text in ("Buyer", "Head of buying", "Purchaser"):
        expect(dialog).to_contain_text(text)
    at_every_size(cyd, "company-conflict", (1440, 390))
    cyd.get_by_role("button", name="Use mine").click()
    expect(ann.locator("#record .facts")).to_contain_text(["Purchaser"])


def test_whose_access_ends_is_out_within_a_second_everywhere(pages, house):
    ann, bob, _cyd = pages
    secret = house.command("token", "add", "Bob's till", "--as", "bob@example.com").split()[-1]
    secret = re.search(r"kartotek_\S+", secret).group()
    bearer = {"Authorization": f"Bearer {secret}"}
    go_to(bob, "contacts", CUSTOMER)
    assert ann.request.get("/api/v1/contacts", headers={**bearer, "Cookie": ""}).ok
    ann.goto("/settings/people")
    ann.get_by_role("button", name="End the access of Bob Berg").click()
    expect(ann.locator("k-toast").last).to_contain_text("Bob Berg is out")
    time.sleep(1)
    for path in ("/contacts", "/live?watch=contacts", "/api/v1/contacts", "/settings/me"):
        answer = bob.request.get(path, max_redirects=0, headers={"HX-Request": "true"})
        assert answer.status in (302, 401), path
    refused = ann.request.get("/api/v1/contacts", headers={**bearer, "Cookie": ""})
    assert refused.status == 401 and json.loads(refused.text())["status"] == 401
    expect(bob.get_by_role("heading", level=1)).to_contain_text("You are signed out")
    look(bob, "company-out")
    bob.goto("/sign-in")
    bob.get_by_role("button", name="Sign in with a passkey").tap()
    expect(bob.get_by_text("not accepted")).to_be_visible()


def test_ann_hands_his_customers_to_cyd_and_takes_it_back(pages):
    ann, _bob, cyd = pages
    ann.goto("/settings/people")
    ann.get_by_role("button", name="Hand over what is Bob Berg’s").click()
    ann.get_by_label("To", exact=True).select_option(label="Cyd Dahl")
    ann.locator("#hand").get_by_role("button", name="Hand over").click()
    expect(ann.locator("k-toast").last).to_contain_text("Handed over")
    go_to(cyd, "contacts", CUSTOMER)
    expect(cyd.locator("#record")).to_contain_text("Cyd Dahl")
    ann.keyboard.press("z")
    expect(ann.locator("k-toast").last).to_contain_text("Undone")
    cyd.reload()
    expect(cyd.locator("#record")).to_contain_text("Bob Berg")
    assert [*ann.troubles, *cyd.troubles] == []
