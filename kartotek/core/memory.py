"""Memory that was needed for a moment goes back to the system."""

import ctypes
import gc
import sys


def give_back() -> None:
    """Free what is unreachable, and have the C library hand back its empty pages (glibc only)."""
    gc.collect()
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
