"""The small faults that can be planted in a module, each as a change of its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SWAPPED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
OTHER_CALL = {"any": "all", "all": "any", "min": "max", "max": "min"}
# Words on screen are for readers to judge; what mypy reads, and what only makes things faster,
# changes nothing that a test could see.
WORDS = {"_", "_now", "gettext", "gettext_lazy", "ngettext"}
BLIND = {"annotation", "returns", "type_ignores"}
KEPT_DECORATORS = {"dataclass", "lru_cache"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is planted, and what stands there instead."""

    module: Module
    place: str  # the function or class it stands in
    change: str  # "before → after", and which of several alike
    lines: range  # whoever runs one of them may meet it
    is_hot: bool  # inside a function: it can be planted in a process that has loaded the module
    spot: tuple[ast.AST, str, int | None]
    new: Any

    @property
    def name(self) -> str:
        return f"{self.module.path} {self.place}: {self.change}"

    def code(self) -> CodeType:
        """The module compiled with this fault in it."""
        parent, field, index = self.spot
        old = getattr(parent, field)
        new = self.new if index is None else [*old[:index], self.new, *old[index + 1 :]]
        setattr(parent, field, new)
        try:
            tree = ast.fix_missing_locations(copy.deepcopy(self.module.tree))
            return compile(tree, str(self.module.file), "exec", dont_inherit=True)
        finally:
            setattr(parent, field, old)


@dataclass(frozen=True)
class Module:
    """A module under `kartotek/`, or those of its functions and classes that begin with `only`."""

    path: str
    only: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return ROOT / "kartotek" / self.path

    @property
    def dotted(self) -> str:
        return "kartotek." + self.path.removesuffix(".py").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.file.read_text(encoding="utf-8"))

    def mutants(self) -> list[Mutant]:
        """Every fault there is to plant here, in the order of the lines."""
        found, seen = [], Counter[str]()
        for place, change, lines, is_hot, spot, new in _walk(self.tree, "", None, False):
            if self.only and not place.startswith(self.only):
                continue
            seen[key := f"{place}: {change}"] += 1
            nth = f" #{seen[key]}" if seen[key] > 1 else ""
            found.append(Mutant(self, place or "(module)", change + nth, lines, is_hot, spot, new))
        return found


def _walk(node: ast.AST, place: str, statement: Any, is_hot: bool) -> Iterator[tuple[Any, ...]]:
    """(place, change, lines, is hot, spot, new) of every fault at or below a node."""
    for field, index, child in _children(node):
        if isinstance(child, ast.stmt):
            statement = child
        lines = range(statement.lineno, getattr(child, "end_lineno", statement.lineno) + 1)
        # Decorators and defaults run where the function is made, its body wherever it is called.
        inside = is_hot or (isinstance(node, _FUNCTIONS) and field == "body")
        for new in _instead(node, field, child):
            change = f"{_text(child)} → {_text(new) if new else 'nothing'}"
            if new is None:  # taken out of a list
                kept = [one for one in getattr(node, field) if one is not child]
                yield place, change, lines, inside, (node, field, None), kept
            else:
                yield place, change, lines, inside, (node, field, index), new
        named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        below = f"{place}.{child.name}".lstrip(".") if named else place
        yield from _walk(child, below, statement, inside)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """(field, index, child) of all that may hold a fault."""
    if isinstance(node, (ast.Assert, ast.Import, ast.ImportFrom)) or _is_words(node):
        return
    for field, value in ast.iter_fields(node):
        if field in BLIND:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            is_kept = field == "decorator_list" and _called(child) in KEPT_DECORATORS
            is_piece = isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
            if isinstance(child, ast.AST) and not (is_docstring or is_kept or is_piece):
                yield field, index if isinstance(value, list) else None, child


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node) in WORDS


def _called(node: Any) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _instead(parent: ast.AST, field: str, node: Any) -> Iterator[Any]:
    """What may stand in the place of a node; None: nothing."""
    if field == "decorator_list":
        yield None
    elif isinstance(node, ast.Constant):
        yield from _other_constant(node)
    elif isinstance(node, (ast.BoolOp, ast.BinOp)) and type(node.op) in SWAPPED:
        yield _with(node, op=SWAPPED[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            swapped = [*node.ops[:place], SWAPPED[type(op)](), *node.ops[place + 1 :]]
            yield _with(node, ops=swapped)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Name) and node.id in OTHER_CALL and field in ("func", "key"):
        yield _with(node, id=OTHER_CALL[node.id])
    elif isinstance(node, ast.Slice):
        yield from (_with(node, **{side: None}) for side in ("lower", "upper")
                    if getattr(node, side) is not None)  # fmt: skip
    elif isinstance(node, (ast.Break, ast.Continue)):
        yield ast.copy_location(SWAPPED[type(node)](), node)
    elif isinstance(node, ast.Return):
        if node.value is not None and not isinstance(node.value, ast.Constant):
            yield _with(node, value=ast.copy_location(ast.Constant(None), node.value))
    elif _can_go(node):
        yield ast.copy_location(ast.Pass(), node)
    is_asked = field == "test" or (field == "ifs" and isinstance(parent, ast.comprehension))
    if is_asked and isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
        yield ast.copy_location(ast.UnaryOp(ast.Not(), node), node)


def _other_constant(node: ast.Constant) -> Iterator[ast.Constant]:
    value = node.value
    if isinstance(value, bool):
        yield _with(node, value=not value)
    elif isinstance(value, (int, float)):
        yield _with(node, value=value + 1)
    elif isinstance(value, (str, bytes)):
        empty, some = (b"", b"x") if isinstance(value, bytes) else ("", "x")
        yield _with(node, value=empty if value else some)


def _can_go(node: Any) -> bool:
    """A statement without which the rest can still be run."""
    if isinstance(node, ast.Assign):
        return any(isinstance(one, (ast.Attribute, ast.Subscript)) for one in node.targets)
    return isinstance(node, (ast.Raise, ast.AugAssign, ast.Delete, ast.Expr))


def _with(node: Any, **fields: Any) -> Any:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:45] + " … " + text[-22:]
