"""No module needs one that needs it: a reader may begin at the bottom and go up."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.budgets.sources import imported, modules

# A tenth of the time that parsing takes; that it finds as much is looked at below.
IMPORT = re.compile(r"^ *from (kartotek[\w.]*) import (\([^)]*\)|[^\n#]+)", re.MULTILINE)
FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?: {4}.*\n|\n)+", re.MULTILINE)


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


def _names(text: str) -> Iterator[str]:
    for module, names in IMPORT.findall(FOR_TYPES.sub("", text)):
        for name in names.strip("()").split(","):
            if name.strip():
                yield f"{module}.{name.split()[0]}"


def sorted_out(needs: dict[str, set[str]]) -> list[str]:
    """Each module after those it needs. CycleError names a circle."""
    return list(TopologicalSorter(needs).static_order())


def test_no_module_needs_one_that_needs_it():
    all_of_them = set(modules())
    assert len(sorted_out({path: known(path, all_of_them) for path in all_of_them})) > 300


def test_a_circle_is_caught():
    with pytest.raises(CycleError):
        sorted_out({"core/a.py": {"core/b.py"}, "core/b.py": {"core/a.py"}})


def test_imports_are_read_like_python_reads_them():
    for path in ("core/write.py", "core/idempotency.py", "interfaces/files/importing.py"):
        assert sorted(_names(modules()[path])) == sorted(imported(modules()[path])), path
