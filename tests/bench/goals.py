"""The goals of speed, and which of them a line misses.

Milliseconds hold where the floor of a list is 0.2 ms; elsewhere they scale with it.
"""

from __future__ import annotations

from typing import Any

REFERENCE_FLOOR = 0.2
LATENCIES = ("floor", "list_json", "list_html", "search", "open", "save")
GROWTH_MOST = 1.5
NOISE_MS = 0.5  # growth of less than this is no growth
AS_LARGE = 0.8  # the part of an answer's bytes from which two are of one size
PAGE_MORE_MS = 2.5  # what a page of a list may take beyond the same list as JSON


def missed(line: dict[str, Any], list_floor: float, as_json: float | None = None) -> list[str]:
    """The goals this line misses, in words; `as_json`: the middle of the same list as JSON, ms."""
    scale = max(1.0, list_floor / REFERENCE_FLOOR)
    area = line["op"].split("/")[0]
    found = [
        f"{name} {line[name]} ms, goal {most * scale:.1f}"
        for name, most in _milliseconds(area, line).items()
        if line[name] > most * scale
    ]
    if area == "list_html" and as_json is not None:
        most = round(as_json + PAGE_MORE_MS * scale, 3)
        if line["p50_ms"] > most:
            found.append(f"p50_ms {line['p50_ms']} ms, as JSON {as_json}, goal {most:.1f}")
    most_ratio = _ratio(area, line)
    if most_ratio and line["ratio"] > most_ratio:
        found.append(f"{line['ratio']}× floor, goal {most_ratio}×")
    return found


def _milliseconds(area: str, line: dict[str, Any]) -> dict[str, float]:
    postgres, op = line["db"] == "postgres", line["op"]
    if area == "search":
        if not postgres:
            return {"p50_ms": 3, "p95_ms": 10}
        return {"p50_ms": 5, "p95_ms": 50 if "twenty" in op else 10}
    if area == "save":
        return {"p50_ms": 1, "p95_ms": 2} if "/door_" in op else {"p50_ms": 6, "p95_ms": 15}
    known = {
        "list_json": {"p95_ms": 10.0},
        "list_html": {"p95_ms": 15.0},
        "open": {"p50_ms": 8.0, "p95_ms": 20.0},
    }
    return known.get(area, {})


def _ratio(area: str, line: dict[str, Any]) -> float:
    """The most it may take as a multiple of its floor; 0 where only milliseconds count."""
    op, postgres = line["op"], line["db"] == "postgres"
    if area == "search":
        return 0 if postgres else 12
    if area == "open":
        return 80
    if area == "save":
        return (8 if postgres else 6) if "/door_" in op else 0
    if area != "list_json":
        return 0
    if "/shared_1000/" in op or "/own/" in op:
        return 17 if postgres else 35
    if "/all/" in op and "/rare" not in op:
        return 4 if postgres else 3
    return 10


# operation, on one database where that has its own → (goal, is more better)
VALUES: dict[str, tuple[float, bool]] = {
    "throughput/list_json": (1_000, True),
    "throughput/list_html": (400, True),
    "throughput/list_json_errors": (0, False),
    "throughput/list_html_errors": (0, False),
    "mixed/errors": (0, False),
    "mixed/longest_write": (1_000, False),
    "slow_clients/list_json": (3, False),
    "memory/idle_tree": (150, False),
    "import/contacts": (14_000, True),
    "import/contacts on postgres": (10_000, True),
    "import/of_raw": (0.45, True),
    "import/command": (14_000, True),
    "import/command on postgres": (10_000, True),
    "import/command_memory": (400, False),
    "import/command_longest_write": (1_000, False),
    "import/command_list": (2, False),
    "export/contacts": (50_000, True),
    "export/jsonl": (50_000, True),
    "duplicates/search": (60, False),
    "duplicates/memory": (1_500, False),
}


def judged(op: str, database: str, rows: int, value: float, unit: str) -> dict[str, Any]:
    """The line of what is no latency, with its goal where it has one."""
    line: dict[str, Any] = {
        "op": op, "db": database, "rows": rows, "value": round(value, 2), "unit": unit,
    }  # fmt: skip
    held = VALUES.get(f"{op} on {database}") or VALUES.get(op)
    if held:
        goal, more_is_better = held
        line["goal"] = goal
        is_short = value < goal if more_is_better else value > goal
        line["missed"] = [f"{line['value']} {unit}, goal {goal:g}"] if is_short else []
    return line


def growth(small: list[dict[str, Any]], large: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How each operation grew between two sizes, with the goal of 1.5×.

    Where the small house fills no page (ten rare ones among 10,000), there is nothing to compare:
    what grew is the answer. The two were measured minutes apart: each is told in the pace of its
    own moment: the time of a request that asks the database twenty times for the number 1.
    """
    before = {line["op"]: line for line in small}
    lines = []
    for line in large:
        if "p50_ms" not in line or line["op"] not in before or line["op"].startswith("floor"):
            continue
        if before[line["op"]]["bytes"] < AS_LARGE * line["bytes"]:
            continue
        now = line["p50_ms"]
        was = round(before[line["op"]]["p50_ms"] * line["pace"] / before[line["op"]]["pace"], 3)
        grown = round(now / was, 2)
        is_missed = grown > GROWTH_MOST and now - was > NOISE_MS
        lines.append(
            {
                "op": f"growth/{line['op']}",
                "db": line["db"],
                "rows": line["rows"],
                "value": grown,
                "unit": "×",
                "goal": GROWTH_MOST,
                "missed": [f"{was} → {now} ms"] if is_missed else [],
            }
        )
    return lines
