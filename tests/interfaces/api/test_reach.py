"""Every route × everybody: what lies out of reach is not read, not changed, not known of."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.interfaces.api.urls import urlpatterns
from kartotek.people.tokens import make_token
from tests.contract.samples import made
from tests.everything import everything
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
SCOPED = sorted(key for key, one in RECORD_TYPES.items() if one.scoped)
# What the tests below ask of each route; a new one fails here until it stands among them.
OF_ONE = {
    "api-record", "api-restore", "api-history", "api-action", "api-reveal", "api-content",
    "api-shares", "api-lock",
}  # fmt: skip
OF_A_TYPE = {"api-list", "api-bulk", "api-exports", "api-measure"}
OF_EXPORTS = {"api-export", "api-export-file"}
OF_ACTS = {"api-undo"}
OF_FILES = {"api-files", "api-file"}  # one's own: test_filing.py
OF_NOBODYS_DATA = {"api-document"}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and the status that what is out of their reach is answered with."""

    name: str
    client: Client
    headers: dict[str, str]
    status: int

    def ask(self, method: str, path: str, body: Any = None):
        return send(self.client, method, path, body, **self.headers)


def token_of(actor):
    return {"Authorization": f"Bearer {make_token(actor, 'Matrix')[1]}"}


@pytest.fixture
def strangers(world):
    """Everybody who stands outside Dan's department, after their first request."""
    found = [
        Asker("another department", signed_in(world.bob), {}, 404),
        Asker("a token of theirs", Client(), token_of(world.bob), 404),
        Asker("no role", signed_in(world.eve), {}, 404),
        Asker("nobody", Client(), {}, 401),
        Asker("a made-up token", Client(), {"Authorization": "Bearer x"}, 401),
    ]
    for one in found:
        one.ask("GET", "/contacts")
    return found


def routes_of_one(key, uid):
    """(method, path, body) of every route that leads to one record."""
    record_type = RECORD_TYPES[key]
    changed = {record_type.title: "Stolen"}
    found = [(method, f"/{key}/{uid}", changed) for method in ("GET", "PATCH", "DELETE")]
    found += [("POST", f"/{key}/{uid}/reveal", {"field": record_type.title})]
    found += [("GET", f"/{key}/{uid}/shares", None), ("GET", f"/{key}/{uid}/lock", None)]
    stranger = f"to=member&uid={uid}"
    found += [
        ("POST", f"/{key}/{uid}/shares", {"to": "member", "uid": str(uid), "may_edit": True}),
        ("DELETE", f"/{key}/{uid}/shares?{stranger}", None),
        ("PUT", f"/{key}/{uid}/lock", {"reason": "Mine", "until": "2999-01-01"}),
        ("DELETE", f"/{key}/{uid}/lock", None),
    ]
    found += [("POST", f"/{key}/{uid}/restore", None), ("GET", f"/{key}/{uid}/history", None)]
    found += [("GET", f"/{key}/{uid}/files/{kind.name}", None) for kind in record_type.files]
    return found + [("POST", f"/{key}/{uid}/actions/{name}", None) for name in record_type.actions]


def test_every_route_is_in_the_matrix():
    names = {one.name for one in urlpatterns if one.name}
    assert names == OF_ONE | OF_A_TYPE | OF_EXPORTS | OF_ACTS | OF_FILES | OF_NOBODYS_DATA


@pytest.mark.parametrize("is_removed", [False, True], ids=["there", "in the trash"])
@pytest.mark.parametrize("key", SCOPED)
def test_a_record_out_of_reach_is_not_there(key, is_removed, strangers, world):
    uid = made(world.dan, RECORD_TYPES[key]).uid
    if is_removed:
        remove(world.ann, key, uid)
    before = everything()
    for asker in strangers:
        for method, path, body in routes_of_one(key, uid):
            answer = asker.ask(method, path, body)
            assert answer.status_code == asker.status, (asker.name, method, path)
    assert everything() == before


@pytest.mark.parametrize("key", SCOPED)
def test_a_list_holds_nothing_out_of_reach(key, strangers, world):
    saved = made(world.dan, RECORD_TYPES[key])
    for asker in strangers:
        answer = asker.ask("GET", f"/{key}?count=1")
        assert str(saved.uid) not in answer.text, asker.name
        told = answer.json()
        assert (told.get("rows", []), told.get("count", 0)) == ([], 0), asker.name


@pytest.mark.parametrize("key", SCOPED)
def test_a_count_by_group_tells_of_nothing_out_of_reach(key, strangers, world):
    made(world.dan, RECORD_TYPES[key])
    for asker in strangers:
        answer = asker.ask("GET", f"/{key}/measure?group=owner,changed_at:day")
        told = answer.json()
        assert answer.status_code in (200, 401), asker.name
        assert told.get("groups", []) == [], asker.name
        assert told.get("total", {"count": 0})["count"] == 0, asker.name


@pytest.mark.parametrize("key", SCOPED)
def test_a_bulk_is_no_side_door(key, strangers, world):
    uid = str(made(world.dan, RECORD_TYPES[key]).uid)
    values = {RECORD_TYPES[key].title: "Stolen"}
    before = everything()
    for asker in strangers:
        for row in ({"uid": uid, "values": values}, {"uid": uid, "version": 1, "values": values}):
            answer = asker.ask("POST", f"/{key}/bulk", {"rows": [row]})
            if asker.status == 401:
                problem(answer, 401)
                continue
            (result,) = answer.json()["results"]
            assert (result["did"], result["problem"]["status"]) == ("refused", 404), asker.name
    assert everything() == before


def test_anothers_act_is_neither_asked_for_nor_undone(strangers, world):
    batch = made(world.dan, RECORD_TYPES["contacts"]).batch
    before = everything()
    for asker in strangers:
        assert asker.ask("GET", f"/undo/{batch}").status_code == asker.status
        assert asker.ask("POST", f"/undo/{batch}").status_code in (401, 403, 404)
    assert everything() == before


@pytest.mark.parametrize("key", SCOPED)
def test_the_owner_and_their_token_reach_it_so_the_matrix_can_fail(key, world):
    saved = made(world.dan, RECORD_TYPES[key])
    for asker in (
        Asker("owner", signed_in(world.dan), {}, 200),
        Asker("token", Client(), token_of(world.dan), 200),
    ):
        assert asker.ask("GET", f"/{key}/{saved.uid}").status_code == 200, asker.name
        assert str(saved.uid) in asker.ask("GET", f"/{key}").text
        assert asker.ask("GET", f"/{key}/measure").json()["total"]["count"] > 0
