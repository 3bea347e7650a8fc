"""Kartotek's own source text, read once for all tests of the architecture."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSE = ROOT / "kartotek"


def named(path: Path) -> str:
    """ "core/find.py": the path inside the package, with slashes everywhere."""
    return path.relative_to(HOUSE).as_posix()


@lru_cache(maxsize=1)
def modules() -> dict[str, str]:
    """Path → text of every module but migrations."""
    return {
        named(path): path.read_text(encoding="utf-8")
        for path in sorted(HOUSE.rglob("*.py"))
        if "migrations" not in path.parts
    }


@lru_cache(maxsize=8)
def files(*suffixes: str) -> dict[str, str]:
    """Path → text of templates, styles and scripts of our own."""
    return {
        named(path): path.read_text(encoding="utf-8")
        for path in sorted(HOUSE.rglob("*"))
        if path.suffix in suffixes and "vendor" not in path.parts and ".min." not in path.name
    }


def offenders(paths: Iterable[str], found_in: Callable[[str], list[Any]]) -> dict[str, list[Any]]:
    """Path → what is wrong there, for those where something is; one test asks all files."""
    return {path: found for path in paths if (found := found_in(path))}


def room_of(path: str) -> str:
    """The room a module lives in; "" for the package itself."""
    return path.split("/")[0] if "/" in path else ""


@lru_cache(maxsize=1024)
def tree(text: str) -> ast.Module:
    return ast.parse(text)


@lru_cache(maxsize=1024)
def nodes(text: str) -> tuple[ast.AST, ...]:
    """Every node of a source; walking it anew for each test took a tenth of the quick part."""
    return tuple(ast.walk(tree(text)))


def imported(text: str) -> Iterator[str]:
    """Every module of ours that a source imports, also inside functions; "kartotek.crm.x"."""
    for node in nodes(text):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("kartotek"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kartotek"):
            yield from (f"{node.module}.{one.name}" for one in node.names)
