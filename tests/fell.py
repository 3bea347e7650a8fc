"""Writes down which tests fell, so that a journey can be played once more; see `tests.suite`."""

import os
from pathlib import Path


def pytest_runtest_logreport(report):
    """Once a test: in the process that collects the reports, not in xdist's workers."""
    target = os.environ.get("KARTOTEK_TEST_FELL")
    if target and "PYTEST_XDIST_WORKER" not in os.environ and report.failed:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(report.nodeid + "\n")
