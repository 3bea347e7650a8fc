"""What every test may ask for."""

import pytest

from kartotek.core import catalogue, tally, workspace
from kartotek.core.actor import Actor, system
from tests.world import World, make_world


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps between requests does not outlive a test."""
    workspace.forget()
    tally.forget()
    catalogue.forget()


@pytest.fixture
def house(db) -> Actor:
    return system("test")


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.fixture
def ann(world) -> Actor:
    return world.ann


@pytest.fixture
def bob(world) -> Actor:
    return world.bob


@pytest.fixture
def dan(world) -> Actor:
    return world.dan
