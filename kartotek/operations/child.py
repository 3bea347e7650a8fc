"""What a child of the keeper does: `python -m kartotek.operations.child web|jobs WORDS`."""

import sys
from collections.abc import Callable

import django
from django.core.management import call_command

from kartotek.operations import web_server
from kartotek.operations.processes import die_with_parent

COMMAND = [sys.executable, "-m", "kartotek.operations.child"]


def _jobs() -> None:
    django.setup()
    call_command("jobs")


ROLES: dict[str, Callable[..., None]] = {"web": web_server.serve, "jobs": _jobs}


def become(role: str, *words: str) -> None:
    """Promise to die with the keeper, then do what the role does."""
    die_with_parent()
    ROLES[role](*words)


if __name__ == "__main__":  # a worker that is spawned imports this file again
    become(*sys.argv[1:])
