"""The page of one record: what it shows, to whom, and what it never shows."""

import re
from dataclasses import replace

import pytest

from kartotek.core.catalogue import the_type
from kartotek.core.find import find_one
from kartotek.core.gathering import reachable
from kartotek.core.remove import remove
from kartotek.core.write import write
from tests.web_client import signed_in


@pytest.fixture
def company(ann):
    values = {"name": "Fjord Pharma", "phones": "+47 55 51 23 45", "emails": "post@fjord.example"}
    return write(ann, "companies", None, {**values, "remember": "Prefers mornings."}).uid


def test_the_page_shows_the_name_and_offers_to_call_and_write(ann, company):
    html = signed_in(ann).get(f"/companies/{company}").content.decode()
    assert "<h1>Fjord Pharma</h1>" in html
    assert 'href="tel:+4755512345"' in html
    assert 'href="mailto:post@fjord.example"' in html


def test_a_long_text_outside_the_form_has_a_card_of_its_own(ann, company):
    html = signed_in(ann).get(f"/companies/{company}").content.decode()
    assert re.search(r"<section class=\"card box\"><h2>.*?Remember</h2>", html, re.S)
    assert "Prefers mornings." in html


def test_related_records_stand_beside_it_with_a_way_to_add_one(ann, company):
    write(ann, "contacts", None, {"name": "Ola Patel", "company": str(company)})
    html = signed_in(ann).get(f"/companies/{company}").content.decode()
    assert "Ola Patel" in html
    assert f'hx-get="/contacts/new?company={company}"' in html


def test_parts_stand_beside_it(ann, company):
    jobs = [{"company": str(company), "role": "Buyer"}]
    contact = write(ann, "contacts", None, {"name": "Ola", "jobs": jobs}).uid
    html = signed_in(ann).get(f"/contacts/{contact}").content.decode()
    assert "Buyer" in html


def test_no_integer_id_stands_in_the_page(ann, company):
    for _number in range(9):
        write(ann, "companies", None, {"name": "Filler"})
    last = write(ann, "companies", None, {"name": "Last"}).uid
    raw = reachable(ann, the_type("companies"), last, "view")
    html = signed_in(ann).get(f"/companies/{last}").content.decode()
    assert not re.search(rf'(value|id|href|data-[a-z]+)="[^"]*\b{raw.id}\b[^"]*"', html)


def test_a_record_out_of_reach_is_not_there(bob, company):
    assert signed_in(bob).get(f"/companies/{company}").status_code == 404


def test_a_reader_sees_no_editors(world, company):
    html = signed_in(world.reader).get(f"/companies/{company}").content.decode()
    assert "value-edit" not in html
    assert "/remove" not in html


def test_a_removed_record_offers_to_come_back_and_nothing_else(ann, company):
    remove(ann, "companies", company)
    html = signed_in(ann).get(f"/companies/{company}").content.decode()
    assert f'hx-post="/companies/{company}/restore"' in html
    assert "value-edit" not in html


def test_peek_shows_the_most_needed(ann, company):
    html = signed_in(ann).get(f"/companies/{company}/peek").content.decode()
    assert 'href="tel:+4755512345"' in html
    assert "<html" not in html


def test_a_note_is_written_into_the_timeline_once(ann, company):
    client = signed_in(ann)
    form = {"kind": "notes", "text": "Called about panels", "key": "one-note"}
    first = client.post(f"/companies/{company}/timeline", form, headers={"HX-Request": "true"})
    client.post(f"/companies/{company}/timeline", form, headers={"HX-Request": "true"})
    html = client.get(f"/companies/{company}/timeline").content.decode()
    assert first["HX-Trigger"] == "k:changed"
    assert html.count("Called about panels") == 1


def test_an_empty_note_says_what_to_do_and_keeps_the_form(ann, company):
    form = {"kind": "notes", "text": ""}
    answer = signed_in(ann).post(f"/companies/{company}/timeline", form)
    assert answer.status_code == 422
    assert 'aria-describedby="composer-error"' in answer.content.decode()


def test_what_is_typed_is_shown_as_text_and_never_as_markup(ann):
    uid = write(ann, "companies", None, {"name": "<b>Bold</b>", "remember": "<img src=x>"}).uid
    html = signed_in(ann).get(f"/companies/{uid}").content.decode()
    assert "<b>Bold" not in html
    assert "<img" not in html


def test_removal_goes_back_to_the_list_with_undo(ann, company):
    answer = signed_in(ann).post(f"/companies/{company}/remove", headers={"HX-Request": "true"})
    assert "/undo/" in answer.content.decode()
    assert '"/companies"' in answer["HX-Trigger"]
    assert find_one(ann, "companies", company).removed


def test_restoring_brings_it_back(ann, company):
    remove(ann, "companies", company)
    signed_in(ann).post(f"/companies/{company}/restore", headers={"HX-Request": "true"})
    assert not find_one(ann, "companies", company).removed


def test_removal_by_a_link_is_refused(ann, company):
    assert signed_in(ann).get(f"/companies/{company}/remove").status_code == 405


def test_a_hidden_field_is_nowhere_on_the_page(ann, company, monkeypatch):
    hidden = {"companies": frozenset({"phones"})}
    blind = replace(ann, rights=replace(ann.rights, hidden=hidden))
    monkeypatch.setattr("kartotek.people.middleware.actor_of_session", lambda _session: (1, blind))
    html = signed_in(ann).get(f"/companies/{company}").content.decode()
    assert "55 51 23 45" not in html
