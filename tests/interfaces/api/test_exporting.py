"""Exports and masked values by the API: begun, asked after, fetched; for their asker alone."""

import csv
import io
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from kartotek.core import jobs
from kartotek.core.security import recent
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.interfaces.api import exporting
from kartotek.people import acting, roles
from kartotek.people.tokens import make_token
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
EXPORTS = "/contacts/exports"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def people(ann):
    return [
        str(write(ann, "contacts", None, {"name": f"P{n}", "source": "fair" if n % 2 else ""}).uid)
        for n in range(4)
    ]


@pytest.fixture
def client(ann):
    return signed_in(ann)


def token_of(actor):
    return {"Authorization": f"Bearer {make_token(actor, 'Nightly')[1]}"}


def fetched(client, body, **headers):
    """(how it stands in the end, the bytes of the file)."""
    begun = send(client, "POST", EXPORTS, body, **headers)
    assert begun.status_code == 202, begun.content
    assert begun.json()["state"] == "waiting" and begun.json()["url"] is None
    Worker().run_due()
    path = begun["Location"].removeprefix("/api/v1")
    now = send(client, "GET", path, **headers).json()
    assert now["uid"] == begun.json()["uid"]
    if now["url"] is None:
        return now, b""
    answer = send(client, "GET", now["url"].removeprefix("/api/v1"), **headers)
    return now, answer.getvalue()


def names(data):
    return [row["name"] for row in csv.DictReader(io.StringIO(data.decode()))]


def test_a_token_begins_an_export_asks_how_it_stands_and_fetches_the_file(ann, people):
    body = {"format": "csv", "fields": ["name", "source"], "f": ["source:is:fair"],
            "sort": "-name"}  # fmt: skip
    now, data = fetched(Client(), body, **token_of(ann))
    assert (now["state"], now["why"], now["name"]) == ("done", "", "contacts.csv")
    assert (now["receipt"]["rows"], now["receipt"]["there"]) == (2, 2)
    assert now["receipt"]["columns"] == ["name", "source"] and names(data) == ["P3", "P1"]


def test_words_named_records_and_all_of_them(client, people):
    assert names(fetched(client, {"format": "csv", "q": "P2"})[1]) == ["P2"]
    named = {"format": "csv", "uids": [people[3], people[0]]}
    assert names(fetched(client, named)[1]) == ["P3", "P0"]
    _now, data = fetched(client, {"format": "jsonl"})
    assert sorted(json.loads(line)["name"] for line in data.splitlines()) == ["P0", "P1", "P2",
                                                                              "P3"]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "format"),
        ({"format": "exe"}, "format"),
        ({"format": "csv", "fields": ["nosuch"]}, "nosuch"),
        ({"format": "csv", "fields": "name"}, "fields"),
        ({"format": "csv", "f": ["name"]}, "f"),
        ({"format": "csv", "f": ["nosuch:is:x"]}, "nosuch"),
        ({"format": "csv", "sort": "nosuch"}, "nosuch"),
        ({"format": "csv", "uids": ["x"]}, "uids"),
        ({"format": "csv", "uids": [str(uuid4())], "q": "x"}, "q"),
        ({"format": "csv", "whole": 1}, "whole"),
        ({"format": "csv", "colour": "red"}, "colour"),
    ],
)
def test_what_is_not_clear_is_named_and_nothing_begins(body, field, client, people):
    send(client, "GET", "/contacts")  # after the first request nothing is written by asking
    before = everything()
    problem(send(client, "POST", EXPORTS, body), 422, field)
    assert everything() == before


def test_the_same_key_begins_one_export(client, people):
    first, second = (
        send(client, "POST", EXPORTS, {"format": "csv"}, Idempotency_Key="nightly")
        for _time in range(2)
    )
    assert first.json()["uid"] == second.json()["uid"]
    other = send(client, "POST", EXPORTS, {"format": "jsonl"}, Idempotency_Key="nightly")
    problem(other, 422, "Idempotency-Key")
    assert len(recent(("export",), 60)) == 1


