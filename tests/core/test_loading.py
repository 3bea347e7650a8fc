"""What a load of many rows asks of its connection, and that it is given back."""

from pathlib import Path

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core.gathering_many import Wish
from kartotek.core.loading import WRITTEN_BACK_AFTER, Load
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.core.test_concurrency import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's alone"),
]


@pytest.fixture
def load(house):
    found = Load()
    yield found
    found.end()


def asked(pragma):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return cursor.fetchone()[0]


def test_a_load_gives_the_connection_back_as_it_was(house):
    before = asked("cache_size"), asked("wal_autocheckpoint")
    load = Load()
    assert (asked("cache_size"), asked("wal_autocheckpoint")) != before
    load.end()
    assert (asked("cache_size"), asked("wal_autocheckpoint")) == before


def test_the_log_is_written_back_between_commits(house, load):
    file = Path(connection.settings_dict["NAME"])
    load.between(WRITTEN_BACK_AFTER)
    size = file.stat().st_size
    wishes = [Wish(uuid7(), {"name": f"Firm {n} " + "x" * 100}) for n in range(1_500)]
    write_many(house, "companies", wishes)
    assert file.stat().st_size == size
    load.between(WRITTEN_BACK_AFTER)
    assert file.stat().st_size > size


def test_it_is_seen_that_others_write_meanwhile(house, load):
    write(house, "companies", None, {"name": "Own"})
    assert not load.others_wrote()
    assert together([lambda: write(house, "companies", None, {"name": "Another's"})]) == []
    assert load.others_wrote()
    assert not load.others_wrote()
