"""Every kind of customers' field on every way in and out: API, files, list, form, bulk, filter."""

import re
from decimal import Decimal

import pytest

from kartotek.core.catalogue import catalogue
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.interfaces.api.openapi.document import document
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.web.bringing.files_room import Brought
from tests.interfaces.api.calling import problem, send
from tests.interfaces.files.test_exporting import TABLES, taken
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CHOICES = [{"key": "gold", "label": "Gold"}, {"key": "tin", "label": "Tin"}]
KINDS = {
    "decimal": ("x_own_decimal", "1234.5", 1234.5),
    "several": ("x_own_several", ["gold", "tin"], ["gold", "tin"]),
    "phone": ("x_own_phone", "+47 22 00 11 22", "+47 22 00 11 22"),
    "email": ("x_own_email", "ola@example.com", "ola@example.com"),
    "url": ("x_own_url", "https://fjord.no/a", "https://fjord.no/a"),
}


@pytest.fixture
def fjord(ann):
    """A company; contacts have a field of each kind, one leads to companies."""
    for kind in (*KINDS, "link:companies"):
        values = {
            "on": "contacts",
            "label": f"Own {kind.split(':')[0]}",
            "kind": kind,
            "in_list": True,
        }
        more = {"choices": CHOICES} if kind == "several" else {}
        write(ann, "customfields", None, {**values, **more})
    return write(ann, "companies", None, {"name": "Fjord"}).uid


@pytest.fixture
def ola(ann, fjord):
    values = {name: sent for name, sent, _plain in KINDS.values()}
    return write(ann, "contacts", None, {"name": "Ola", "x_own_link": str(fjord), **values}).uid


@pytest.fixture
def browser(ann):
    return signed_in(ann, headers=HTMX)


def test_the_api_reads_writes_and_describes_each(ann, fjord, browser):
    sent = {name: value for name, value, _plain in KINDS.values()}
    answer = send(browser, "POST", "/contacts", {"name": "Ola", "x_own_link": str(fjord), **sent})
    assert answer.status_code == 201
    row = send(browser, "GET", f"/contacts/{answer.json()['uid']}").json()
    assert {name: row[name] for name in sent} == {name: out for name, _in, out in KINDS.values()}
    assert row["x_own_link"] == {"uid": str(fjord), "type": "companies", "title": "Fjord"}
    told = str(document(ann)["components"]["schemas"])
    assert all(f"'{name}'" in told for name in [*sent, "x_own_link"]) and "'gold', 'tin'" in told


@pytest.mark.parametrize(("name", "wrong"), [
    ("x_own_decimal", "many"), ("x_own_several", ["lead"]), ("x_own_email", "ola"),
    ("x_own_url", "no address"),
    ("x_own_link", "019aa2c4-8f00-7000-8000-000000000001"),
])  # fmt: skip
def test_the_api_names_the_field_that_does_not_parse(fjord, browser, name, wrong):
    answer = send(browser, "POST", "/contacts", {"name": "Ola", name: wrong})
    assert [one["field"] for one in problem(answer, 422)["errors"]] == [name]


@pytest.mark.parametrize("asked", [
    "x_own_decimal:after:1000", "x_own_several:is:tin", "x_own_phone:is:%2B4722001122",
    "x_own_email:is:OLA@example.com", "x_own_url:is:https://fjord.no/a",
])  # fmt: skip
def test_list_and_api_filter_by_each(ola, browser, asked):
    for path in (f"/contacts?f={asked}", f"/api/v1/contacts?f={asked}"):
        assert "Ola" in browser.get(path).content.decode(), path


def test_the_list_shows_each_as_what_it_is(ola, fjord, browser):
    text = browser.get("/contacts").content.decode()
    assert "1,234.5" in text and "tel:+4722001122" in text and "mailto:ola@example.com" in text
    assert f"/companies/{fjord}" in text and len(re.findall(r'class="tag p[01]"', text)) >= 2


