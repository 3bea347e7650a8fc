"""The document: valid, complete, true to the answers, and no more than the reader may see."""

import re
from dataclasses import replace

import pytest
from django.urls import resolve

from kartotek.core.fieldtypes import Link, Links
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.interfaces.api.openapi.document import BASE, document
from kartotek.interfaces.api.openapi.page import sort_of
from kartotek.interfaces.api.routing import nowhere
from kartotek.interfaces.api.urls import urlpatterns
from kartotek.people import roles
from tests.contract.samples import least, made
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
UID = "019aa2c4-8f00-7000-8000-000000000001"


@pytest.fixture
def told(ann):
    return document(ann)


def pointers(found):
    """Every "$ref" anywhere in the document."""
    if isinstance(found, dict):
        here = [found["$ref"]] if "$ref" in found else []
        return here + [one for value in found.values() for one in pointers(value)]
    return [one for value in found for one in pointers(value)] if isinstance(found, list) else []


def at(document, pointer):
    for name in pointer.removeprefix("#/").split("/"):
        document = document[name]
    return document


def test_every_pointer_leads_somewhere(told):
    assert pointers(told)
    for pointer in set(pointers(told)):
        assert at(told, pointer), pointer


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(told):
    names = [
        (one["operationId"], one["summary"])
        for methods in told["paths"].values()
        for one in methods.values()
    ]
    assert len({name for name, _summary in names}) == len(names)
    assert all(summary for _name, summary in names)


def routes():
    """(path, method) of every address there is, for every type and every declared action."""
    found = set()
    for pattern in urlpatterns:
        path = (
            str(pattern.pattern).replace("<uuid:uid>", "{uid}").replace("<uuid:batch>", "{batch}")
        )
        if pattern.callback is nowhere:
            continue
        for key, record_type in RECORD_TYPES.items() if "<slug:key>" in path else [("", None)]:
            names = [""]
            if "<slug:action>" in path:
                names = list(record_type.actions)
            elif "<slug:name>" in path:
                names = [kind.name for kind in record_type.files]
            for name in names:
                named = re.sub("<slug:(action|name)>", name, path.replace("<slug:key>", key))
                found |= {(f"{BASE}/{named}", verb.lower()) for verb in pattern.callback.verbs}
    return found


def test_every_route_is_in_the_document_and_the_other_way_round(told):
    written = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert written == routes()


def test_every_path_of_the_document_leads_to_its_view(told):
    for path, methods in told["paths"].items():
        view = resolve(path.replace("{uid}", UID).replace("{batch}", UID)).func
        assert {method.upper() for method in methods} <= set(view.verbs), path


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_what_is_answered_stands_in_the_schema(key, told, ann):
    uid = made(ann, RECORD_TYPES[key]).uid
    record = send(signed_in(ann), "GET", f"/{key}/{uid}").json()
    schema = told["components"]["schemas"][key]
    assert record.keys() == schema["properties"].keys()
    assert set(schema["required"]) <= record.keys()


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_the_example_of_a_new_record_makes_one(key, told, ann):
    example = told["components"]["schemas"][f"{key}.new"]["examples"][0]
    # What it must lead to is named there, and is of course not there.
    needed = least(ann, RECORD_TYPES[key], "Needed")
    leads = [one.name for one in RECORD_TYPES[key].required if isinstance(one, Link | Links)]
    assert set(leads) <= example.keys()
    example = {**example, **{name: needed[name] for name in leads}}
    answer = send(signed_in(ann), "POST", f"/{key}", example)
    assert answer.status_code == 201, answer.content


def test_only_what_may_be_sent_stands_in_what_is_sent(told):
    sent = told["components"]["schemas"]["contacts.change"]["properties"]
    assert "name" in sent and not {"created_at", "changed_by", "version"} & sent.keys()


def test_a_hidden_and_a_read_only_field_are_not_told(monkeypatch, world):
    rights = replace(
        roles.rights_of("sales"),
        hidden={"contacts": frozenset({"birthday"})},
        read_only={"contacts": frozenset({"lifecycle"})},
    )
    found = document(replace(world.bob, rights=rights))
    assert "birthday" not in repr(found["paths"]["/api/v1/contacts"])
    schemas = found["components"]["schemas"]
    assert "birthday" not in repr([schemas["contacts"], schemas["contacts.new"]])
    assert "lifecycle" in schemas["contacts"]["properties"]
    assert "lifecycle" not in schemas["contacts.change"]["properties"]


def test_what_a_role_may_not_do_is_not_told(world):
    found = document(world.reader)["paths"]
    assert found["/api/v1/contacts"].keys() == {"get"}
    assert found["/api/v1/contacts/{uid}"].keys() == {"get"}
    assert "/api/v1/contacts/bulk" not in found
    assert document(world.eve)["paths"].keys() == {"/api/v1/openapi.json", "/api/v1/undo/{batch}"}


def test_a_change_names_its_headers_and_ways_to_come_in(told):
    change = told["paths"]["/api/v1/contacts/{uid}"]["patch"]
    named = {one["$ref"].rsplit("/", 1)[1] for one in change["parameters"]}
    assert named == {"uid", "If-Match", "Idempotency-Key"}
    assert "ETag" in change["responses"]["200"]["headers"]
    assert change["security"] == [{"bearer": []}, {"cookie": [], "csrf": []}]
    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_a_stranger_gets_no_document(client):
    problem(send(client, "GET", "/openapi.json"), 401)


def test_the_document_is_served_as_json(ann):
    answer = send(signed_in(ann), "GET", "/openapi.json")
    assert answer.json()["openapi"] == "3.1.0" and answer["Content-Type"] == "application/json"


def test_the_page_lists_every_address_and_field_without_a_script_of_its_own(ann, told):
    text = signed_in(ann).get("/api").text
    for path in told["paths"]:
        assert path in text
    assert "birthday" in text and "needed" in text
    main = text.split("<main")[1].split("</main>")[0]
    assert "<script" not in main and "src=" not in main and 'href="http' not in main


def test_the_page_is_for_members(client):
    assert client.get("/api").status_code == 302


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": ["string", "null"], "format": "date"}, "string, date"),
        ({"anyOf": [{"type": "null"}]}, "link"),
        ({"type": "string", "enum": ["", "a", "b"]}, "a | b"),
        ({"type": "array", "items": {"anyOf": []}}, "links"),
        ({"type": "boolean"}, "boolean"),
    ],
)
def test_a_sort_of_value_is_told_in_a_word_or_two(schema, words):
    assert sort_of(schema) == words
