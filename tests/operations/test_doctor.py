"""The doctor names what is wrong and what to do."""

import pytest
from django.core.management import call_command
from django.db import connection

from kartotek.operations import copies, disks, doctor


def wrong():
    return [finding.text for finding in doctor.findings() if finding.is_wrong]


def test_a_healthy_house_is_well(own_database, capsys):
    copies.copy_now()
    call_command("doctor")
    assert capsys.readouterr().out.endswith("All is well.\n")


def test_a_house_without_a_copy_is_told_to_make_one(own_database, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "kartotek backup" in capsys.readouterr().out


def test_a_missing_search_table_is_named(own_database):
    copies.copy_now()
    from kartotek.core import searching
    from kartotek.core.catalogue import the_type

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {searching.table_of(the_type('companies'))}")
    (found,) = wrong()
    assert "Companies" in found


def test_a_migration_that_did_not_run_is_told(own_database):
    copies.copy_now()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'crm'")
    (found,) = wrong()
    assert "have not run" in found


def test_a_full_disk_is_told_in_megabytes(own_database, monkeypatch):
    copies.copy_now()
    monkeypatch.setattr(disks, "free_megabytes", lambda folder: 12)
    (found,) = wrong()
    assert "12 MB" in found
