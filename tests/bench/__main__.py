"""bin/bench [--rows N] [--only …] [--db sqlite|postgres]: measures, one JSON line an operation."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench import goals, places

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = 10_000  # what growth is measured from


def main() -> int:
    """Every database and operation asked for; 1 where a goal is missed."""
    asked = _arguments()
    lines: list[dict[str, Any]] = []
    for database in asked.db:
        made = _measured(database, asked.rows, asked.only)
        lines += made
        if asked.rows > SMALL and not asked.no_growth:
            small = _measured(database, SMALL, asked.only, quiet=True)
            lines += [_printed(line) for line in goals.growth(small, made)]
    missed = [line for line in lines if line.get("missed")]
    for line in missed:
        print(f"missed: {line['db']} {line['op']}: {'; '.join(line['missed'])}", file=sys.stderr)
    print(f"{len(lines)} lines, {len(missed)} missed their goal.", file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="number of contacts")
    parser.add_argument("--only", action="append", help="operations that begin so, e.g. search/")
    parser.add_argument("--db", action="append", choices=["sqlite", "postgres"])
    parser.add_argument("--no-growth", action="store_true", help="leave out the 10,000-row run")
    asked = parser.parse_args()
    asked.db = asked.db or ["sqlite", "postgres"]
    return asked


def _measured(
    database: str, rows: int, only: list[str] | None, *, quiet: bool = False
) -> list[dict[str, Any]]:
    """The lines of one run in a process of its own, printed as they come."""
    env = places.environment(database, rows) | {"DJANGO_SETTINGS_MODULE": "kartotek.site.settings"}
    subprocess.run(
        [sys.executable, "-m", "tests.bench.making", database, str(rows)],
        env=env, cwd=ROOT, check=True,
    )  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.run", database, str(rows), *(only or [])]
    lines = []
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for text in child.stdout:
            line = json.loads(text)
            lines.append(line if quiet else _printed(line))
    if child.returncode:
        raise SystemExit(child.returncode)
    return lines


def _printed(line: dict[str, Any]) -> dict[str, Any]:
    inside = ("bytes", "pace")
    told = {key: value for key, value in line.items() if key not in inside and value != []}
    print(json.dumps(told), flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main())
