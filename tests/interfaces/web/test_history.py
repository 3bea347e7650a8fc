"""The changes of a record, and the way back."""

import re

import pytest

from kartotek.core.find import find_one
from kartotek.core.write import write
from tests.web_client import signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def company(ann):
    uid = write(ann, "companies", None, {"name": "First"}).uid
    write(ann, "companies", uid, {"name": "Second"})
    write(ann, "companies", uid, {"name": "Third"})
    return uid


def test_each_change_tells_who_and_from_what_to_what(ann, company):
    html = signed_in(ann).get(f"/companies/{company}/history").content.decode()
    assert "<b>Ann</b>" in html
    assert "<del>First</del>" in html
    assert "<ins>Second</ins>" in html


def test_an_earlier_version_comes_back_with_undo(ann, company):
    url = f"/companies/{company}/versions/1/restore"
    answer = signed_in(ann).post(url, headers=HTMX)
    assert find_one(ann, "companies", company)["name"] == "First"
    assert "/undo/" in answer.content.decode()


def test_the_version_of_now_changes_nothing(ann, company):
    url = f"/companies/{company}/versions/3/restore"
    assert "/undo/" not in signed_in(ann).post(url, headers=HTMX).content.decode()


def test_the_newest_version_offers_no_way_back_to_itself(ann, company):
    html = signed_in(ann).get(f"/companies/{company}/history").content.decode()
    assert re.findall(r"/versions/(\d+)/restore", html) == ["2", "1"]


def test_older_changes_come_page_by_page(ann, company):
    for number in range(25):
        write(ann, "companies", company, {"employees": number})
    client = signed_in(ann)
    html = client.get(f"/companies/{company}/history").content.decode()
    older = re.search(r'hx-get="(/companies/[^"]+tab=changes[^"]+)"', html).group(1)
    assert "<ins>Second</ins>" not in html
    assert "<ins>Second</ins>" in client.get(older.replace("&amp;", "&")).content.decode()


def test_a_role_that_reads_no_history_has_no_such_page(ann, company, world):
    answer = signed_in(world.eve).get(f"/companies/{company}/history")
    assert answer.status_code in (403, 404)


def test_restoring_by_a_link_is_refused(ann, company):
    assert signed_in(ann).get(f"/companies/{company}/versions/1/restore").status_code == 405


def test_it_says_through_what_a_change_came(ann, company):
    write(ann.because("hand_over"), "companies", company, {"name": "Fjord Pharma"})
    write(ann.because("weather"), "companies", company, {"name": "Fjord"})
    html = signed_in(ann).get(f"/companies/{company}/history").content.decode()
    assert re.findall(r'class="cause">([^<]+)<', html) == ["weather", "handed over"]
