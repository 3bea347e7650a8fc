"""The API before a record that somebody else has locked: 423, and the sentence."""

from datetime import timedelta

import pytest

from kartotek.core.find import find_one
from kartotek.core.record_lock import end_lock, lock, today
from kartotek.core.write import write
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(world):
    """A contact of Bob's that Ann has locked."""
    uid = write(world.bob, "contacts", None, {"name": "Ola"}).uid
    lock(world.ann, "contacts", uid, "The lawyers look at this", today(world.ann))
    return uid


@pytest.mark.parametrize(
    ("method", "body"), [("PATCH", {"job_title": "Cook"}), ("DELETE", None)], ids=["edit", "remove"]
)
def test_a_locked_record_is_refused_by_name(method, body, world, card):
    client = signed_in(world.bob)
    assert send(client, "GET", f"/contacts/{card}").status_code == 200
    before = everything()
    told = problem(send(client, method, f"/contacts/{card}", body), 423)
    assert told["title"] == "Locked"
    assert told["detail"].startswith("“Ola” is locked by Ann until ")
    assert "The lawyers look at this" in told["detail"]
    assert everything() == before
    end_lock(world.ann, "contacts", card)
    assert send(client, method, f"/contacts/{card}", body).status_code < 300


def test_who_locked_it_writes_it(world, card):
    answer = send(signed_in(world.ann), "PATCH", f"/contacts/{card}", {"job_title": "Cook"})
    assert answer.status_code == 200
    assert find_one(world.ann, "contacts", card)["job_title"] == "Cook"
    lock(world.ann, "contacts", card, "Still", today(world.ann) + timedelta(days=1))
    assert send(signed_in(world.bob), "GET", f"/contacts/{card}").status_code == 200
