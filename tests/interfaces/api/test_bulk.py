"""Many records in one request: every row accounted for, one act, taken back by one request."""

from uuid import UUID, uuid4

import pytest

from kartotek.core import receipts
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
FIGURES = ("rows", "created", "updated", "unchanged", "refused")
NEW = str(uuid4())


@pytest.fixture
def client(ann):
    client = signed_in(ann)
    send(client, "GET", "/contacts")  # who was here when is noted once
    return client


def bulk(client, rows, key="contacts", **headers):
    return send(client, "POST", f"/{key}/bulk", {"rows": rows}, **headers)


def figures(answer):
    return [answer.json()[name] for name in FIGURES]


def test_every_row_is_accounted_for_in_its_order(client, ann):
    ola, kari = (write(ann, "contacts", None, {"name": name}).uid for name in ("Ola", "Kari"))
    answer = bulk(client, [
        {"values": {"name": "New"}},
        {"uid": str(ola), "version": 1, "values": {"name": "Ola N"}},
        {"uid": str(kari), "values": {"name": "Kari"}},
        {"values": {"name": ""}},
        {"uid": NEW, "values": {"name": "Brought along"}},
    ])  # fmt: skip
    assert (answer.status_code, figures(answer)) == (207, [5, 2, 1, 1, 1])
    told = answer.json()["results"]
    assert [one["did"] for one in told] == [
        "created", "updated", "unchanged", "refused", "created"]  # fmt: skip
    assert told[1] == {"uid": str(ola), "did": "updated", "version": 2}
    assert told[3]["uid"] is None and told[3]["problem"]["errors"][0]["field"] == "name"
    assert told[4]["uid"] == NEW and find_one(ann, "contacts", NEW)["name"] == "Brought along"


def test_a_bulk_is_one_act_with_a_receipt_and_one_request_takes_it_back(client, ann):
    ola = write(ann, "contacts", None, {"name": "Ola"}).uid
    answer = bulk(client, [{"values": {"name": "A"}}, {"uid": str(ola), "values": {"name": "B"}}])
    told = answer.json()
    receipt = receipts.read(ann, told["receipt"])
    assert (receipt.rows, receipt.created, receipt.updated) == (2, 1, 1)
    undone = send(client, "POST", f"/undo/{told['batch']}").json()
    assert (undone["records"], undone["kept"]) == (2, [])
    assert [row["name"] for row in find(ann, "contacts")] == ["Ola"]


def test_with_every_row_refused_nothing_is_written(client):
    before = everything()
    answer = bulk(client, [{"values": {"name": ""}}, {"values": {"nosuch": 1}}])
    assert (answer.status_code, figures(answer)) == (207, [2, 0, 0, 0, 2])
    assert answer.json()["batch"] is answer.json()["receipt"] is None
    assert everything() == before


def test_a_version_never_makes_a_record(client):
    answer = bulk(client, [{"uid": NEW, "version": 1, "values": {"name": "x"}}])
    assert answer.json()["results"][0]["problem"]["status"] == 404


def test_a_stale_row_is_merged_or_told_as_a_conflict(client, ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    write(ann, "contacts", uid, {"name": "Theirs"})
    row = {"uid": str(uid), "version": 1, "values": {"job_title": "Buyer"}}
    assert bulk(client, [row]).json()["results"][0]["version"] == 3
    told = bulk(client, [{**row, "values": {"name": "Mine"}}]).json()["results"][0]["problem"]
    assert (told["status"], told["conflicts"][0]["theirs"]) == (409, "Theirs")


def test_a_bulk_sent_twice_with_its_key_is_done_once(client, ann):
    rows = [{"values": {"name": "A"}}, {"values": {"name": ""}}]
    answers = [bulk(client, rows, Idempotency_Key="1") for _time in range(2)]
    assert answers[0].json() == answers[1].json()
    assert {answer.status_code for answer in answers} == {207}
    assert len(find(ann, "contacts")) == 1
    problem(bulk(client, rows[:1], Idempotency_Key="1"), 422, "Idempotency-Key")


def test_changing_many_is_a_right_of_its_own(world, ann):
    mine = write(world.bob, "contacts", None, {"name": "Mine"}).uid
    ours = write(ann, "contacts", None, {"name": "Ours", "owner": str(world.manager.member_uid)})
    client = signed_in(world.bob)
    assert send(client, "PATCH", f"/contacts/{ours.uid}", {"name": "One"}).status_code == 200
    rows = [{"uid": str(uid), "values": {"name": "Many"}} for uid in (mine, ours.uid)]
    told = bulk(client, rows).json()["results"]
    assert [one["did"] for one in told] == ["updated", "refused"]
    assert told[1]["problem"]["status"] == 403


def test_who_may_only_add_adds_many_and_changes_none(world):
    ola = write(world.cyd, "contacts", None, {"name": "Ola"}).uid
    rows = [{"values": {"name": "New"}}, {"uid": str(ola), "values": {"name": "x"}}]
    told = bulk(signed_in(world.cyd), rows).json()["results"]
    assert [one["did"] for one in told] == ["created", "refused"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rows"), ({"rows": {}}, "rows"), ({"rows": []}, "rows"),
        ({"rows": [{"values": {}}] * 2_001}, "rows"), ({"rows": [], "x": 1}, "x"),
        ({"rows": [5]}, "rows.0"), ({"rows": [{"values": {}}, {"name": "x"}]}, "rows.1"),
        ({"rows": [{"values": {}, "id": 1}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": "x"}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": 5}]}, "rows.0"),
        ({"rows": [{"values": {}, "version": 1}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": NEW, "version": True}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": NEW, "version": 0}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": NEW, "version": 2**40}]}, "rows.0"),
        ({"rows": [{"values": {}, "uid": NEW}, {"values": {}, "uid": NEW.upper()}]}, "rows.0"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_rows_is_refused_whole(body, field, client):
    before = everything()
    problem(send(client, "POST", "/contacts/bulk", body), 422, field)
    assert everything() == before


def test_two_thousand_rows_go_through_in_one_request(client, ann):
    answer = bulk(client, [{"values": {"name": f"N {n}"}} for n in range(2_000)])
    assert (answer.status_code, figures(answer)) == (200, [2_000, 2_000, 0, 0, 0])
    uids = tuple(UUID(one["uid"]) for one in answer.json()["results"][:500])
    assert len(find(ann, "contacts", Question(uids=uids))) == 500
