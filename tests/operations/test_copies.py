"""A copy counts only after it was opened and counted; the newest never goes."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from kartotek.core.actor import system
from kartotek.core.write import write
from kartotek.operations import copies, dumping, snapshots


@pytest.fixture
def data(transactional_db, settings, tmp_path):
    """Copies are made of the tests' database and lie in a folder of the test."""
    settings.DATA = tmp_path


def company(name):
    return write(system("test"), "companies", None, {"name": name})


def test_a_copy_has_every_row_and_leaves_a_receipt(data):
    for number in range(3):
        company(f"Firm {number}")
    made = copies.copy_now()
    assert made.counts["crm_company"] == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, rows, created FROM core_receipt")
        assert cursor.fetchall() == [("copy", made.rows, made.rows)]


def test_only_the_owner_may_read_a_copy(data):
    made = copies.copy_now()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def test_the_command_says_where_the_copy_is(data, capsys):
    call_command("backup")
    path, counted = capsys.readouterr().out.splitlines()
    assert Path(path).exists()
    assert counted.endswith("opened again and counted.")


def test_a_copy_that_fails_leaves_no_file_and_the_older_ones(data, monkeypatch):
    older = copies.copy_now().path
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(snapshots, "verified", lambda path: {"core_change": -1})
    with pytest.raises(copies.CopyFailed, match="No copy was made"):
        copies.copy_now()
    assert list(copies.folder().glob("kartotek-*")) == [older]


def test_a_copy_of_this_hour_is_not_made_twice(data):
    assert copies.hourly_copy() is not None
    assert copies.hourly_copy() is None


def hours_ago(count):
    at = datetime(2026, 11, 22, 12, 30, tzinfo=UTC) - timedelta(hours=count)
    return at, Path(f"kartotek-{at:%Y%m%dT%H%M%S}Z.sqlite3")


def test_a_month_of_hours_leaves_24_hours_and_7_days():
    every = [hours_ago(count) for count in range(24 * 31)]
    stay = copies.kept(every)
    days = {path.name[9:17] for path in stay}
    assert {path for _at, path in every[:24]} <= stay
    assert (len(stay), len(days)) == (24 + 5, 7)


def test_the_newest_copy_stays_however_old_it_is():
    old = hours_ago(24 * 400)
    assert copies.kept([old]) == {old[1]}


def test_copies_made_before_an_upgrade_stay_beside_those_of_the_hour():
    at, _path = hours_ago(0)
    upgrade = (at, Path(f"kartotek-{at:%Y%m%dT%H%M%S}Z-upgrade.sqlite3"))
    later = (at + timedelta(minutes=20), Path("kartotek-later.sqlite3"))
    assert copies.kept([upgrade, later]) == {upgrade[1], later[1]}


def test_a_strangers_file_is_not_touched(data):
    stranger = copies.folder() / "kartotek-mine.sqlite3"
    stranger.write_text("mine")
    copies.copy_now()
    assert stranger.exists()


def test_two_spoilt_pages_are_found(data):
    for number in range(40):
        company(f"Firm {number} " + "x" * 100)
    path = copies.copy_now().path
    spoilt = bytearray(path.read_bytes())
    spoilt[4_096:12_288] = b"\x55" * 8_192
    path.write_bytes(spoilt)
    with pytest.raises((snapshots.Damaged, dumping.DumpFailed)):
        snapshots.verified(path) if connection.vendor == "sqlite" else dumping.verified(path)
