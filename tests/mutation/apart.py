"""A data folder of this run's own, taken before anything of ours is loaded, and given back."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# In memory where there is such a place: what is put back a thousand times need not meet a disk.
MEMORY = Path("/dev") / "shm"


def take() -> None:
    """From now on, in this process and those forked off it: SQLite, and a folder for it."""
    place = MEMORY if MEMORY.is_dir() else None
    folder = tempfile.mkdtemp(prefix="kartotek-mutation-", dir=place)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["KARTOTEK_TEST_DATA"] = folder
    os.environ.pop("KARTOTEK_TEST_DATABASE_URL", None)


take()
