"""The API: every record type over HTTP, errors that name the field."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from kartotek.core.find import find
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.write import write
from tests.contract.samples import made, sample
from tests.interfaces.api.calling import BASE, problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ann):
    return signed_in(ann)


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_every_type_is_created_read_changed_removed_and_put_back(key, client, ann):
    record_type = RECORD_TYPES[key]
    created = send(client, "POST", f"/{key}", sample(ann, record_type, 1))
    assert created.status_code == 201, created.content
    at = created["Location"].removeprefix(BASE)
    assert send(client, "GET", at).json() == created.json()
    changed = send(client, "PATCH", at, {record_type.title: "Renamed"}, **{"If-Match": '"1"'})
    assert (changed.json()["version"], changed["ETag"]) == (2, '"2"')
    assert send(client, "DELETE", at).status_code == 204
    assert client.get(BASE + at).json()["removed"] is True
    assert send(client, "POST", f"{at}/restore").json()["removed"] is False


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_no_integer_id_is_in_an_answer(key, client, ann):
    made(ann, RECORD_TYPES[key])
    row = find(ann, key).rows[0]
    names = [*RECORD_TYPES[key].fields, *RECORD_TYPES[key].parts]
    for path in (f"/{key}?fields={','.join(names)}", f"/{key}/{row.uid}"):
        text = client.get(BASE + path).content.decode()
        assert not re.search(r'"(id|owner_id|record|pk)":\d', text)


def test_a_list_gives_the_asked_fields_and_the_way_to_the_next_page(client, ann):
    company = write(ann, "companies", None, {"name": "Fjord", "website": "fjord.no"}).uid
    for name in ("Ann", "Ben", "Cas"):
        write(ann, "contacts", None, {"name": name, "company": company})
    path = f"{BASE}/contacts?sort=name&size=2&count=1&fields=name,company,company.website"
    first = client.get(path).json()
    assert [row["name"] for row in first["rows"]] == ["Ann", "Ben"]
    assert first["rows"][0]["company"] == {
        "uid": str(company), "type": "companies", "title": "Fjord"}  # fmt: skip
    assert first["rows"][0]["company.website"] == "https://fjord.no"
    assert first["count"] == 3
    rest = client.get(f"{path}&after={first['next']}").json()
    assert [row["name"] for row in rest["rows"]] == ["Cas"] and rest["next"] is None


def test_a_list_is_filtered_and_searched(client, ann):
    write(ann, "contacts", None, {"name": "Ola", "lifecycle": "lead", "tags": "a"})
    write(ann, "contacts", None, {"name": "Kari", "lifecycle": "customer"})
    for query, wanted in (
        ("f=lifecycle:is:lead", ["Ola"]),
        ("f=lifecycle:in:lead,customer&f=tags:empty", ["Kari"]),
        ("f=name:starts:ka", ["Kari"]),
        ("q=ola", ["Ola"]),
    ):
        rows = client.get(f"{BASE}/contacts?{query}").json()["rows"]
        assert [row["name"] for row in rows] == wanted, query


def test_a_list_is_filtered_by_days_of_each_year(client, ann):
    for born in ("1980-11-23", "2001-11-24", "1999-11-25"):
        write(ann, "contacts", None, {"name": born, "birthday": born})
    found = send(client, "GET", "/contacts?f=birthday:yearly:11-23,11-24").json()
    assert sorted(row["name"] for row in found["rows"]) == ["1980-11-23", "2001-11-24"]
    problem(send(client, "GET", "/contacts?f=birthday:yearly:02-30"), 422, "birthday")


def test_a_linked_record_out_of_reach_is_hidden(world):
    company = write(world.dan, "companies", None, {"name": "Secret"}).uid
    contact = write(world.ann, "contacts", None, {"name": "Ola", "company": company})
    write(world.ann, "contacts", contact.uid, {"owner": str(world.bob.member_uid)})
    row = signed_in(world.bob).get(f"{BASE}/contacts/{contact.uid}").json()
    assert row["company"] == {"type": "companies", "hidden": True}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("nonsense=1", "nonsense"),
        ("size=0", "size"),
        ("size=501", "size"),
        ("size=x", "size"),
        ("count=2", "count"),
        ("fields=nam", "nam"),
        ("sort=owner_id", "owner_id"),
        ("sort=name;drop", "name;drop"),
        ("f=name", "f"),
        ("f=nam:is:x", "nam"),
        ("f=name:like:x", "name"),
        ("after=tampered", "after"),
    ],
)
def test_a_wrong_question_names_what_is_wrong(query, field, client):
    body = problem(client.get(f"{BASE}/contacts?{query}"), 422)
    assert body["errors"][0]["field"] == field


def test_every_field_that_does_not_parse_is_named_and_nothing_written(client, ann):
    sent = {"name": "Ola", "emails": "no mail", "birthday": "soon", "nonsense": 1}
    body = problem(send(client, "POST", "/contacts", sent), 422)
    assert {one["field"] for one in body["errors"]} == {"emails", "birthday", "nonsense"}
    assert len(find(ann, "contacts")) == 0


def test_a_stale_change_answers_with_base_theirs_and_yours(client, ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    write(ann, "contacts", uid, {"name": "Theirs"})
    sent = send(client, "PATCH", f"/contacts/{uid}", {"name": "Yours"}, **{"If-Match": '"1"'})
    body = problem(sent, 409)
    assert body["conflicts"] == [
        {"field": "name", "base": "Ola", "theirs": "Theirs", "yours": "Yours"}
    ]
    assert body["version"] == 2


def test_a_write_sent_twice_with_its_key_is_done_once(client, ann):
    headers = {"Idempotency-Key": "abc"}
    one = send(client, "POST", "/contacts", {"name": "Ola"}, **headers)
    two = send(client, "POST", "/contacts", {"name": "Ola"}, **headers)
    assert one["Location"] == two["Location"] and len(find(ann, "contacts")) == 1
    problem(send(client, "POST", "/contacts", {"name": "Kari"}, **headers), 422)


def test_a_record_made_elsewhere_keeps_its_uid_and_is_made_once(client):
    uid = str(uuid4())
    sent = {"uid": uid, "name": "Ola"}
    assert send(client, "POST", "/contacts", sent).json()["uid"] == uid
    problem(send(client, "POST", "/contacts", sent), 409)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b"", b'"x"'])
def test_a_body_that_is_no_json_object_is_refused(body, client):
    problem(client.generic("POST", f"{BASE}/contacts", body, "application/json"), 400)


def test_a_big_body_is_refused_before_it_is_read(client):
    big = b'{"name": "' + b"x" * 1_000_001 + b'"}'
    problem(client.generic("POST", f"{BASE}/contacts", big, "application/json"), 413)


def test_another_content_type_is_refused(client):
    problem(client.post(f"{BASE}/contacts", {"name": "Ola"}), 415)


def test_nobody_gets_nothing(db):
    problem(Client().get(f"{BASE}/contacts"), 401)
    problem(send(Client(), "POST", "/contacts", {"name": "Ola"}), 401)


def test_a_write_without_the_sessions_token_is_refused(ann):
    client = signed_in(ann, enforce_csrf_checks=True)
    problem(send(client, "POST", "/contacts", {"name": "Ola"}), 403)
    assert len(find(ann, "contacts")) == 0


def test_what_a_role_may_not_do_is_forbidden(world):
    problem(send(signed_in(world.reader), "POST", "/contacts", {"name": "Ola"}), 403)


@pytest.mark.parametrize(
    "path", ["/nothing", "/contacts/12", "/contacts/x/y", f"/contacts/{UUID(int=7)}"]
)
def test_an_unknown_address_is_not_found(path, client):
    problem(client.get(BASE + path), 404)


def test_another_method_is_told_which_there_are(client):
    response = send(client, "PUT", "/contacts")
    problem(response, 405)
    assert response["Allow"] == "GET, POST"


def test_a_full_page_takes_at_most_eight_queries(client, ann, django_assert_max_num_queries):
    company = write(ann, "companies", None, {"name": "Fjord"}).uid
    for number in range(20):
        write(ann, "contacts", None, {"name": f"N {number}", "company": company})
    client.get(f"{BASE}/contacts?size=10")
    with django_assert_max_num_queries(8):
        assert len(client.get(f"{BASE}/contacts?size=10").json()["rows"]) == 10
