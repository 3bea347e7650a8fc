"""The search for duplicates over everything: seconds, and the most memory it held."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator

from django.db import connection

from kartotek.core import jobs
from kartotek.core.actor import system
from kartotek.core.suggesting import look_again
from kartotek.core.worker import Worker
from tests.bench.tidying import KEY


def duplicates() -> Iterator[tuple[str, float, str]]:
    """One search among all contacts, by a worker in this very process; its pairs are taken out."""
    jobs.RECURRING.clear()
    uid = look_again(system("bench"), KEY)
    begun = time.perf_counter()
    while jobs.facts(uid).state not in ("done", "failed"):
        Worker().step()
    took = time.perf_counter() - begun
    job = jobs.facts(uid)
    assert job.state == "done", job.error
    print(f"duplicates: {job.progress}", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM core_suggestion WHERE "type" = %s', [KEY])
    peak = sum(  # KB on Linux, bytes on macOS; what a second process shares is counted twice
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    yield "duplicates/search", took, "s"
    yield "duplicates/memory", peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), "MB"
