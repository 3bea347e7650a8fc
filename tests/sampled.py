"""Of a test with many variants the quick part plays a few, always the same; `--all` plays all.

On the second database fewer of them, and none whose question is no database's (marked `either`).
The contract of every record type, the routes and the budgets of the code are played whole.
"""

from __future__ import annotations

import os
import re
import zlib
from collections import defaultdict

import pytest

SECOND = bool(os.environ.get("KARTOTEK_TEST_DATABASE_URL"))
KEPT = 2 if SECOND else 3  # variants of one test
WHOLE = ("tests/contract/", "tests/budgets/", "tests/site/test_every_route.py")
APART = ("journey", "fault", "budget", "slow")


@pytest.hookimpl(tryfirst=True)  # before the marks are asked for
def pytest_collection_modifyitems(items) -> None:
    """Mark as slow what the quick part leaves to `--all`."""
    variants = defaultdict(list)
    for item in items:
        name, bracket, _variant = item.nodeid.partition("[")
        if SECOND and item.get_closest_marker("either"):
            item.add_marker(pytest.mark.slow)
        is_apart = any(item.get_closest_marker(mark) for mark in APART)
        if bracket and not is_apart and not name.startswith(WHOLE):
            variants[name].append(item)
    for those in variants.values():
        for item in sorted(those, key=_place)[KEPT:]:
            item.add_marker(pytest.mark.slow)


def _place(item) -> int:
    """The same in every run and on every machine, and no row of neighbours."""
    return zlib.crc32(re.sub(r"0x[0-9a-f]+", "", item.nodeid).encode())