def test_each_is_edited_on_the_page(ann, ola, fjord, browser):
    sent = {
        "x_own_decimal": "7.25",
        "x_own_several": ["", "tin"],
        "x_own_phone": "112",
        "x_own_email": "a@b.no",
    }
    for name, value in sent.items():
        version = str(find_one(ann, "contacts", ola).version)
        form = browser.get(f"/contacts/{ola}/field/{name}?edit=1").content.decode()
        assert f'name="{name}"' in form
        there = f"/contacts/{ola}/field/{name}"
        assert browser.post(there, {name: value, "version": version}).status_code == 200
    row = find_one(ann, "contacts", ola)
    assert [row[name] for name in ("x_own_several", "x_own_phone", "x_own_email")] == [
        ("tin",),
        "112",
        "a@b.no",
    ]
    assert str(row["x_own_decimal"]) == "7.25"
    assert (
        "x_own_link.text"
        in browser.get(f"/contacts/{ola}/field/x_own_link?edit=1").content.decode()
    )


def test_several_choices_are_boxes_those_taken_checked(ola, browser):
    form = browser.get(f"/contacts/{ola}/field/x_own_several?edit=1").content.decode()
    assert len(re.findall(r'type="checkbox"[^>]*name="x_own_several"[^>]*checked', form)) == 2


def test_choices_are_added_to_and_taken_from_many_at_once(ann, ola, browser):
    sent = {"uid": [str(ola)], "field": "x_own_several", "told": 1}
    browser.post("/contacts/bulk", {**sent, "value": ["", "tin"], "how": "take"})
    assert find_one(ann, "contacts", ola)["x_own_several"] == ("gold",)
    browser.post("/contacts/bulk", {**sent, "value": ["", "tin"], "how": "add"})
    assert find_one(ann, "contacts", ola)["x_own_several"] == ("gold", "tin")


@pytest.mark.parametrize("kind", TABLES)
def test_each_goes_out_and_comes_back_the_same(ann, ola, tmp_path, kind):
    before = dict(find_one(ann, "contacts", ola).values)
    path, _receipt = taken(ann, "contacts", kind, tmp_path)
    names = [*(name for name, _in, _out in KINDS.values()), "x_own_link"]
    write(ann, "contacts", ola, dict.fromkeys(names))
    receipt = import_file(ann, path, Plan("contacts"))
    assert (receipt.updated, receipt.failed) == (1, 0)
    after = dict(find_one(ann, "contacts", ola).values)
    assert {name: after[name] for name in names} == {name: before[name] for name in names}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("language", ["pt-br", "lv", "hi"])
def test_three_places_are_never_read_as_thousands(ann, ola, tmp_path, language, kind):
    settle_in("Fjord", "NO", language, "Europe/Oslo")
    write(ann, "contacts", ola, {"x_own_decimal": Decimal("1.234")})
    path, _receipt = taken(ann, "contacts", kind, tmp_path)
    write(ann, "contacts", ola, {"x_own_decimal": None})
    import_file(ann, path, Plan("contacts"))
    assert find_one(ann, "contacts", ola)["x_own_decimal"] == Decimal("1.234")


def test_an_import_reads_each_by_its_label_and_a_link_by_its_title(ann, fjord, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "name,Own decimal,Own several,Own email,Own link\n"
        'Ola,"1,234.5",Gold;Tin,ola@example.com,Fjord\n'
    )
    receipt = import_file(ann, path, Plan("contacts"))
    assert (receipt.created, receipt.failed) == (1, 0)
    row = find(
        ann, "contacts", Question(columns=("x_own_decimal", "x_own_several", "x_own_link"))
    ).rows[0]
    assert (str(row["x_own_decimal"]), row["x_own_several"]) == ("1234.5", ("gold", "tin"))
    assert row["x_own_link"].title == "Fjord"


@pytest.mark.parametrize(("samples", "kind"), [
    (("12", "12.5"), "decimal"), (("12", "7"), "number"), (("a@b.no",), "email"),
    (("+47 22 00 11 22", "0171 555 12"), "phone"), (("012345",), "text"), (("x",), "text"),
])  # fmt: skip
def test_a_new_field_for_a_column_is_offered_the_kind_its_samples_look_like(samples, kind):
    assert Brought(0, "Column", samples, "", "").guess == kind


def test_the_form_of_a_new_field_offers_links_to_the_types_of_the_menu(ann, browser):
    text = browser.get("/settings/fields/contacts/new").content.decode()
    kinds = [key for key, _label in catalogue()["customfields"].fields["kind"].choices]
    assert 'value="link:companies"' in text and "link:notes" not in kinds
