"""Programs come in by a token: no cookie, no form token, and never as somebody else."""

import orjson
import pytest
from django.test import Client

from kartotek.core import log
from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.write import write
from kartotek.people.tokens import make_token, revoke_token
from tests.everything import everything
from tests.interfaces.api.calling import BASE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def post(client, path, body, **headers):
    return client.post(f"{BASE}{path}", orjson.dumps(body), "application/json", headers=headers)


@pytest.fixture
def program(bob):
    """A client without a cookie, and the token it holds."""
    return Client(enforce_csrf_checks=True), make_token(bob, "Nightly")


def test_a_program_reads_and_writes_with_its_token_alone(program, bob):
    client, (_uid, secret) = program
    made = post(client, "/contacts", {"name": "Ola"}, **bearer(secret))
    assert made.status_code == 201
    assert client.get(made["Location"], headers=bearer(secret)).json()["name"] == "Ola"
    assert "Set-Cookie" not in str(made.headers) and not client.cookies
    (line,) = [one for one in log.after(0, 100) if one.type == "contacts"]
    assert (line.actor_kind, line.actor_name, line.cause, line.member) == (
        "token", "Bob (Nightly)", "api", bob.member)  # fmt: skip


def test_a_token_does_what_its_member_may_and_no_more(world):
    _uid, secret = make_token(world.reader, "Nightly")
    refused = post(Client(), "/contacts", {"name": "Ola"}, **bearer(secret))
    assert refused.status_code == 403 and len(find(world.ann, "contacts")) == 0


def test_a_wrong_bearer_is_never_taken_as_the_cookies_session(ann):
    client = signed_in(ann)
    assert client.get(f"{BASE}/contacts").status_code == 200
    before = everything()
    for wrong in ("x", "", "Bearer"):
        answer = client.get(f"{BASE}/contacts", headers=bearer(wrong))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="Kartotek", error="invalid_token"'
        assert post(client, "/contacts", {"name": "Ola"}, **bearer(wrong)).status_code == 401
    assert everything() == before


def test_with_a_cookie_beside_it_the_token_says_who_acts(ann, bob):
    _uid, secret = make_token(bob, "Nightly")
    made = post(signed_in(ann), "/contacts", {"name": "Ola"}, **bearer(secret))
    (row,) = find(ann, "contacts").rows
    assert made.status_code == 201 and row["owner"].title == "Bob"


def test_another_scheme_leaves_the_cookie_as_it_is(ann):
    answer = signed_in(ann).get(f"{BASE}/contacts", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 200


def test_a_revoked_token_and_one_of_a_deactivated_member_are_out_at_once(program, ann, bob):
    client, (uid, secret) = program
    _uid, other = make_token(bob, "Other")
    assert client.get(f"{BASE}/contacts", headers=bearer(secret)).status_code == 200
    revoke_token(ann, uid)
    assert client.get(f"{BASE}/contacts", headers=bearer(secret)).status_code == 401
    assert client.get(f"{BASE}/contacts", headers=bearer(other)).status_code == 200
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = client.get(f"{BASE}/contacts", headers=bearer(other))
    assert answer.status_code == 401 and answer.json()["detail"].endswith(".")


def test_a_token_opens_no_page(program, ann):
    client, (_uid, secret) = program
    answer = client.get("/contacts", headers=bearer(secret), follow=False)
    assert answer.status_code in (301, 302) and "/sign-in" in answer["Location"]
    kept = signed_in(ann)
    assert kept.get("/trash", headers=bearer(secret)).status_code == 302
    assert kept.get("/trash").status_code == 200


def test_nobody_is_told_how_to_come_in(db):
    answer = Client().get(f"{BASE}/contacts")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Kartotek"')


def test_an_answer_says_that_it_belongs_to_who_asked(ann):
    vary = signed_in(ann).get(f"{BASE}/contacts")["Vary"]
    assert {"Authorization", "Cookie"} <= {one.strip() for one in vary.split(",")}


def test_two_tokens_of_one_member_keep_their_idempotency_keys_apart(bob):
    made = [
        post(Client(), "/contacts", {"name": name}, **bearer(make_token(bob, name)[1]),
             **{"Idempotency-Key": "1"}).json()["name"]
        for name in ("Ola", "Kari")
    ]  # fmt: skip
    assert made == ["Ola", "Kari"]
