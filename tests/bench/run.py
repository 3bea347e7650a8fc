"""Measures one database: a process of its own, one JSON line an operation on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Collection, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)

WARM = 3
RESTS = 5  # seconds after which pages may have been taken away
LONGEST = 4  # seconds on one operation; a slow one is told by fewer calls


def timed(
    calls: list[Callable[[], Any]], clock: Callable[[Callable[[], Any]], float]
) -> list[float]:
    """Milliseconds of each call by `clock`, the first few made once before; sorted."""
    for call in calls[:WARM]:
        call()
    found = []
    until = time.monotonic() + LONGEST
    for call in calls:
        found.append(clock(call))
        if time.monotonic() > until:
            break
    return sorted(found)


class Warmth:
    """Figures are those of a warm machine: the file stays in the system's memory.

    Some machines take away pages that rest for a minute, and a run is longer than that.
    """

    def __init__(self) -> None:
        self._kept = 0.0

    def keep(self) -> None:
        """Read the file of a SQLite database once, if that is a while ago."""
        from django.db import connection

        if connection.vendor != "sqlite" or time.monotonic() - self._kept < RESTS:
            return
        with Path(connection.settings_dict["NAME"]).open("rb") as file:
            while file.read(1 << 24):
                pass
        self._kept = time.monotonic()


def middle(times: list[float], share: float) -> float:
    """The value below which this share of the times lies."""
    return times[min(len(times) - 1, int(len(times) * share))]


def main(database: str, rows: int, only: list[str]) -> None:
    """Every operation asked for; the floor of each is measured beside it."""
    import django

    django.setup()
    from tests.bench import floor, tidying

    print(f"floor of lists: {floor.LIST_SQL}", file=sys.stderr)
    with tidying.tidied():
        for line in chain(_latencies(database, rows, only), _others(database, rows, only)):
            print(json.dumps(line), flush=True)


def _latencies(database: str, rows: int, only: list[str]) -> Iterator[dict[str, Any]]:
    from tests.bench import goals, ops, serving
    from tests.bench.clocks import wall

    if only and not any(one.split("/")[0] in goals.LATENCIES for one in only):
        return
    with serving.house() as house, serving.floor() as bare_port:
        client, bare = serving.signed_in(house), serving.Client(bare_port)
        list_floor = middle(timed([lambda: bare.get("/list")] * 100, wall), 0.5)
        begun = _pace(bare)  # the floor goes with the pace of the machine, from minute to minute
        warmth = Warmth()
        as_json: dict[str, float] = {}  # list → its middle
        for op in ops.every(client, bare):
            if only and not any(op.name.startswith(one) for one in only):
                continue
            warmth.keep()
            pace = _pace(bare)
            floors, times = timed([op.floor] * 15, op.clock), timed(op.calls, op.clock)
            lowest = middle(floors, 0.5)
            line: dict[str, Any] = {
                "op": op.name, "db": database, "rows": rows,
                "p50_ms": round(middle(times, 0.5), 3), "p95_ms": round(middle(times, 0.95), 3),
                "floor_ms": round(lowest, 3), "ratio": round(middle(times, 0.5) / lowest, 1),
                "bytes": _size(op.calls[-1]()) if op.clock is wall else 0, "pace": pace,
            }  # fmt: skip
            area, _slash, cell = op.name.partition("/")
            if area == "list_json":
                as_json[cell] = line["p50_ms"]
            line["missed"] = goals.missed(line, list_floor * pace / begun, as_json.get(cell))
            yield line


def _pace(bare: Any) -> float:
    from tests.bench.clocks import wall

    return middle(timed([lambda: bare.get("/pace")] * 15, wall), 0.5)


def _size(answer: Any) -> int:
    """Bytes of an answer; 0 for what is none, such as a save through the door."""
    return len(answer) if isinstance(answer, bytes) else 0


def _others(database: str, rows: int, only: list[str]) -> Iterator[dict[str, Any]]:
    """What is no latency of one call: throughput, crowds, memory."""
    from tests.bench import crowds, goals

    for name, measure in crowds.MEASURES.items():
        if only and not any(_asks(one, name, crowds.MEASURES) for one in only):
            continue
        for op, value, unit in measure():
            yield goals.judged(op, database, rows, value, unit)


def _asks(one: str, name: str, known: Collection[str]) -> bool:
    """Does `one` of the operations asked for mean this measure? "import/command" has its own."""
    if one in known:
        return one == name or name.startswith(f"{one}/")
    return one.split("/")[0] == name


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
