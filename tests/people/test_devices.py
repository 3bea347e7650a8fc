"""Where people are signed in: told in words, ended by themselves and by an administrator."""

import re

import pytest
from django.db import connection
from django.test import Client

from kartotek.core import security
from kartotek.people import devices, middleware, tokens
from kartotek.people.invitations import member_of
from kartotek.people.roster import add_member
from kartotek.people.signing import set_password
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604"
)
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HX = {"HX-Request": "true"}
AT = "/settings/me/access"


@pytest.fixture
def gus(world):
    user = add_member(world.ann, "Gus", "gus@example.com", role="sales")
    set_password(user, PASSWORD)
    return user


def come_in(agent: str = DESK) -> Client:
    client = Client(headers={"User-Agent": agent})
    sent = {"email": "gus@example.com", "password": PASSWORD}
    assert client.post("/sign-in", sent).status_code == 302
    return client


def ends(client: Client) -> list[str]:
    return re.findall(rf'hx-post="({AT}/session/[^"]+)"', client.get(AT).content.decode())


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (PHONE, "Safari on iPhone"), (DESK, "Firefox on Linux"), ("", "an unknown device"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/18 Safari/605", "Safari on macOS"),
        ("curl/8.0", "an unknown device"), ("Firefox/140", "Firefox"),
    ],
)  # fmt: skip
def test_a_device_is_told_in_words(agent, told):
    assert devices.named(agent) == told


def test_each_sign_in_is_listed_and_ended_from_another(gus):
    desk, phone = come_in(), come_in(PHONE)
    html = desk.get(AT).content.decode()
    assert "Firefox on Linux" in html and "Safari on iPhone" in html and "this one" in html
    (end,) = ends(desk)
    assert "Signed out there: Safari on iPhone." in desk.post(end, headers=HX).content.decode()
    assert phone.get("/keys").status_code == 302 and desk.get("/keys").status_code == 200
    assert phone.get("/live?watch=contacts", headers=HX).status_code == 401
    assert ends(desk) == [] and desk.post(end, headers=HX).status_code == 404
    ((_kind, _address, detail),) = security.recent(("session_closed",), 60)
    assert detail["device"] == "Safari on iPhone"


def test_all_others_end_at_once(gus):
    desk, phone, third = come_in(), come_in(PHONE), come_in(PHONE)
    assert "2 sessions ended" in desk.post(f"{AT}/others", headers=HX).content.decode()
    assert [one.get("/keys").status_code for one in (desk, phone, third)] == [200, 302, 302]


def test_a_session_of_before_they_were_listed_comes_on_the_list_when_used(gus):
    desk, phone = come_in(), come_in(PHONE)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_session")
    middleware._seen.clear()
    for one in (desk, phone, desk):
        assert one.get("/keys").status_code == 200
    (end,) = ends(desk)
    assert desk.post(end, headers=HX).status_code == 200
    assert phone.get("/keys").status_code == 302
    ((_kind, _address, detail),) = security.recent(("session_closed",), 60)
    assert detail["member"] == str(member_of(gus))


def test_a_new_password_keeps_this_session_on_the_list(gus):
    desk, phone = come_in(), come_in(PHONE)
    sent = {"old": PASSWORD, "password": "another horse battery", "new": "another horse battery"}
    desk.post("/password", sent)
    assert phone.get("/keys").status_code == 302
    assert "this one" in desk.get(AT).content.decode()


def test_nobody_ends_anothers_and_an_administrator_does(world, gus):
    desk = come_in()
    member = member_of(gus)
    (device,) = devices.devices_of(member)
    there, bob = f"/settings/people/{member}/doors", signed_in(world.bob)
    bob.get("/keys")
    before = everything()
    for path in (f"{AT}/session/{device.uid}", f"{there}/session/{device.uid}", f"{there}/others"):
        assert bob.post(path, headers=HX).status_code in (403, 404)
    assert bob.get(there).status_code == 403
    assert everything() == before and desk.get("/keys").status_code == 200
    ann = signed_in(world.ann)
    assert "Firefox on Linux" in ann.get(there).content.decode()
    ann.post(f"{there}/session/{device.uid}", headers=HX)
    assert desk.get("/keys").status_code == 302


def test_a_token_is_made_shown_once_and_revoked(gus):
    desk = come_in()
    html = desk.post(f"{AT}/token", {"name": "Till", "days": "30"}, headers=HX).content.decode()
    secret = re.search(r'value="(kartotek_[^"]+)"', html).group(1)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/contacts", headers=bearer).status_code == 200
    html = desk.get(AT).content.decode()
    assert secret not in html and "Till" in html
    end = re.search(rf'hx-post="({AT}/token/[^"]+)"', html).group(1)
    assert "refused from now on" in desk.post(end, headers=HX).content.decode()
    assert Client().get("/api/v1/contacts", headers=bearer).status_code == 401
    assert tokens.tokens_of(member_of(gus)) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "days": "30"},
        {"name": "x"},  # a token without end is chosen, not left over
        *({"name": "x", "days": days} for days in ("9999", "100000", "abc", "-1", "0", "٣", "1.5")),
    ],
)
def test_what_no_token_is_made_of_is_said(gus, sent):
    answer = come_in().post(f"{AT}/token", sent, headers=HX)
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    assert tokens.tokens_of(member_of(gus)) == []


def test_a_token_without_end_is_made_where_it_is_chosen(gus):
    assert (
        come_in().post(f"{AT}/token", {"name": "Till", "days": ""}, headers=HX).status_code == 200
    )
    assert [one.expires_at for one in tokens.tokens_of(member_of(gus))] == [None]


def test_anothers_token_is_not_there(world, gus):
    uid, _secret = tokens.make_token(world.dan, "Theirs")
    assert come_in().post(f"{AT}/token/{uid}", headers=HX).status_code == 404
    assert [one.uid for one in tokens.tokens_of(world.dan.member_uid)] == [uid]
