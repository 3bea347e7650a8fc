"""Adding a record: one form, one act, one undo."""

import re
from uuid import UUID

import pytest

from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.web_client import signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(ann):
    return signed_in(ann, headers=HTMX)


def names(actor, type_key):
    return [row.title for row in find(actor, type_key, Question())]


def sent(client, type_key, **values):
    html = client.get(f"/{type_key}/new").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
    return {**hidden, **values}


def test_the_form_asks_a_few_fields_and_has_the_rest_behind_a_fold(client):
    html = client.get("/contacts/new").content.decode()
    first, rest = html.split('<details class="more"')
    assert 'name="company.text"' in first
    assert 'name="birthday"' in rest
    assert "<html" not in html


def test_the_same_form_stands_on_a_page_of_its_own(ann):
    assert "<h1>New contact</h1>" in signed_in(ann).get("/contacts/new").content.decode()
    answer = signed_in(ann).post("/contacts/new", {"name": "Ola"})
    assert answer.status_code == 302
    assert names(ann, "contacts") == ["Ola"]


def test_saving_closes_the_panel_with_undo_and_open(client):
    answer = client.post("/contacts/new", sent(client, "contacts", name="Kari Nes"))
    assert answer["HX-Trigger"] == "k:changed, k:close"
    assert "/undo/" in answer.content.decode()
    assert re.search(r'href="/contacts/[0-9a-f-]{36}"', answer.content.decode())


def test_a_missing_name_is_marked_and_the_rest_stays(client):
    answer = client.post("/contacts/new", {"name": "", "phones": "+47 22000001"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="new-name-error"' in html
    assert "+47 22000001" in html


def test_a_company_that_is_not_there_is_made_in_the_same_act(client, ann):
    form = sent(client, "contacts", name="Kari Nes", **{"company.text": "Brand New AS"})
    answer = client.post("/contacts/new", form)
    batch = re.search(r"/undo/([0-9a-f-]{36})", answer.content.decode()).group(1)
    assert names(ann, "companies") == ["Brand New AS"]
    undo(ann, UUID(batch))
    assert names(ann, "companies") == names(ann, "contacts") == []


def test_a_company_that_is_there_is_taken_by_its_name(client, ann):
    write(ann, "companies", None, {"name": "Fjord"})
    client.post("/contacts/new", {"name": "Kari", "company.text": "fjord"})
    assert names(ann, "companies") == ["Fjord"]


def test_a_refused_contact_leaves_no_company_behind(client, ann):
    answer = client.post("/contacts/new", {"name": "", "company.text": "Brand New AS"})
    assert answer.status_code == 422
    assert names(ann, "companies") == []


def test_the_same_form_sent_twice_makes_one_of_each(client, ann):
    form = sent(client, "contacts", name="Kari Nes", **{"company.text": "Brand New AS"})
    client.post("/contacts/new", form)
    client.post("/contacts/new", form)
    assert (names(ann, "contacts"), names(ann, "companies")) == (["Kari Nes"], ["Brand New AS"])


def test_a_link_in_the_path_is_filled_in(client, ann):
    company = write(ann, "companies", None, {"name": "Fjord"}).uid
    html = client.get(f"/contacts/new?company={company}").content.decode()
    assert f'name="company" value="{company}"' in html
    assert 'name="company.text" value="Fjord"' in html


def test_a_link_in_the_path_to_what_is_out_of_reach_is_refused(bob, dan):
    company = write(dan, "companies", None, {"name": "Secret"}).uid
    answer = signed_in(bob, headers=HTMX).get(f"/contacts/new?company={company}")
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()


def test_likely_doubles_are_named_with_the_reason(client, ann):
    write(ann, "contacts", None, {"name": "Ola Patel"})
    html = client.post("/contacts/duplicates", {"name": "Ola Patell"}).content.decode()
    assert "Ola Patel" in html
    assert "% alike" in html


def test_who_may_not_add_is_told_so(world):
    answer = signed_in(world.reader, headers=HTMX).get("/contacts/new")
    assert answer.status_code == 403
