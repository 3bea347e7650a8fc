"""Who asks too much is told how long to wait, and is nobody else's trouble."""

import pytest
from django.test import Client

from kartotek.core.find import find
from kartotek.interfaces.api import limits
from kartotek.people.tokens import make_token
from tests.interfaces.api.calling import problem, send
from tests.web_client import signed_in


class Clock:
    """The time, standing still until it is moved."""

    def __init__(self):
        self.now = 1_000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


def test_as_many_as_fit_in_a_minute_go_at_once(clock):
    assert [limits.spend("a", 60) for _time in range(60)] == [0] * 60
    assert limits.spend("a", 60) == 1


def test_the_bucket_fills_evenly(clock):
    for _time in range(30):
        limits.spend("a", 30)
    assert limits.spend("a", 30) == 2
    clock.now += 2
    assert limits.spend("a", 30) == 0
    assert limits.spend("a", 30) == 2


def test_nobody_waits_for_another(clock):
    limits.spend("a", 1)
    assert limits.spend("a", 1) == 60
    assert limits.spend("b", 1) == 0


def test_no_limit_is_no_limit(clock):
    assert {limits.spend("a", 0) for _time in range(100)} == {0}


def test_what_is_kept_does_not_grow_without_end(clock, monkeypatch):
    monkeypatch.setattr(limits, "MOST_KNOWN", 10)
    for number in range(25):
        clock.now += 6
        limits.spend(str(number), 60)
    assert len(limits._buckets) <= 10


def test_the_refusal_says_how_long_to_wait_and_writes_nothing(settings, clock, world):
    settings.KARTOTEK_API_A_MINUTE = 2
    client = signed_in(world.ann)
    assert [send(client, "GET", "/contacts").status_code for _time in range(2)] == [200, 200]
    refused = send(client, "POST", "/contacts", {"name": "Ola"})
    assert "Wait 30 seconds" in problem(refused, 429)["detail"]
    assert refused["Retry-After"] == "30" and len(find(world.ann, "contacts")) == 0
    assert send(signed_in(world.bob), "GET", "/contacts").status_code == 200
    clock.now += 30
    assert send(client, "POST", "/contacts", {"name": "Ola"}).status_code == 201


def test_each_token_has_its_own_bucket(settings, clock, bob):
    settings.KARTOTEK_API_A_MINUTE = 1
    for name in ("One", "Two"):
        bearer = f"Bearer {make_token(bob, name)[1]}"
        told = [send(Client(), "GET", "/contacts", Authorization=bearer) for _time in range(2)]
        assert [one.status_code for one in told] == [200, 429]


def test_a_machine_that_tries_tokens_is_slowed_down_and_a_good_token_is_not(clock, bob):
    told = [send(Client(), "GET", "/contacts", Authorization="Bearer x") for _time in range(61)]
    assert [told[0].status_code, told[59].status_code, told[60].status_code] == [401, 401, 429]
    good = f"Bearer {make_token(bob, 'One')[1]}"
    assert send(Client(), "GET", "/contacts", Authorization=good).status_code == 200
