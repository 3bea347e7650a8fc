"""What the roles need, loaded once: processes forked from here share the memory it takes."""

from __future__ import annotations

import gc
import threading
from importlib import import_module

from django.db import connections
from django.utils.module_loading import import_string

APPLICATION = "kartotek.site.wsgi.application"
LATE = ("granian.server", "granian._loops", "kartotek.operations.management.commands.jobs")


def load(application: str = APPLICATION) -> None:
    """Import everything, and keep the collector from touching, so from copying, its pages."""
    gc.disable()  # a collection would leave holes in pages that are to stay as they are
    import_string(application)
    for name in LATE:
        import_module(name)
    assert threading.active_count() == 1, "A thread does not live on in a fork."
    assert not any(one.connection for one in connections.all(initialized_only=True)), (
        "A connection that is opened before a fork would be shared."
    )
    gc.freeze()
    gc.enable()
