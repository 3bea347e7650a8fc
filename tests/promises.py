"""Checks that each test named in docs/build/promises.md exists: `python -m tests.promises`."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/build/promises.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named() -> list[tuple[str, str]]:
    """(file, test) of every test that the page names."""
    return NAMED.findall(PAGE.read_text(encoding="utf-8"))


def missing(tests: list[tuple[str, str]]) -> list[str]:
    """The named tests that are not there."""
    return [f"{path}::{name}" for path, name in tests if name not in _tests_of(ROOT / path)]


def _tests_of(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    body = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(body) if isinstance(node, ast.FunctionDef)}


def not_run(tests: list[tuple[str, str]], ran: str) -> list[str]:
    """The named tests that are not among those written down in the file `ran`."""
    done = set(Path(ran).read_text(encoding="utf-8").split())
    return [f"{path}::{name}" for path, name in tests if f"{path}::{name}" not in done]


def main() -> int:
    """0 where every named test exists and, with KARTOTEK_TEST_RAN, ran and passed."""
    tests = named()
    gone = missing(tests)
    for one in gone:
        print(f"docs/build/promises.md names {one}, which does not exist.")
    ran = os.environ.get("KARTOTEK_TEST_RAN")
    idle = [one for one in not_run(tests, ran) if one not in gone] if ran else []
    for one in idle:
        print(f"docs/build/promises.md names {one}, which did not run and pass.")
    return 1 if gone or idle or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
