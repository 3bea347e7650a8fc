"""Memory that was needed for a moment goes back to the system."""

import ctypes
import gc
import sys

from kartotek.core.dialect import dialect


def give_back() -> None:
    """Drop what is unreachable and what the connection keeps, then the empty pages (glibc's)."""
    dialect().shrink()
    gc.collect()
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
