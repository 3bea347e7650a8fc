"""What every test may ask for."""

import pytest
from django.db import connection

from kartotek.core import catalogue, storage, tally, workspace
from kartotek.core.actor import Actor, system
from tests.world import World, make_world


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_are_emptied_between_tests() -> None:
    """SQLite's guards refuse the emptying after a test; they go before it and are made after it."""
    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self, *words, **named):
        guards = [f"DROP TRIGGER IF EXISTS {table}_delete" for table in storage.APPEND_ONLY]
        return [
            *(guards if self.connection.vendor == "sqlite" else []),
            *empty(self, *words, **named),
        ]

    operations.sql_flush = sql_flush


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
