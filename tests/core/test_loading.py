"""What a load of many rows asks of its connection, and that it is given back."""

from functools import wraps
from pathlib import Path

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core.gathering_many import Wish
from kartotek.core.loading import WRITTEN_BACK_AFTER, Load, settle
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.search import search
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.core.test_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)
COMPANIES = RECORD_TYPES["companies"]


def on(vendor):
    """A test of what one database has alone; on the other there is nothing to ask."""

    def decorated(test):
        @wraps(test)
        def asked(*args, **named):
            if connection.vendor == vendor:
                test(*args, **named)

        return asked

    return decorated


sqlite, postgres = on("sqlite"), on("postgresql")


@pytest.fixture
def load(house):
    found = Load(COMPANIES)
    yield found
    found.end()


def asked(pragma):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return cursor.fetchone()[0]


@sqlite
def test_a_load_gives_the_connection_back_as_it_was(house):
    before = asked("cache_size"), asked("wal_autocheckpoint")
    load = Load(COMPANIES)
    assert (asked("cache_size"), asked("wal_autocheckpoint")) != before
    load.end()
    assert (asked("cache_size"), asked("wal_autocheckpoint")) == before


@sqlite
def test_the_log_is_written_back_between_commits(house, load):
    file = Path(connection.settings_dict["NAME"])
    load.between(WRITTEN_BACK_AFTER)
    size = file.stat().st_size
    wishes = [Wish(uuid7(), {"name": f"Firm {n} " + "x" * 100}) for n in range(1_500)]
    write_many(house, "companies", wishes)
    assert file.stat().st_size == size
    load.between(WRITTEN_BACK_AFTER)
    assert file.stat().st_size > size


@sqlite
def test_it_is_seen_that_others_write_meanwhile(house, load):
    write(house, "companies", None, {"name": "Own"})
    assert not load.others_wrote()
    assert together([lambda: write(house, "companies", None, {"name": "Another's"})]) == []
    assert load.others_wrote()
    assert not load.others_wrote()


def options():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'crm_company_search_words'")
        return cursor.fetchone()[0]


@postgres
def test_words_are_collected_while_a_load_lasts(load):
    assert options() == ["fastupdate=on"]
    load.end()
    assert options() == ["fastupdate=off"]


@postgres
def test_a_load_that_was_cut_off_is_settled_by_the_house(house):
    Load(COMPANIES)
    settle(COMPANIES)
    assert options() == ["fastupdate=off"]


def test_what_is_loaded_is_found_at_once(house, load):
    write_many(house, "companies", [Wish(uuid7(), {"name": f"Fjord {n}"}) for n in range(20)])
    assert len(search(house, "fjord 1", types=["companies"])) > 0
    load.between(20)
    assert len(search(house, "fjord 1", types=["companies"])) > 0
