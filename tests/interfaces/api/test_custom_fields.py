"""Fields that a customer added, in the answers and in the document that describes them."""

import pytest

from kartotek.core.write import write
from kartotek.interfaces.api.openapi.document import document
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ann):
    choices = [{"label": "Gold"}, {"label": "Tin"}]
    for label, kind in (("Loyalty number", "text"), ("Tier", "choice"), ("Visits", "number")):
        values = {"on": "contacts", "label": label, "kind": kind}
        write(ann, "customfields", None, {**values, "choices": choices if kind == "choice" else []})
    return signed_in(ann)


def test_they_are_written_read_filtered_and_sorted(client):
    for number, visits in (("A-17", 3), ("B-2", 1)):
        values = {"name": number, "x_loyalty_number": number, "x_tier": "gold", "x_visits": visits}
        assert send(client, "POST", "/contacts", values).status_code == 201
    asked = "/contacts?fields=name,x_loyalty_number,x_visits&sort=x_visits&f=x_tier:is:gold"
    rows = send(client, "GET", asked).json()["rows"]
    assert [(row["x_loyalty_number"], row["x_visits"]) for row in rows] == [("B-2", 1), ("A-17", 3)]


def test_what_does_not_parse_names_the_field(client):
    answer = send(client, "POST", "/contacts", {"name": "Ola", "x_visits": "many"})
    assert [one["field"] for one in problem(answer, 422)["errors"]] == ["x_visits"]


def test_the_document_describes_them(client, ann):
    told = document(ann)["components"]["schemas"]
    held = next(one for key, one in told.items() if key.lower().startswith("contact")
                and "x_tier" in one.get("properties", {}))  # fmt: skip
    assert held["properties"]["x_visits"]["type"] == ["integer", "null"]
    assert "gold" in str(held["properties"]["x_tier"])


def test_a_removed_one_is_unknown_at_once(client, ann):
    field = send(client, "GET", "/customfields?f=name:is:x_visits").json()["rows"][0]["uid"]
    assert send(client, "DELETE", f"/customfields/{field}").status_code == 204
    answer = send(client, "GET", "/contacts?f=x_visits:is:3")
    assert "x_visits" in str(problem(answer, 422))
