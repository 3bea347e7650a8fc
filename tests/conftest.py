"""What every test may ask for."""

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from kartotek.core import catalogue, recent_lines, tally, workspace
from kartotek.core.actor import Actor, system
from kartotek.interfaces.api import limits
from kartotek.people import tokens
from tests.again import made_or_put
from tests.emptying import empty
from tests.world import World, make_world

TransactionTestCase._fixture_teardown = lambda _case: empty()


def pytest_configure():
    """Passwords that guard nothing are hashed at the least cost; what people get is tested."""
    settings.PASSWORD_HASHERS = ["tests.people.credentials.QuickHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def _nothing_remembered(request) -> None:
    """What a process keeps between requests does not outlive a test."""
    workspace.forget()
    if not request.node.get_closest_marker("django_db") and "db" not in request.fixturenames:
        workspace.know(workspace.WorkspaceFacts())  # a test without a database asks none
    tally.forget()
    recent_lines.forget()
    catalogue.forget()
    limits.forget()
    tokens.forget()


@pytest.fixture
def house(db) -> Actor:
    return system("test")


@pytest.fixture
def world(db) -> World:
    return made_or_put(make_world)


@pytest.fixture
def ann(world) -> Actor:
    return world.ann


@pytest.fixture
def bob(world) -> Actor:
    return world.bob


@pytest.fixture
def dan(world) -> Actor:
    return world.dan
