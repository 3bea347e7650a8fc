"""Django's name for this room, and the moment when all declarations are known."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "kartotek.core"
    label = "core"

    def ready(self) -> None:
        from kartotek.core import (
            checking,
            custom_indexes,
            following,
            housekeeping,
            recordtype,
            suggesting,
            undo_job,
        )

        # What registers itself by being imported: consumers of the log, jobs that come again.
        assert custom_indexes and following and housekeeping and suggesting and undo_job

        for record_type in recordtype.RECORD_TYPES.values():
            record_type.finish()
        checks.register(checking.declarations)
        # Django tells it once all migrations of all rooms are done; no record is written by it.
        post_migrate.connect(_mend, sender=self)


def _mend(**told: Any) -> None:
    from kartotek.core import catalogue, custom_indexes, storage, workspace

    workspace.forget()
    catalogue.forget()
    storage.mend()
    custom_indexes.mend()
