"""No module needs one that needs it: a reader may begin at the bottom and go up."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.budgets.sources import modules, nodes, tree


def known(path: str, all_of_them: set[str]) -> set[str]:
    """The modules that one imports, also inside functions; for types alone does not count."""
    found = set()
    for name in _names(modules()[path]):
        parts = name.split(".")[1:]
        while parts and not (found_here := _at(parts, all_of_them)):
            parts = parts[:-1]
        found |= {found_here} if parts and found_here else set()
    return found - {path}


def _at(parts: list[str], all_of_them: set[str]) -> str:
    place = "/".join(parts)
    return next((one for one in (f"{place}.py", f"{place}/__init__.py") if one in all_of_them), "")


def _names(text: str):
    for_types = {
        id(one)
        for block in tree(text).body
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for one in block.body
    }
    for node in nodes(text):
        if not isinstance(node, ast.ImportFrom) or id(node) in for_types:
            continue
        if (node.module or "").startswith("kartotek"):
            yield from (f"{node.module}.{one.name}" for one in node.names)


def sorted_out(needs: dict[str, set[str]]) -> list[str]:
    """Each module after those it needs. CycleError names a circle."""
    return list(TopologicalSorter(needs).static_order())


def test_no_module_needs_one_that_needs_it():
    all_of_them = set(modules())
    assert len(sorted_out({path: known(path, all_of_them) for path in all_of_them})) > 300


def test_a_circle_is_caught():
    with pytest.raises(CycleError):
        sorted_out({"core/a.py": {"core/b.py"}, "core/b.py": {"core/a.py"}})
