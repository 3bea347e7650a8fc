"""The page "What leaves this house": each way out in words, for administrators."""

import orjson
import pytest

from kartotek.core import security
from kartotek.core.leaving import note_left
from kartotek.people.tokens import make_token, revoke_token
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/leaving"


def test_only_an_administrator_sees_it(world):
    for path in (AT, f"{AT}/all"):
        assert signed_in(world.manager).get(path).status_code == 403


def test_a_house_that_asked_nobody_says_so(world):
    text = signed_in(world.ann).get(AT).content.decode()
    for part in ("Nothing has left", "Nobody took anything out", "no such link", "no such token"):
        assert part in text


def test_an_address_is_told_with_its_purpose_and_how_often(world):
    note_left("hooks.example.com", 443, "webhook")
    note_left("hooks.example.com", 443, "webhook")
    note_left("inside.example.com", 80, "calendar", refused=True)
    text = signed_in(world.ann).get(AT).content.decode()
    for part in ("hooks.example.com:443", "webhook · 2 times", "calendar · 0 times · 1 refused",
                 "never used"):  # fmt: skip
        assert part in text
    assert "Nothing has left" not in text


def test_exports_and_downloads_are_counted_by_member(world):
    for kind in ("export", "export", "download", "signed_in"):
        security.note(kind, actor=world.bob)
    text = signed_in(world.ann).get(AT).content.decode()
    assert "2 exports · 1 download<" in text and "?kind=out" in text


def test_links_and_tokens_that_open_are_told_and_revoked_ones_are_not(world):
    uid, secret = make_token(world.bob, "Old program")
    revoke_token(world.ann, uid)
    make_token(world.bob, "Wall screen", view=uid)
    make_token(world.bob, "Accounts")
    text = signed_in(world.ann).get(AT).content.decode()
    links, programs = text.split('id="leaving-links"')[1].split('id="leaving-tokens"')
    assert "Wall screen" in links and "Accounts" not in links and "never used" in links
    assert "Accounts" in programs and "Wall screen" not in programs
    assert "Old program" not in text and secret not in text


def test_the_folder_of_copies_is_told(world):
    text = signed_in(world.ann).get(AT).content.decode()
    assert "/copies<" in text and "Newest copy" in text


def test_the_addresses_leave_as_json_and_that_stands_in_the_log(world):
    note_left("hooks.example.com", 443, "webhook")
    answer = signed_in(world.ann).get(f"{AT}/all")
    (told,) = orjson.loads(answer.content)["addresses"]
    assert (told["host"], told["port"], told["purpose"]) == ("hooks.example.com", 443, "webhook")
    assert (told["times"], told["refused"]) == (1, 0) and told["since"].endswith("Z")
    assert "attachment" in answer["Content-Disposition"] and "id" not in told
    assert security.lines(["download"])[0].detail["file"] == "what-leaves.json"
