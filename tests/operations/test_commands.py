"""The command line, as somebody at a terminal meets it."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kartotek.operations import links
from kartotek.people.roster import everybody
from kartotek.people.signing import account_of
from kartotek.site import command
from tests.people.credentials import with_account


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


def test_help_lists_ours_and_none_of_djangos(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kartotek", "help"])
    command.main()
    told = capsys.readouterr().out
    assert {"serve", "user", "backup", "restore", "doctor"} <= set(told.split())
    assert not {"migrate", "shell", "runserver"} & set(told.split())


def test_a_person_is_added_invited_and_comes_in(world, capsys):
    call_command("user", "add", "Gus Gran", "gus@example.com", "--department", "Service")
    link, _lives, reach = capsys.readouterr().out.splitlines()
    assert "Only this machine" in reach
    path = link.removeprefix(links.local())
    assert Client().post(path, {"password": "correct horse battery"}).status_code == 302


def test_an_open_house_gives_links_that_others_can_open(world, capsys):
    links.tell_where("http://192.168.1.5:8200")
    call_command("user", "add", "Gus Gran", "gus@example.com")
    told = capsys.readouterr().out
    assert told.startswith("http://192.168.1.5:8200/invitation/")
    assert "Only this machine" not in told


def test_a_password_is_set_from_a_pipe(world, monkeypatch, capsys):
    with_account(world.bob)
    monkeypatch.setattr(sys, "stdin", io.StringIO("another good sentence\n"))
    call_command("user", "password", "Bob@example.com")
    assert account_of("bob@example.com").check_password("another good sentence")


def test_a_weak_password_is_refused_in_words(world, monkeypatch):
    with_account(world.bob)
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("user", "password", "bob@example.com")


def test_deactivated_from_the_command_line(world, capsys):
    with_account(world.bob)
    call_command("user", "deactivate", "bob@example.com")
    assert [one.is_active for one in everybody()] == [False]
    call_command("user", "list")
    assert "deactivated" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["deactivate", "password", "invite"])
def test_a_stranger_is_named(world, verb):
    with pytest.raises(CommandError, match=r"Nobody signs in as eve@example\.com"):
        call_command("user", verb, "eve@example.com")
