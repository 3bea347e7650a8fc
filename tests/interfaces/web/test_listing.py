"""The list: what its address asks for, what it shows, what it refuses."""

import re
from html import unescape

import pytest

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from tests.interfaces.web.reading import PIECE, titles
from tests.web_client import signed_in


@pytest.fixture
def browser(ann):
    return signed_in(ann)


@pytest.fixture
def three(ann):
    for name, status, phone in [
        ("Fjord AS", "customer", "+47 55 51 23 45"),
        ("Aurora SIA", "lead", ""),
        ("Quartz Ltda", "customer", ""),
    ]:
        write(ann, "companies", None, {"name": name, "lifecycle": status, "phones": phone})


def test_a_list_shows_titles_and_dials_phones(browser, three):
    page = browser.get("/companies")
    assert titles(page) == ["Aurora SIA", "Fjord AS", "Quartz Ltda"]
    assert 'href="tel:+4755512345"' in page.content.decode()


def test_the_sort_of_the_address_is_told_by_the_header(browser, three):
    page = browser.get("/companies?sort=-name")
    assert titles(page) == ["Quartz Ltda", "Fjord AS", "Aurora SIA"]
    assert 'aria-sort="descending"' in page.content.decode()


def test_chips_words_and_filters_narrow_the_list(browser, three):
    assert titles(browser.get("/companies?lifecycle=lead")) == ["Aurora SIA"]
    assert titles(browser.get("/companies?q=fjo")) == ["Fjord AS"]
    assert titles(browser.get("/companies?f=phones:not_empty&lifecycle=customer")) == ["Fjord AS"]


def test_mine_are_the_records_i_own(browser, world, three):
    write(world.bob, "companies", None, {"name": "Bobs"})
    assert "Bobs" not in titles(browser.get("/companies?owner=me"))
    assert len(titles(browser.get("/companies?owner=me"))) == 3


def test_a_filter_from_the_menu_becomes_part_of_the_address(browser, three):
    piece = browser.get("/companies?add=phones&add.op=empty&add.now=1", **PIECE)
    assert piece["HX-Replace-Url"] == "/companies?f=phones:empty"
    assert titles(piece) == ["Aurora SIA", "Quartz Ltda"]


def test_the_columns_of_the_address_are_shown_after_the_title(browser, three):
    text = browser.get("/companies?cols=website,tags").content.decode()
    head = re.search(r"<thead>.*</thead>", text, re.DOTALL)
    assert head is not None
    assert re.findall(r'class="col-([a-z]+)', head[0]) == ["title", "url", "tags"]


@pytest.mark.parametrize("query", ["nosuch=1", "sort=nosuch", "cols=nosuch", "f=nosuch:is:1"])
def test_an_unknown_name_in_the_address_is_refused_with_its_name(browser, query):
    page = browser.get(f"/companies?{query}")
    assert page.status_code == 422
    assert "nosuch" in page.content.decode()


@pytest.mark.parametrize("query", ["f=name", "f=name:near:x", "after=abc", "lifecycle=nosuch"])
def test_a_damaged_address_is_refused_calmly(browser, query):
    page = browser.get(f"/companies?{query}")
    assert page.status_code == 422
    assert "Traceback" not in page.content.decode()


def test_the_next_page_goes_on_where_the_first_ended(browser, ann):
    for number in range(53):
        write(ann, "companies", None, {"name": f"Firm {number:02}"})
    first = browser.get("/companies")
    more = re.search(r'class="more" hx-get="([^"]+)"', first.content.decode())
    assert more is not None
    rest = browser.get(unescape(more[1]), **PIECE)
    assert titles(first)[-1:] + titles(rest) == ["Firm 49", "Firm 50", "Firm 51", "Firm 52"]
    assert "<html" not in rest.content.decode()


def test_an_empty_list_says_how_to_fill_it_and_a_filter_how_to_leave_it(browser):
    assert "Add the first company" in browser.get("/companies").content.decode()
    assert "Clear the filter" in browser.get("/companies?q=nobody").content.decode()


def test_chosen_rows_are_removed_and_undone_as_one_act(browser, ann, three):
    uids = [str(row.uid) for row in find(ann, "companies")][:2]
    toast = browser.post("/companies/remove", {"uid": uids}, **PIECE)
    assert len(find(ann, "companies")) == 1
    undo = re.search(r'hx-post="(/undo/[^"]+)"', toast.content.decode())
    assert undo is not None
    browser.post(undo[1], **PIECE)
    assert len(find(ann, "companies")) == 3


def test_rows_that_may_not_be_removed_stay_and_the_toast_says_why(world):
    own = write(world.bob, "companies", None, {"name": "Bobs"})
    other = write(world.ann, "companies", None, {"name": "Anns"})
    uids = [str(own.uid), str(other.uid)]
    text = signed_in(world.bob).post("/companies/remove", {"uid": uids}, **PIECE).content.decode()
    assert "Removed 1 row." in text
    assert "toast-note" in text
    assert [row.title for row in find(world.ann, "companies")] == ["Anns"]


def test_a_list_without_the_right_to_see_it_is_not_open(world):
    browser = signed_in(world.eve)
    assert browser.get("/companies").status_code == 403
    assert browser.get("/companies", **PIECE)["HX-Retarget"] == "#toasts"


def test_no_integer_id_stands_on_the_list(browser, ann, three):
    write(system("test"), "companies", None, {"name": "Far"})
    text = browser.get("/companies").content.decode()
    assert len(re.findall(r'data-uid="[0-9a-f-]{36}"', text)) == 4
    assert not re.search(r'(data-id|value|id)="\d+"', text)


def test_a_cell_is_editable_only_for_those_who_may(world, three):
    editable = 'class="cell"'
    assert editable in signed_in(world.ann).get("/companies").content.decode()
    assert editable not in signed_in(world.reader).get("/companies").content.decode()


def test_the_trash_shows_what_was_removed_and_where_it_comes_back(browser, ann, three):
    row = find(ann, "companies").rows[0]
    browser.post("/companies/remove", {"uid": [str(row.uid)]}, **PIECE)
    page = browser.get("/trash")
    assert titles(page) == [row.title]
    assert f"/companies/{row.uid}/restore" in page.content.decode()
    assert len(find(ann, "companies", Question(removed=True))) == 1


def test_the_menu_of_columns_sends_them_in_their_order_past_those_of_the_address(browser, three):
    piece = browser.get("/companies?cols=website,tags&col=&col=owner&col=website", **PIECE)
    assert piece["HX-Replace-Url"] == "/companies?cols=owner,website"
    menu = re.search(r"<k-columns.*</k-columns>", piece.content.decode(), re.DOTALL)
    assert menu is not None
    assert re.findall(r'value="(\w+)" checked', menu[0]) == ["owner", "website"]


def test_without_a_column_chosen_the_usual_ones_stand_there(browser, three):
    piece = browser.get("/companies?cols=website&col=", **PIECE)
    assert piece["HX-Replace-Url"] == "/companies"
