"""The doctor names what is wrong and what to do."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from kartotek.core import asking, consumers
from kartotek.core.actor import system
from kartotek.core.catalogue import the_type
from kartotek.core.write import write
from kartotek.operations import copies, disks, doctor


@pytest.fixture
def house_with_a_copy(db, settings, tmp_path):
    """The doctor looks at the name of a copy; its inside is looked at when it is made."""
    settings.DATA = tmp_path
    (copies.folder() / f"kartotek-{datetime.now(UTC):%Y%m%dT%H%M%S}Z.sqlite3").touch()


def wrong():
    return [finding.text for finding in doctor.findings() if finding.is_wrong]


def test_a_healthy_house_is_well(own_database, capsys):
    copies.copy_now()
    call_command("doctor")
    assert capsys.readouterr().out.endswith("All is well.\n")


def test_a_house_without_a_copy_is_told_to_make_one(db, settings, tmp_path, capsys):
    settings.DATA = tmp_path
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "kartotek backup" in capsys.readouterr().out


def test_a_missing_search_table_is_named(house_with_a_copy):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {asking.table_of(the_type('companies'))}")
    (found,) = wrong()
    assert "Companies" in found


def test_a_migration_that_did_not_run_is_told(house_with_a_copy):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'crm'")
    (found,) = wrong()
    assert "have not run" in found


def test_a_full_disk_is_told_in_megabytes(house_with_a_copy, monkeypatch):
    monkeypatch.setattr(disks, "free_megabytes", lambda folder: 12)
    (found,) = wrong()
    assert "12 MB" in found


@pytest.fixture
def two_readers(house_with_a_copy, monkeypatch):
    """A reader of the log that works, another that does not, and two lines."""
    monkeypatch.setattr(consumers, "CONSUMERS", {})
    for name in ("ear", "deaf"):
        consumers.consumer(name)(lambda changes: None)
    for name in ("Acme", "Globex"):
        write(system("test"), "companies", None, {"name": name})
    consumers.feed("ear")
    return monkeypatch


def test_a_reader_of_the_log_that_lags_is_named_with_what_to_do(two_readers):
    two_readers.setattr(doctor, "LATE", -doctor.LATE)  # as if it were ten minutes later
    (found,) = wrong()
    assert "“deaf” by 2 lines" in found
    assert "“ear”" not in found
    assert "kartotek jobs" in found


def test_lines_of_the_last_minutes_may_wait(two_readers):
    assert wrong() == []
