"""What is refused is not done: new records, presses of a button, all said where one looks."""

import pytest

from kartotek.core.remove import remove
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.refused import NOBODYS, errors, field, focused, said, text_of
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ann, ola):
    client = signed_in(ann)
    client.get("/keys")  # who was here when is noted once
    return client


def test_a_new_record_with_wrong_fields_comes_back_with_all_of_them_marked(browser):
    form = {"name": "Kari", "birthday": "soon", "company.text": "Brand New", "emails.rows": "1",
            "emails.row": "+0", "emails.+0.address": "nobody", "phones.rows": "1",
            "phones.row": "+0", "phones.+0.text": "+47 22 00 00 02"}  # fmt: skip
    before = everything()
    answer = browser.post("/contacts/new", form, **PIECE)
    assert everything() == before  # nor is there a company that nobody saved
    assert answer.status_code == 422
    assert list(errors(answer)) == ["emails.+0.address", "birthday"]
    assert focused(answer) == ["emails.+0.address"]
    assert '<details class="more" open>' in text_of(answer)
    for typed in ("Kari", "soon", "Brand New", "nobody", "+47 22 00 00 02"):
        assert f'value="{typed}"' in text_of(answer)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": ""}, "Fill this in"),
        ({"name": "x" * 1_000_000}, "at most 200 fit"),
        ({"name": "x", "company.text": "y" * 1_000_000}, "at most 200 fit"),
        ({"name": "x", "key": "\x00"}, "printable letters"),
        ({"name": "x", "company.text": "y", "company.new": "{fjord}"}, "has this uid already"),
        ({"name": "x", "company": NOBODYS, "company.text": "y"}, "not there, or not open to you"),
    ],
)
def test_a_record_that_is_refused_is_not_made(form, says, browser, fjord):
    form = {name: value.format(fjord=fjord) for name, value in form.items()}
    before = everything()
    answer = browser.post("/contacts/new", form, **PIECE)
    assert everything() == before
    assert answer.status_code == 422
    assert any(says in one for one in said(answer))


@pytest.mark.parametrize("piece", [{}, PIECE], ids=["page", "piece"])
@pytest.mark.parametrize(
    "form", [{"name": "x" * 3_000_000}, {f"f{n}": "x" for n in range(1_500)}], ids=["big", "many"]
)
def test_a_form_that_is_too_much_says_so(form, piece, browser, ola):
    before = everything()
    answer = browser.post(field(ola, "name"), form, **piece)
    assert answer.status_code == 413
    assert "Send less at a time" in said(answer)[0]
    assert everything() == before


ACTS = [
    ("/contacts/remove", {}, 422, "Choose some rows first"),
    ("/contacts/remove", {"uid": ["junk", "\x00", NOBODYS]}, 422, "These rows are not known"),
    ("/contacts/remove", {"uid": [NOBODYS, NOBODYS[:-1] + "1"]}, 422, "Nothing was removed."),
    ("/contacts/remove", {"uid": [NOBODYS]}, 404, "There is no such contact"),
    ("/contacts/remove", {"all": "?nosuch=1"}, 422, "no field “nosuch”"),
    ("/contacts/bulk", {"uid": [NOBODYS], "field": "job_title"}, 422, "Nothing was changed."),
    ("/contacts/bulk", {"uid": [NOBODYS], "field": "nosuch"}, 422, "no field “nosuch”"),
    ("/contacts/views", {"name": "", "query": "q=x"}, 422, "Fill this in"),
    ("/contacts/views", {"name": "x" * 121, "query": "q=x"}, 422, "at most 120"),
    (f"/contacts/views/{NOBODYS}", {"do": "remove"}, 404, "There is no such saved view"),
    ("/contacts/{ola}/remove", {"key": "\x00"}, 422, "printable letters"),
    ("/contacts/{ola}/versions/0/restore", {}, 404, "There is no version 0 of this."),
    ("/contacts/{ola}/versions/99/restore", {}, 404, "There is no version 99 of this."),
    ("/contacts/{ola}/versions/" + "9" * 30 + "/restore", {}, 404, "There is no version 999"),
    ("/contacts/{ola}/timeline", {"kind": "nosuch", "text": "x"}, 404, "cannot be written here"),
    ("/contacts/{ola}/timeline", {"kind": "notes", "text": ""}, 422, "Fill this in"),
    ("/contacts/{ola}/timeline", {"kind": "notes", "text": "x" * 200_000}, 422, "at most 100000"),
    (f"/undo/{NOBODYS}", {}, 404, "There is nothing to undo here."),
]


@pytest.mark.parametrize(("path", "form", "status", "says"), ACTS)
def test_an_act_that_is_refused_changes_nothing(path, form, status, says, browser, ola):
    before = everything()
    answer = browser.post(path.format(ola=ola.uid), form, **PIECE)
    assert everything() == before
    assert answer.status_code == status
    assert any(says in one for one in said(answer))


def test_what_lies_in_the_trash_is_not_edited(browser, ann, ola):
    remove(ann, "contacts", ola.uid)
    answer = browser.post(field(ola, "name"), {"name": "x"}, **PIECE)
    assert answer.status_code == 422
    assert "Put it back first" in said(answer)[0]