def test_nobody_else_asks_after_it_or_fetches_it(world, people):
    client = signed_in(world.ann)
    now, _data = fetched(client, {"format": "csv"})
    for other in (world.manager, world.bob, world.eve):
        for end in ("", "/file"):
            path = f"{EXPORTS}/{now['uid']}{end}"
            problem(send(Client(), "GET", path, **token_of(other)), 404)
            problem(send(client, "GET", path.replace("contacts", "companies")), 404)
    assert send(Client(), "GET", f"{EXPORTS}/{now['uid']}/file").status_code == 401


def test_without_the_right_nothing_begins_and_what_is_there_is_not_fetched(world, people):
    problem(send(signed_in(world.bob), "POST", EXPORTS, {"format": "csv"}), 403)
    client = signed_in(world.manager)
    now, _data = fetched(client, {"format": "csv"})
    write(world.ann, "members", world.manager.member_uid, {"role": "sales"})
    problem(send(client, "GET", f"{EXPORTS}/{now['uid']}/file"), 403)


def test_a_file_that_is_not_written_yet_is_not_there(client, people):
    begun = send(client, "POST", EXPORTS, {"format": "csv"}).json()
    problem(send(client, "GET", f"{EXPORTS}/{begun['uid']}/file"), 404)
    problem(send(client, "GET", f"{EXPORTS}/{uuid4()}"), 404)


def test_each_export_and_each_fetching_stands_in_the_security_log(client, people):
    now, _data = fetched(client, {"format": "csv", "f": ["source:is:fair"]})
    lines = [(kind, detail["type"] if kind == "export" else detail["export"])
             for kind, _address, detail in recent(("export", "download"), 60)]  # fmt: skip
    assert lines == [("download", now["uid"]), ("export", "contacts")]


def test_too_many_in_a_minute_are_told_to_wait(client, people, monkeypatch):
    monkeypatch.setattr(exporting, "A_MINUTE", 1)
    assert send(client, "POST", EXPORTS, {"format": "csv"}).status_code == 202
    answer = send(client, "POST", EXPORTS, {"format": "csv"})
    problem(answer, 429)
    assert int(answer["Retry-After"]) > 0


@pytest.fixture
def ola(ann):
    write(ann, "customfields", None, {"on": "contacts", "label": "Passport", "kind": "masked"})
    return write(ann, "contacts", None, {"name": "Ola", "x_passport": "N-1234567"}).uid


def test_a_masked_value_is_shown_whole_and_who_looked_stands_in_the_log(ola, ann):
    headers = token_of(ann)
    read = send(Client(), "GET", f"/contacts/{ola}", **headers)
    assert "N-1234567" not in read.text
    answer = send(Client(), "POST", f"/contacts/{ola}/reveal", {"field": "x_passport"}, **headers)
    assert answer.json() == {"field": "x_passport", "value": "N-1234567"}
    assert answer["Cache-Control"] == "no-store"
    ((_kind, _address, detail),) = recent(("revealed",), 60)
    assert detail == {"type": "contacts", "record": str(ola), "field": "x_passport"}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "field"), ({"field": 1}, "field"), ({"field": "name"}, "name"),
     ({"field": "nosuch"}, "nosuch"), ({"field": "x_passport", "why": "x"}, "why")],
)  # fmt: skip
def test_what_is_not_masked_is_not_revealed(body, field, ola, client):
    problem(send(client, "POST", f"/contacts/{ola}/reveal", body), 422, field)
    assert recent(("revealed",), 60) == []


def test_a_hidden_masked_field_is_revealed_to_nobody(ola, world, monkeypatch):
    write(world.ann, "contacts", ola, {"owner": str(world.bob.member_uid)})
    path, body = f"/contacts/{ola}/reveal", {"field": "x_passport"}
    client = signed_in(world.bob)
    assert send(client, "POST", path, body).json()["value"] == "N-1234567"
    rights = replace(roles.rights_of("sales"), hidden={"contacts": frozenset({"x_passport"})})
    monkeypatch.setattr(acting, "rights_of", lambda _role: rights)
    problem(send(client, "POST", path, body), 422, "x_passport")


def test_masked_values_are_whole_in_a_file_that_asks_so(ola, client):
    masked, data = fetched(client, {"format": "csv"})
    assert b"N-1234567" not in data and masked["receipt"]["revealed"] == {}
    whole, data = fetched(client, {"format": "csv", "whole": True})
    assert b"N-1234567" in data and whole["receipt"]["revealed"] == {"x_passport": 1}
