"""The web server: granian, its workers forked from an image where the system can do that."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from kartotek.operations import image
from kartotek.operations.processes import FORKS, die_with_parent

THREADS = 4


def serve(host: str, port: str, workers: str = "", application: str = image.APPLICATION) -> None:
    """Answer requests until told to stop. The figures were measured."""
    if FORKS:
        image.load(application)
        multiprocessing.set_start_method("fork", force=True)
    server = Server(
        application,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(workers or max(2, os.cpu_count() or 1)),
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,  # a thread that ends takes its connection along
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_in_worker, application), wrap_loader=False)


def _in_worker(application: str) -> Callable[..., Any]:
    """What a worker begins with: the application, which a forked one has already."""
    die_with_parent()
    found: Callable[..., Any] = import_string(application)
    return found
