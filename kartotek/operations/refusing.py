"""What the doors refuse, told at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from kartotek.core.errors import NotFound, PermissionDenied, ValidationError


@contextmanager
def told_refusals() -> Iterator[None]:
    """A refusal ends the command with its words, without a traceback."""
    try:
        yield
    except ValidationError as refused:
        raise CommandError(" ".join(refused.messages)) from None
    except (NotFound, PermissionDenied) as refused:
        raise CommandError(str(refused)) from None
