"""`kartotek jobs` as a service: no restore beside it, and it none beside a restore."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django_tasks import task

from kartotek.operations.processes import PARENT, FolderLock

pytestmark = pytest.mark.django_db


@task()
def take_as_a_restore_does():
    return is_free()


def is_free():
    lock = FolderLock(Path(django_settings.DATA))
    taken = lock.take(alone=True)
    lock.give_back()
    return taken


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("kartotek.core.jobs.RECURRING", {})
    settings.DATA = tmp_path


def test_a_restore_is_kept_out_while_a_worker_works_and_no_longer():
    asked = take_as_a_restore_does.enqueue()
    call_command("jobs", "--once")
    asked.refresh()
    assert asked.return_value is False
    assert is_free()


def test_a_worker_does_nothing_while_a_restore_runs(settings):
    asked = take_as_a_restore_does.enqueue()
    restore = FolderLock(settings.DATA)
    assert restore.take(alone=True)
    with pytest.raises(CommandError, match="A restore"):
        call_command("jobs", "--once")
    restore.give_back()
    asked.refresh()
    assert not asked.is_finished


def test_two_workers_share_a_folder(settings):
    other = FolderLock(settings.DATA)
    assert other.take()
    asked = take_as_a_restore_does.enqueue()
    call_command("jobs", "--once")
    other.give_back()
    asked.refresh()
    assert asked.is_finished


def test_below_the_keeper_the_folder_is_held_already(settings, monkeypatch):
    keeper = FolderLock(settings.DATA)
    assert keeper.take(alone=True)
    monkeypatch.setenv(PARENT, "1")
    asked = take_as_a_restore_does.enqueue()
    call_command("jobs", "--once")
    keeper.give_back()
    asked.refresh()
    assert asked.is_finished
