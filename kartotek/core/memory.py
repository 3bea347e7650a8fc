"""Memory that was needed for a moment goes back to the system; what is needed is left alone."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kartotek.core.dialect import dialect


def give_back() -> None:
    """Drop what is unreachable and what the connection keeps, then the empty pages (glibc's)."""
    dialect().shrink()
    gc.collect()
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the look for unreachable cycles: for work that makes very much and drops none of it.

    The look then finds nothing and takes a fifth of the time. For a second at most, since it is
    put off for the whole process.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
