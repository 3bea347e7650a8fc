"""When the first run is needed, and that two at one instant found one company."""

import threading

import pytest
from django.db import connections

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.operations import first_run
from kartotek.operations.first_run import AlreadyDone, Beginning, begin, is_needed
from tests.people.credentials import with_account


def beginning(number=1):
    return Beginning(
        "Ann", f"ann{number}@example.com", "correct horse battery", "Nordlys", "LV", "en",
        "Europe/Riga",
    )  # fmt: skip


def test_it_is_needed_until_an_administrator_can_sign_in(world):
    assert is_needed()
    with_account(world.bob)
    assert is_needed()
    with_account(world.ann)
    assert not is_needed()


def test_an_invited_administrator_who_has_no_password_yet_is_not_enough(world):
    with_account(world.ann, None)
    assert is_needed()


def test_a_house_whose_last_administrator_went_gets_another_and_no_second_company(world):
    first_run.settle_in("Company", "LV", "en", "Europe/Riga")
    with_account(world.ann, None)
    before = len(find(system("test"), "departments"))
    begin(Beginning("Zoe", "zoe@example.com", "correct horse battery", "Company", "LV", "en", ""))
    assert not is_needed()
    assert len(find(system("test"), "departments")) == before


def test_a_token_dies_after_a_day(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    token = first_run.new_token()
    assert first_run.is_open(token)
    later = first_run.time.time() + 24 * 3600 + 1
    monkeypatch.setattr(first_run.time, "time", lambda: later)
    assert not first_run.is_open(token)


def test_the_token_itself_is_nowhere_on_the_disk(settings, tmp_path):
    settings.DATA = tmp_path
    token = first_run.new_token()
    assert not any(token in path.read_text() for path in tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_two_first_runs_at_one_instant_found_one_company():
    ended = []

    def found(number):
        try:
            begin(beginning(number))
            ended.append("founded")
        except AlreadyDone:
            ended.append("refused")
        finally:
            connections.close_all()

    both = [threading.Thread(target=found, args=(number,)) for number in (1, 2)]
    [one.start() for one in both]
    [one.join() for one in both]
    assert sorted(ended) == ["founded", "refused"]
    assert len(find(system("test"), "members")) == 1
