"""Typed lists put together from several columns: phones by their use, addresses by their parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, ItemList
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files import list_cells
from kartotek.interfaces.files.targets import Target


@dataclass
class Lists:
    """What one row brings for its typed lists, in the order of its columns."""

    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    inside: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: ItemList, target: Target, text: str, context: Context) -> Any:
        """Take one cell; its items, parsed. ValidationError where it holds none."""
        entries = self.items.setdefault(kind.name, [])
        if target.part:
            return self._add_part(kind, entries, target, text, context)
        if target.use:
            found = kind.of_use(kind.cut(text), target.use, context)
        else:
            found = list_cells.read(kind, text, context)
        if not entries:
            entries += found
            return found
        known = {kind.normal(item) for item in entries}
        entries += [item for item in found if kind.normal(item) not in known]
        return found

    def _add_part(
        self,
        kind: ItemList,
        entries: list[dict[str, Any]],
        target: Target,
        text: str,
        context: Context,
    ) -> Any:
        item = self.inside.get((kind.name, target.use))
        if item is None:
            item = self.inside[kind.name, target.use] = {"type": target.use}
            entries.append(item)
        item[target.part] = text
        one = kind.item({target.part: text}, context)
        return () if one is None else (one,)

    def kept(self, kind: FieldType, target: Target, value: Any, text: str) -> str:
        """What is kept of a cell that is one item or a part of one; "" where it is more."""
        if not isinstance(kind, ItemList) or not target.use or len(value) != 1:
            return ""
        shown = str(value[0][target.part]) if target.part else kind.line(value[0])
        return text if shown == text or shown.split() == text.split() else shown

    def values(self, record_type: RecordType, context: Context) -> dict[str, Any]:
        """Each list whole, with one primary item. ValidationError where one is too long."""
        in_parts = {name for name, _use in self.inside}
        found = {}
        for name, entries in self.items.items():
            kind = record_type.fields[name]
            assert isinstance(kind, ItemList)
            put = kind.parse if name in in_parts else kind.joined
            found[name] = put(entries, context)
        return found
