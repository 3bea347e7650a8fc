"""`kartotek token`: the secret once, the list without it, and an end at once."""

import pytest
from django.core.management import CommandError, call_command

from kartotek.core.actor import system
from kartotek.core.write import write
from kartotek.people.tokens import tokens


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, bob):
    settings.DATA = tmp_path
    write(system("test"), "members", bob.member_uid, {"emails": "bob@example.com"})


def test_a_token_is_made_and_its_secret_printed_alone(capsys):
    call_command("token", "add", "Nightly", "--as", "bob@example.com", "--days", "30")
    told = capsys.readouterr()
    assert told.out.startswith("kartotek_") and len(told.out.split()) == 1
    assert "not shown again" in told.err and "Bob" in told.err


def test_the_list_shows_every_token_and_no_secret(capsys):
    call_command("token", "add", "Nightly", "--as", "bob@example.com")
    secret = capsys.readouterr().out.strip()
    call_command("token", "list")
    told = capsys.readouterr().out
    assert told.split("\t")[1:4] == ["Nightly", "Bob", "no end"] and secret not in told


def test_a_revoked_token_is_shown_as_such(capsys):
    call_command("token", "add", "Nightly", "--as", "bob@example.com")
    call_command("token", "revoke", str(tokens()[0].uid))
    call_command("token", "list")
    told = capsys.readouterr().out.splitlines()
    assert told[-2] == "“Nightly” of Bob opens nothing any more."
    assert told[-1].endswith("revoked")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "Nightly", "--as", "nobody@example.com"], "No active member"),
        (["add", " ", "--as", "bob@example.com"], "has a name"),
        (["add", "Nightly", "--as", "bob@example.com", "--days", "0"], "lives 1 to"),
        (["revoke", "Nightly"], "names no token"),
        (["revoke", "0199f000-0000-7000-8000-000000000000"], "no such token"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(words, says):
    with pytest.raises(CommandError, match=says):
        call_command("token", *words)
    assert tokens() == []
