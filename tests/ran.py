"""Writes down which tests ran and passed, for the check of the promises at the end."""

import os
from pathlib import Path


def pytest_runtest_logreport(report):
    """Once a test: in the process that collects the reports, not in xdist's workers."""
    target = os.environ.get("KARTOTEK_TEST_RAN")
    if not target or "PYTEST_XDIST_WORKER" in os.environ or report.when != "call":
        return
    if report.passed:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(report.nodeid.split("[")[0] + "\n")
