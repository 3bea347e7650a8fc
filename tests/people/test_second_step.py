"""The second step: set up, asked, taken once; lost, guessed, forged."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from kartotek.core import security
from kartotek.people import second_step
from kartotek.people.invitations import invitation, member_of
from kartotek.people.roster import add_member
from kartotek.people.signing import set_password
from tests.everything import everything
from tests.people.authenticators import PRESENT, Key, code_of
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
AT = "/settings/me/access/steps"
SENT = {"email": "gus@example.com", "password": PASSWORD}


@pytest.fixture
def gus(world):
    user = add_member(world.ann, "Gus", "gus@example.com", role="sales")
    set_password(user, PASSWORD)
    return user


def browser() -> Client:
    return Client(headers={"Host": "localhost"})


def came_in() -> Client:
    client = browser()
    assert client.post("/sign-in", SENT).url == "/"
    return client


def is_in(client: Client) -> bool:
    return client.get("/keys").status_code == 200


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """(secret, recovery codes) of an app that was set up as the page says."""
    html = client.get(f"{AT}/app").content.decode()
    assert "<svg" in html
    secret = re.search(r'steps-secret">([A-Z2-7 ]+)<', html).group(1)
    html = client.post(f"{AT}/app", {"code": code_of(secret)}).content.decode()
    return secret, re.findall(r"<code>(\d{4} \d{4})</code>", html)


def password_given() -> Client:
    """A browser in which the password was right, and no more."""
    client = browser()
    answer = client.post("/sign-in", {**SENT, "next": "/contacts"})
    assert answer.url == "/sign-in/second?next=%2Fcontacts" and not is_in(client)
    return client


def coded(client: Client, code: str):
    return client.post("/sign-in/second", {"code": code, "next": "/contacts"})


def add_key(client: Client, key: Key, name: str = ""):
    asked = client.post(f"{AT}/passkey/ask").json()
    return client.post(f"{AT}/passkey", {"credential": key.make(asked), "name": name})


def test_without_a_second_step_the_password_lets_in(gus):
    assert is_in(came_in())


def test_an_app_is_set_up_and_asked_from_then_on(gus):
    secret, codes = set_up_app(came_in())
    assert len(set(codes)) == 10
    client = password_given()
    assert "Second step" in client.get("/sign-in/second").content.decode()
    assert coded(client, "000000").status_code == 422 and not is_in(client)
    done = coded(client, code_of(secret, 1))
    assert done.url == "/contacts" and is_in(client)
    kinds = [kind for kind, _address, _detail in security.recent(("second_step_set",), 60)]
    assert kinds == ["second_step_set"]


def test_a_code_is_taken_once(gus):
    desk = came_in()
    secret, codes = set_up_app(desk)
    assert coded(password_given(), code_of(secret)).status_code == 422  # it set the app up
    assert coded(password_given(), code_of(secret, 1)).status_code == 302
    assert coded(password_given(), code_of(secret, 1)).status_code == 422
    assert coded(password_given(), code_of(secret, -1)).status_code == 422  # nor an older one
    assert coded(password_given(), codes[3]).status_code == 302
    assert coded(password_given(), codes[3]).status_code == 422
    assert "9 recovery codes left" in desk.get(AT).content.decode()


def test_the_password_alone_opens_nothing(gus):
    set_up_app(came_in())
    client = password_given()
    for path in ("/", "/contacts", AT, "/api/v1/contacts", "/live?watch=contacts", "/password"):
        assert client.get(path).status_code in (302, 401, 403), path
    before = everything()
    assert client.post("/settings/me/access/token", {"name": "x", "days": "30"}).status_code == 302
    assert client.post(f"{AT}/app/end").status_code == 302
    assert everything() == before


def test_what_waits_for_the_second_step_ends(gus, monkeypatch):
    secret, _codes = set_up_app(came_in())
    client, later = password_given(), time.time() + second_step.WAITS + 1
    with monkeypatch.context() as patch:
        patch.setattr(second_step.time, "time", lambda: later)
        assert coded(client, code_of(secret, 1)).url.startswith("/sign-in?")
    client = password_given()
    set_password(gus, "another horse battery")
    assert coded(client, code_of(secret, 1)).url.startswith("/sign-in?") and not is_in(client)


def test_an_invitation_does_not_go_around_it(gus):
    set_up_app(came_in())
    gus.refresh_from_db()
    client, link = browser(), f"/invitation/{invitation(gus)}"
    answer = client.post(link, {"password": "another horse battery"})
    assert answer.url.startswith("/sign-in/second") and not is_in(client)


def test_codes_cannot_be_guessed_from_many_machines(gus):
    secret, _codes = set_up_app(came_in())
    for number in range(20):
        client = Client(headers={"Host": "localhost"}, REMOTE_ADDR=f"10.0.0.{number}")
        client.post("/sign-in", SENT)
        assert coded(client, "000000").status_code == 422
    client = password_given()
    answer = coded(client, code_of(secret, 1))
    assert answer.status_code == 422 and "Too many wrong codes" in answer.content.decode()
    assert [detail["code"] for _k, _a, detail in security.recent(("sign_in_limited",), 60)] == [
        True
    ]


def test_changing_it_asks_for_the_password_again(gus):
    desk = came_in()
    secret, _codes = set_up_app(desk)
    session = desk.session
    session["sure_at"] = time.time() - 601
    session.save()
    before = everything()
    for path in ("app", "app/end", "codes", "passkey", "passkey/ask"):
        answer = desk.post(f"{AT}/{path}", {"code": code_of(secret)})
        assert answer.status_code == 403, path
    assert everything() == before
    assert desk.post(f"{AT}/sure", {"password": "wrong"}).status_code == 422
    assert desk.post(f"{AT}/sure", {"password": PASSWORD}).url == AT
    assert desk.post(f"{AT}/app/end").url == AT
    assert Authenticator.objects.count() == 0  # its recovery codes ended with it
    assert is_in(came_in())


def test_new_recovery_codes_end_the_old_ones(gus):
    desk = came_in()
    _secret, old = set_up_app(desk)
    html = desk.post(f"{AT}/codes").content.decode()
    new = re.findall(r"<code>(\d{4} \d{4})</code>", html)
    assert len(new) == 10 and not set(new) & set(old)
    assert coded(password_given(), old[0]).status_code == 422
    assert coded(password_given(), new[0]).status_code == 302


def test_secrets_are_sealed_and_useless_with_another_key(gus, settings):
    secret, codes = set_up_app(came_in())
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret.replace(" ", "") not in kept and codes[0].replace(" ", "") not in kept
    assert second_step._taken(gus, code_of(secret, 1)) == "totp"
    settings.SECRET_KEY = "of another installation"
    assert second_step._taken(gus, code_of(secret, 2)) == ""
    assert second_step._taken(gus, codes[0]) == "" and second_step.steps_of(gus.pk).codes_left == 0


def test_an_administrator_lets_in_who_lost_their_phone(world, gus):
    set_up_app(came_in())
    path = f"/settings/people/{member_of(gus)}/doors"
    bob, ann = signed_in(world.bob), signed_in(world.ann)
    bob.get("/keys")
    before = everything()
    assert bob.post(f"{path}/steps").status_code == 403 and everything() == before
    assert "End the second step" in ann.get(path).content.decode()
    ann.post(f"{path}/steps")
    assert is_in(came_in())
    ((_kind, _address, detail),) = security.recent(("second_step_ended",), 60)
    assert detail["member"] == str(member_of(gus))


def test_the_command_lets_in_who_is_the_only_administrator(gus, capsys):
    set_up_app(came_in())
    call_command("user", "one-step", "gus@example.com")
    assert "by the password alone" in capsys.readouterr().out
    assert is_in(came_in())
    call_command("user", "one-step", "gus@example.com")
    assert "no second step" in capsys.readouterr().out


def test_a_passkey_signs_in_alone_and_as_the_second_step(gus):
    desk, key = came_in(), Key()
    codes = re.findall(r"<code>", add_key(desk, key, "Gus’s phone").content.decode())
    assert len(codes) == 10 and "Gus’s phone" in desk.get(AT).content.decode()
    client = browser()
    asked = client.post("/sign-in/passkey/ask").json()
    sent = {"credential": key.sign(asked), "next": "/contacts"}
    assert client.post("/sign-in/passkey", sent).url == "/contacts" and is_in(client)
    client = password_given()
    asked = client.post("/sign-in/passkey/ask").json()
    assert len(asked["publicKey"]["allowCredentials"]) == 1
    assert client.post("/sign-in/second", {"credential": key.sign(asked)}).url == "/"
    assert is_in(client)
    (uid,) = [one.uid for one in second_step.steps_of(gus.pk).passkeys]
    assert desk.post(f"{AT}/passkey/{uid}/end").url == AT
    assert desk.post(f"{AT}/passkey/{uid}/end").status_code == 404
    assert is_in(came_in())


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost:81"}, {"origin": "https://localhost"},
        {"origin": "http://evil.localhost"}, {"origin": "https://evil.example"},
        {"name": "evil.example"}, {"flags": PRESENT}, {"flags": 0},
    ],
)  # fmt: skip
def test_a_passkey_of_another_site_or_of_nobody_is_refused(gus, wrong):
    desk, key = came_in(), Key()
    add_key(desk, key)
    before = everything()
    answer = add_key(desk, Key(**wrong))
    assert answer.status_code == 422 and "not accepted" in answer.content.decode()
    assert everything() == before
    for name, value in wrong.items():
        setattr(key, name, value)
    client = browser()
    asked = client.post("/sign-in/passkey/ask").json()
    answer = client.post("/sign-in/passkey", {"credential": key.sign(asked)})
    assert answer.status_code == 422 and "not accepted" in answer.content.decode()
    assert not is_in(client) and everything() == before


def test_a_passkey_answers_one_challenge_and_for_one_person(world, gus):
    desk, key = came_in(), Key()
    add_key(desk, key)
    client = browser()
    asked = client.post("/sign-in/passkey/ask").json()
    signed = key.sign(asked)
    thief = browser()
    thief.post("/sign-in/passkey/ask")  # a challenge of their own
    assert thief.post("/sign-in/passkey", {"credential": signed}).status_code == 422
    assert client.post("/sign-in/passkey", {"credential": signed}).status_code == 302
    assert client.post("/sign-in/passkey", {"credential": signed}).status_code == 422
    stranger, other = Key(), browser()
    stranger.user, stranger.id = key.user, key.id  # the right names, and another key
    asked = other.post("/sign-in/passkey/ask").json()
    assert other.post("/sign-in/passkey", {"credential": stranger.sign(asked)}).status_code == 422
    assert not is_in(thief) and not is_in(other)


@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]", "null", '"x"', "{}", '{"response": 1}', '{"response": {}}', "x" * 30_000,
     '{"id": 1, "rawId": [], "type": {}, "response": {"userHandle": 5}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "AA", '
     '"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
     '"attestationObject": "AA"}}'],
)  # fmt: skip
def test_what_is_no_passkey_is_refused_in_words(gus, sent):
    desk = came_in()
    add_key(desk, Key())
    desk.post(f"{AT}/passkey/ask")
    before = everything()
    assert desk.post(f"{AT}/passkey", {"credential": sent}).status_code == 422
    client = browser()
    client.post("/sign-in/passkey/ask")
    answer = client.post("/sign-in/passkey", {"credential": sent})
    assert answer.status_code == 422 and "not accepted" in answer.content.decode()
    assert everything() == before and not is_in(client)


def test_a_passkey_ends_with_its_members_access(world, gus):
    desk, key = came_in(), Key()
    add_key(desk, key)
    signed_in(world.ann).post(f"/settings/people/{member_of(gus)}/access", {"open": ""})
    client = browser()
    assert client.post("/sign-in", SENT).status_code == 422
    asked = client.post("/sign-in/passkey/ask").json()
    assert client.post("/sign-in/passkey", {"credential": key.sign(asked)}).status_code == 422
    assert not is_in(client)


def test_where_a_browser_makes_no_passkey_none_is_offered(gus, settings):
    desk = Client()
    desk.post("/sign-in", SENT)
    assert "Passkeys need HTTPS" in desk.get(AT).content.decode()
    assert desk.post(f"{AT}/passkey/ask").status_code == 422
    assert Client().post("/sign-in/passkey/ask").status_code == 422
    assert "k-passkey" not in Client().get("/sign-in").content.decode()
