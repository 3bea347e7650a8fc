"""Counts and sums by group over the API: what a list would refuse, this refuses alike."""

from dataclasses import replace

import pytest
from django.test import Client

from kartotek.core.write import write
from kartotek.interfaces.api import routing
from kartotek.interfaces.api.openapi.document import document
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/companies/measure"


@pytest.fixture
def client(ann):
    for name, lifecycle, employees in [
        ("Acme", "lead", 50), ("Birch", "lead", 7), ("Cedar", "customer", 3), ("Elm", "", None),
    ]:  # fmt: skip
        values = {"name": name, "lifecycle": lifecycle, "employees": employees}
        write(ann, "companies", None, values)
    return signed_in(ann)


def told(client, query=""):
    answer = send(client, "GET", f"{AT}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_groups_rest_and_total_add_up(client):
    found = told(client, "?group=lifecycle&sum=employees&size=1")
    assert found["groups"] == [
        {"keys": {"lifecycle": "lead"}, "count": 2, "sums": {"employees": 57}}
    ]
    assert found["rest"] == {"groups": 2, "count": 2, "sums": {"employees": 3}}
    assert found["total"] == {"count": 4, "sums": {"employees": 60}}


def test_an_empty_value_is_null_and_filters_and_words_narrow_it(client):
    keys = [one["keys"]["lifecycle"] for one in told(client, "?group=lifecycle")["groups"]]
    assert keys == ["lead", "customer", None]
    assert told(client, "?f=lifecycle:is:lead")["total"]["count"] == 2
    assert told(client, "?q=bir&f=lifecycle:is:lead")["total"]["count"] == 1


def test_dates_and_links_are_written_as_everywhere(client, ann):
    firm = write(ann, "companies", None, {"name": "Fjord"}).uid
    write(ann, "contacts", None, {"name": "Ola", "company": str(firm), "birthday": "1980-02-29"})
    answer = send(client, "GET", "/contacts/measure?group=company,birthday:month").json()
    link = {"uid": str(firm), "type": "companies", "title": "Fjord"}
    assert answer["groups"][0]["keys"] == {"company": link, "birthday:month": "1980-02-01"}


def test_sums_of_decimals_keep_all_their_digits(client, ann):
    write(ann, "customfields", None, {"on": "companies", "label": "Area", "kind": "decimal"})
    for area in ("999999999999.001", "0.1", "0.2"):
        write(ann, "companies", None, {"name": "Big", "x_area": area})
    answer = send(client, "GET", f"{AT}?sum=x_area")
    assert b'"x_area":999999999999.301' in answer.content


@pytest.mark.parametrize(("query", "field"), [
    ("?group=nothing", "nothing"), ("?sum=nothing", "nothing"), ("?f=nothing:is:x", "nothing"),
    ("?sum=name", "name"), ("?group=phones", "phones"), ("?group=lifecycle:month", "lifecycle"),
    ("?group=created_at", "created_at"), ("?group=created_at:hour", "created_at"),
    ("?group=name,lifecycle,owner,department", "group"), ("?size=501", "size"),
    ("?f=broken", "f"), ("?sort=name", "sort"), ("?fields=name", "fields"),
])  # fmt: skip
def test_what_cannot_be_asked_is_named(client, query, field):
    problem(send(client, "GET", f"{AT}{query}"), 422, field)


def test_a_hidden_field_is_refused_exactly_as_a_list_does(client, ann, monkeypatch):
    hidden = {"companies": frozenset({"employees", "lifecycle"})}
    blind = replace(ann, rights=replace(ann.rights, hidden=hidden))
    monkeypatch.setattr(routing, "admitted", lambda _request, **_named: blind)
    listed = problem(send(client, "GET", "/companies?f=employees:is:3"), 422)
    for query in ("?f=employees:is:3", "?sum=employees", "?group=employees"):
        assert problem(send(client, "GET", f"{AT}{query}"), 422)["errors"] == listed["errors"]
    told_of = document(blind)["paths"]["/api/v1/companies/measure"]["get"]
    assert "employees" not in str(told_of) and "lifecycle" not in str(told_of)


def test_only_what_is_within_reach_is_counted(world):
    write(world.ann, "companies", None, {"name": "Ann's", "employees": 5})
    write(world.dan, "companies", None, {"name": "Dan's", "employees": 2})
    for actor, wanted in ((world.ann, (2, 7)), (world.dan, (1, 2))):
        total = told(signed_in(actor), "?sum=employees")["total"]
        assert (total["count"], total["sums"]["employees"]) == wanted


def test_nobody_is_refused_and_an_unknown_type_is_not_there(client):
    problem(send(Client(), "GET", AT), 401)
    problem(send(client, "GET", "/nothing/measure"), 404)
    problem(send(client, "POST", AT, {}), 405)


def test_the_document_describes_it_with_what_can_be_grouped_and_summed(ann):
    told = document(ann)["paths"]["/api/v1/companies/measure"]["get"]
    named = {one.get("name"): one for one in told["parameters"]}
    assert "`lifecycle`" in named["group"]["description"]
    assert "`created_at:day|week|month|quarter|year`" in named["group"]["description"]
    assert named["sum"]["description"].startswith("What to add up: `employees`")
    assert told["operationId"] == "get_companies_measure"
