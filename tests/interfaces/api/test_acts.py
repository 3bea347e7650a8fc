"""The history of a record in plain values, and the actions its type declares."""

from dataclasses import replace
from uuid import UUID

import pytest

from kartotek.core.find import find_one
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.people import roles
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ann):
    return signed_in(ann)


@pytest.fixture
def ola(ann):
    """A contact in four versions."""
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    for name in ("Ola N", "Ola No", "Ola Nor"):
        write(ann, "contacts", uid, {"name": name})
    return uid


def history(client, uid, query=""):
    return send(client, "GET", f"/contacts/{uid}/history{query}")


def test_a_line_tells_who_what_from_and_to(client, ola):
    entry = history(client, ola).json()["entries"][0]
    assert entry["fields"] == [{"field": "name", "before": "Ola No", "after": "Ola Nor"}]
    assert (entry["version"], entry["who"], entry["verb"]) == (4, "Ann", "update")
    assert UUID(entry["batch"]) and entry["at"].endswith("+00:00")


def test_the_pages_hold_every_line_once_the_newest_first(client, ola):
    first = history(client, ola, "?size=3").json()
    rest = history(client, ola, f"?size=3&after={first['next']}").json()
    versions = [one["version"] for one in first["entries"] + rest["entries"]]
    assert versions == [4, 3, 2, 1] and rest["next"] is None


def test_no_position_of_the_log_is_told(client, ola):
    assert "position" not in history(client, ola).text


def test_links_and_lines_stand_as_in_a_record(client, ann):
    fjord = write(ann, "companies", None, {"name": "Fjord"}).uid
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    write(ann, "contacts", uid, {"company": fjord, "jobs": [{"company": fjord, "role": "Buyer"}]})
    told = {one["field"]: one for one in history(client, uid).json()["entries"][0]["fields"]}
    link = {"uid": str(fjord), "type": "companies", "title": "Fjord"}
    assert (told["company"]["before"], told["company"]["after"]) == (None, link)
    assert told["jobs"]["before"] is None and UUID(told["jobs"]["line"])
    assert (told["jobs"]["after"]["company"], told["jobs"]["after"]["role"]) == (link, "Buyer")


def test_a_link_out_of_reach_is_hidden_there_too(world):
    secret = write(world.dan, "companies", None, {"name": "Secret"}).uid
    uid = write(world.bob, "contacts", None, {"name": "Ola"}).uid
    write(world.ann, "contacts", uid, {"company": secret})
    answer = history(signed_in(world.bob), uid)
    (change,) = answer.json()["entries"][0]["fields"]
    assert change["after"] == {"type": "companies", "hidden": True}
    assert str(secret) not in answer.text and "Secret" not in answer.text


def test_a_hidden_field_is_left_out(monkeypatch, world):
    rights = replace(roles.rights_of("sales"), hidden={"contacts": frozenset({"job_title"})})
    monkeypatch.setitem(
        roles._DELIVERED, "sales", replace(roles._DELIVERED["sales"], rights=rights)
    )
    uid = write(world.bob, "contacts", None, {"name": "Ola"}).uid
    write(world.ann, "contacts", uid, {"job_title": "Spy", "name": "Kari"})
    answer = history(signed_in(world.bob), uid)
    assert "Spy" not in answer.text and "job_title" not in answer.text


def test_without_the_right_no_history_is_read(monkeypatch, world, ola):
    rights = roles.rights_of("service")
    verbs = {**rights.verbs, "*": {**rights.verbs["*"], "see_history": "none"}}
    monkeypatch.setitem(
        roles._DELIVERED,
        "service",
        replace(roles._DELIVERED["service"], rights=replace(rights, verbs=verbs)),
    )
    problem(history(signed_in(world.cyd), ola), 403)


@pytest.mark.parametrize(
    ("query", "field"), [("?after=x", "after"), ("?size=0", "size"), ("?sort=name", "sort")]
)
def test_a_wrong_question_names_what_is_wrong(query, field, client, ola):
    problem(history(client, ola, query), 422, field)


def test_what_is_out_of_reach_has_no_history(client, world):
    uid = write(world.dan, "contacts", None, {"name": "Ola"}).uid
    problem(history(signed_in(world.bob), uid), 404)
    problem(history(client, UUID(int=7)), 404)


@pytest.fixture
def bill(ann):
    return write(ann, "bills", None, {"name": "B1"}).uid


def test_a_declared_action_is_done_and_the_record_comes_back(client, ann, bill):
    done = send(client, "POST", f"/bills/{bill}/actions/send")
    assert (done.status_code, done.json()["sent_on"], done["ETag"]) == (200, "2026-11-21", '"2"')
    line = send(client, "GET", f"/bills/{bill}/history").json()["entries"][0]
    assert (line["cause"], line["verb"]) == ("api", "update")
    undo(ann, UUID(line["batch"]))
    assert find_one(ann, "bills", bill)["sent_on"] is None


def test_an_action_sent_twice_with_its_key_is_done_once(client, bill):
    for _time in range(2):
        done = send(client, "POST", f"/bills/{bill}/actions/send", Idempotency_Key="1")
        assert done["ETag"] == '"2"'
    other = send(client, "POST", f"/bills/{bill}/restore", Idempotency_Key="1")
    problem(other, 422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("action", "uid"), [("nosuch", None), ("run", None), ("send", UUID(int=7))]
)
def test_what_is_not_there_is_not_done(action, uid, client, bill):
    send(client, "GET", "/bills")
    before = everything()
    problem(send(client, "POST", f"/bills/{uid or bill}/actions/{action}"), 404)
    assert everything() == before


def test_an_action_is_no_way_around_ones_rights(world, bill):
    reader = signed_in(world.reader)
    send(reader, "GET", "/bills")
    before = everything()
    problem(send(reader, "POST", f"/bills/{bill}/actions/send"), 403)
    assert everything() == before


def test_an_action_based_on_what_changed_since_is_refused(client, ann, bill):
    write(ann, "bills", bill, {"name": "B2"})
    send(client, "GET", "/bills")
    before = everything()
    told = problem(send(client, "POST", f"/bills/{bill}/actions/send", If_Match='"1"'), 409)
    assert told["version"] == 2 and everything() == before
    done = send(client, "POST", f"/bills/{bill}/actions/send", If_Match='"2"')
    assert done["ETag"] == '"3"'
