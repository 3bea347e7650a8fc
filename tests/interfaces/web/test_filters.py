"""The "Filter" menu: which comparisons and which input each sort of field gets, and its chip."""

import re
from html import unescape

import pytest

from kartotek.core.write import write
from tests.interfaces.web.reading import PIECE, titles
from tests.web_client import signed_in


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def fjord(ann):
    """The company for which Ola works; Kari works elsewhere, Per nowhere."""
    made = write(ann, "companies", None, {"name": "Fjord AS"}).uid
    other = write(ann, "companies", None, {"name": "Aurora SIA"}).uid
    write(ann, "contacts", None, {"name": "Ola", "company": made, "birthday": "1980-02-29"})
    write(ann, "contacts", None, {"name": "Kari", "company": other, "phones": "+47 912 34 567"})
    write(ann, "contacts", None, {"name": "Per", "do_not_call": True})
    return made


def menu(browser, name, key="contacts"):
    """What the menu shows once a field is chosen: its comparisons, and the rest as HTML."""
    text = browser.get(f"/{key}/adding?add={name}", **PIECE).content.decode()
    chosen = re.search(r'name="add\.op">(.*?)</select>', text, re.DOTALL)
    assert chosen is not None
    return re.findall(r'value="([^"]*)"', chosen[1]), text


def added(browser, key="contacts", **sent):
    given = {f"add.{name}".replace("_", "."): value for name, value in sent.items()}
    field = given.pop("add.field")
    return browser.get(f"/{key}", {"add": field, "add.now": "1", **given}, **PIECE)


def chips(response):
    """What the chips of the filters say."""
    text = response.content.decode()
    return re.findall(r'<span class="chip on"><span class="cut">([^<]*)<', text)


@pytest.mark.parametrize(("name", "operators"), [
    ("company", ["is", "is_not", "empty", "not_empty"]),
    ("owner", ["is", "is_not", "empty", "not_empty"]),
    ("department", ["is", "is_not", "empty", "not_empty"]),
    ("name", ["is", "is_not", "starts"]),
    ("job_title", ["is", "is_not", "starts", "empty", "not_empty"]),
    ("birthday", ["is", "is_not", "before", "after", "yearly", "empty", "not_empty"]),
    ("changed_at", ["before", "after", "empty", "not_empty"]),
    ("phones", ["is", "empty", "not_empty"]),
    ("lifecycle", ["is", "is_not", "empty", "not_empty"]),
    ("do_not_call", ["is"]),
])  # fmt: skip
def test_each_sort_of_field_is_offered_the_comparisons_that_fit_it(browser, name, operators):
    assert menu(browser, name)[0] == operators


@pytest.mark.parametrize(("name", "expected"), [
    ("company", 'data-url="/companies/options"'),
    ("owner", 'data-url="/members/options"'),
    ("department", 'data-url="/departments/options"'),
    ("birthday", 'type="date"'),
    ("changed_at", 'type="date"'),
    ("phones", 'type="tel"'),
    ("lifecycle", '<option value="customer">Customer</option>'),
    ("do_not_call", '<option value="true">Yes</option>'),
])  # fmt: skip
def test_each_sort_of_field_has_an_input_of_its_kind(browser, name, expected):
    assert expected in menu(browser, name)[1]


def test_what_can_only_be_empty_or_not_has_no_input(browser):
    operators, text = menu(browser, "remember")
    assert operators == ["empty", "not_empty"]
    assert "add.value" not in text


def test_a_record_that_was_chosen_narrows_the_list_and_its_chip_has_its_title(browser, fjord):
    piece = added(browser, field="company", op="is", value=str(fjord), value_text="Fjord AS")
    assert titles(piece) == ["Ola"]
    assert chips(piece) == ["Company is Fjord AS"]
    assert piece["HX-Replace-Url"] == f"/contacts?f=company:is:{fjord}"
    assert piece["HX-Trigger"] == "k:filtered"
    assert chips(browser.get(piece["HX-Replace-Url"])) == ["Company is Fjord AS"]


def test_a_record_named_in_full_need_not_be_picked(browser, fjord):
    assert titles(added(browser, field="company", op="is_not", value_text="fjord as")) == [
        "Kari", "Per",
    ]  # fmt: skip


def test_words_that_name_no_record_are_refused_with_what_to_do(browser, fjord):
    refused = added(browser, field="company", op="is", value_text="Nobody Ltd")
    assert refused.status_code == 422
    assert "There is no “Nobody Ltd”" in unescape(refused.content.decode())


@pytest.mark.parametrize(("sent", "found", "chip"), [
    ({"field": "birthday", "op": "before", "value": "28.2.1981"}, ["Ola"],
     "Birthday is before Feb 28, 1981"),
    ({"field": "phones", "op": "is", "value": "+47 91 23 45 67"}, ["Kari"],
     "Phone is +4791234567"),
    ({"field": "do_not_call", "op": "is", "value": "true"}, ["Per"], "Do not call is Yes"),
    ({"field": "company", "op": "empty"}, ["Per"], "Company is empty"),
])  # fmt: skip
def test_a_value_is_taken_as_it_is_typed_and_told_as_it_is_read(browser, fjord, sent, found, chip):
    piece = added(browser, **sent)
    assert titles(piece) == found
    assert chips(piece) == [chip]


def test_a_filter_without_its_value_asks_for_it(browser, fjord):
    refused = added(browser, field="birthday", op="before", value="")
    assert refused.status_code == 422
    assert "Say first what “Birthday” is compared with." in refused.content.decode()


def test_a_half_made_filter_does_not_act_when_something_else_is_pressed(browser, fjord):
    page = browser.get("/contacts?add=company&add.op=empty&add.value=&owner=me")
    assert page.status_code == 200
    assert chips(page) == []


def test_a_hidden_or_unknown_field_is_refused_alike(browser):
    assert browser.get("/contacts/adding?add=nosuch", **PIECE).status_code == 422
    assert added(browser, field="nosuch", op="is", value="x").status_code == 422
