"""Acts taken back over the API: at once, or by a job that says how far it has come."""

from uuid import UUID, uuid4

import pytest

from kartotek.core.find import find, find_one
from kartotek.core.worker import Worker
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ann):
    return signed_in(ann)


def test_what_moved_on_since_stays_and_is_told(client, ann):
    uid = write(ann, "contacts", None, {"name": "Ola", "job_title": "Buyer"}).uid
    batch = write(ann, "contacts", uid, {"name": "A", "job_title": "B"}).batch
    write(ann, "contacts", uid, {"name": "Later"})
    told = send(client, "POST", f"/undo/{batch}").json()
    assert [(one["uid"], one["field"]) for one in told["kept"]] == [(str(uid), "name")]
    assert find_one(ann, "contacts", uid)["job_title"] == "Buyer"
    assert UUID(told["batch"]) != batch


def test_an_undo_is_undone_in_turn(client, ann):
    batch = write(ann, "contacts", None, {"name": "Ola"}).batch
    undone = send(client, "POST", f"/undo/{batch}").json()["batch"]
    assert len(find(ann, "contacts")) == 0
    send(client, "POST", f"/undo/{undone}")
    assert len(find(ann, "contacts")) == 1


def test_an_undo_sent_twice_with_its_key_is_done_once(client, ann):
    batch = write(ann, "contacts", None, {"name": "Ola"}).batch
    told = [send(client, "POST", f"/undo/{batch}", Idempotency_Key="1").json() for _ in range(2)]
    assert told[0] == told[1] and told[0]["records"] == 1


def test_a_big_act_is_undone_by_a_job_that_can_be_asked(client, ann):
    rows = [{"values": {"name": f"N {n}"}} for n in range(501)]
    batch = send(client, "POST", "/contacts/bulk", {"rows": rows}).json()["batch"]
    begun = send(client, "POST", f"/undo/{batch}")
    assert begun.status_code == 202
    path = begun["Location"].removeprefix("/api/v1")
    assert send(client, "GET", path).json()["state"] == "ready"
    Worker().run_due()
    now = send(client, "GET", path).json()
    assert (now["state"], now["receipt"]["updated"], now["receipt"]["kept"]) == ("done", 501, [])
    assert len(find(ann, "contacts")) == 0


def test_anothers_act_is_not_undone_without_the_right(world):
    batch = write(world.ann, "contacts", None, {"name": "Ola"}).batch
    client = signed_in(world.bob)
    send(client, "GET", "/contacts")
    before = everything()
    problem(send(client, "POST", f"/undo/{batch}"), 403)
    assert everything() == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_act_that_never_was_is_not_found(method, client):
    problem(send(client, method, f"/undo/{uuid4()}"), 404)
