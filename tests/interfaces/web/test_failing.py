"""What a person sees where no page answered, and that a fault of ours stays calm."""

import pytest
from django.test import Client, RequestFactory

from kartotek.interfaces.web import failing, listing
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in


def test_an_address_without_a_page_is_told_in_the_frame_to_who_is_signed_in(ann):
    page = signed_in(ann).get("/a/b/c/d")
    assert page.status_code == 404
    assert "There is no page at this address." in page.content.decode()
    assert '<nav class="side"' in page.content.decode()


def test_a_stranger_at_such_an_address_sees_nothing_of_the_house(db):
    page = Client().get("/a/b/c/d")
    assert page.status_code == 404
    assert "There is no page at this address." in page.content.decode()
    assert '<nav class="side"' not in page.content.decode()


@pytest.fixture
def broken(ann, monkeypatch):
    """A browser whose lists fail with a fault of ours."""
    monkeypatch.setattr(listing, "listing", lambda *_given: 1 / 0)
    return signed_in(ann, raise_request_exception=False)


def test_a_fault_of_ours_is_a_calm_page(broken):
    page = broken.get("/companies")
    assert page.status_code == 500
    assert "What was saved before is safe." in page.content.decode()
    assert "ZeroDivisionError" not in page.content.decode()


def test_a_fault_in_a_piece_of_a_page_is_a_toast_on_it(broken):
    toast = broken.get("/companies", **PIECE)
    assert toast.status_code == 500
    assert toast["HX-Retarget"] == "#toasts"
    assert "<html" not in toast.content.decode()


def test_the_page_of_a_fault_asks_no_database(django_db_blocker):
    with django_db_blocker.block():
        page = failing.server_error(RequestFactory().get("/companies"))
    assert page.status_code == 500


def test_a_name_that_the_house_does_not_answer_to_is_told_so(db):
    page = Client().get("/sign-in", headers={"host": "elsewhere.example"})
    assert page.status_code == 400
    assert "Kartotek does not answer to this address." in page.content.decode()


def test_the_api_is_told_of_a_fault_as_data(db):
    answer = failing.server_error(RequestFactory().get("/api/v1/companies"))
    assert "json" in answer["Content-Type"]
    assert answer.status_code == 500
