"""Fields in forms: what an editor shows of a value, and what it sends back."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import (
    Choice,
    FieldType,
    ItemList,
    Link,
    Links,
    Offering,
    Ref,
    Several,
)
from kartotek.core.recordtype import PartType
from kartotek.core.workspace import workspace
from kartotek.interfaces.web.drawing import url

CELLS = {  # what one item of a typed list is typed into: key, kind of input, autocomplete
    "phones": (("text", "tel", "tel"),),
    "emails": (("address", "email", "email"),),
    "addresses": (
        ("street", "text", "street-address"),
        ("postal_code", "text", "postal-code"),
        ("city", "text", "address-level2"),
        ("region", "text", "address-level1"),
        ("country", "text", "country-name"),
    ),
}


LISTS = ("part", *CELLS)  # kinds that are edited a line at a time


@dataclass(frozen=True)
class Chosen:
    """What a link's editor sends: the record chosen, the words typed, the uid of a new one."""

    uid: str = ""
    text: str = ""
    new: str = ""


@dataclass
class Line:
    """One row of an editor of several: an item of a typed list, or a part."""

    key: str
    cells: list[Cell]
    use: str = ""
    is_primary: bool = False


@dataclass
class Cell:
    """One input: under which name it is sent, what it is called, what stands in it."""

    html: str
    label: str
    kind: str
    text: str = ""
    scope: str = "in"
    autocomplete: str = "off"
    required: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    picked: tuple[str, ...] = ()  # the keys of the choices that are taken
    chosen: Chosen = Chosen()
    target: str = ""
    address: str = ""  # where the records to choose from are asked for; else those of `target`
    lines: list[Line] = field(default_factory=list)
    uses: list[tuple[str, str]] = field(default_factory=list)
    blank: Line | None = None
    error: str = ""
    hint: str = ""
    focus: bool = False

    @property
    def leaves(self) -> list[Cell]:
        """The inputs in it, in their order: itself, or those of its lines."""
        if self.kind not in LISTS:
            return [] if self.kind == "fixed" else [self]
        return [leaf for line in self.lines for inner in line.cells for leaf in inner.leaves]

    @property
    def id(self) -> str:
        return f"{self.scope}-{self.html.replace('.', '-').replace('+', 'n')}"


def cell(
    kind: FieldType | PartType, html: str, value: Any, context: Context, scope: str = "in"
) -> Cell:
    """The editor of one field; `value` as the door gave it, or as a refused form sent it.

    `scope` sets the ids of one form apart from those of another on the same page.
    """
    if isinstance(kind, PartType):
        return _parts(kind, html, value, context, scope)
    found = Cell(html, str(kind.label), kind.kind, scope=scope, required=kind.required)
    found.hint = str(kind.hint)
    if isinstance(kind, ItemList):
        return _items(kind, found, value, context)
    if isinstance(kind, Links) and kind.is_single:
        value = value[0] if isinstance(value, tuple) and value else value
        found.kind, found.address = "link", url("ends")
    if isinstance(kind, Link) or found.address:
        if isinstance(value, Ref) and not value.is_reachable:
            found.kind, found.text = "fixed", value.title  # nothing is sent, so it stays
            return found
        found.target = getattr(kind, "target", "")
        found.chosen = value if isinstance(value, Chosen) else _chosen(value, found)
        return found
    found.text = value if isinstance(value, str) else kind.edit(value, context)
    if isinstance(kind, Offering):
        found.picked = (found.text,) if isinstance(kind, Choice) else _picked(kind, value)
        # Put away, but still there.
        held = [one for one in kind.choices if one[0] in found.picked]
        found.choices = [(key, str(label)) for key, label in dict([*kind.offered, *held]).items()]
    return found


def _picked(kind: Offering, value: Any) -> tuple[str, ...]:
    """The keys of several choices, also of a text that did not parse as a whole."""
    given = value.split(", ") if isinstance(value, str) else value or ()
    return tuple(one for one in given if one in dict(kind.choices))


def _chosen(value: Any, found: Cell) -> Chosen:
    if isinstance(value, Ref):
        uid = str(value.uid or "")
        named = f"{value.type}/{uid}" if found.address else uid  # of any type, or of a known one
        return Chosen(named, value.title, str(uuid7()))
    return Chosen(new=str(uuid7()))


def _items(kind: ItemList, found: Cell, value: Any, context: Context) -> Cell:
    if isinstance(value, str):
        value = _typed(kind, value, context)
    found.uses = [(key, str(label)) for key, label in kind.uses]
    entries = [one for one in value or () if isinstance(one, dict)]
    found.lines = [_item(kind, found, str(one.get("id") or f"+{n}"), one)
                   for n, one in enumerate(entries or [{"primary": True}])]  # fmt: skip
    found.blank = _item(kind, found, "+new", {})
    return found


def _typed(kind: ItemList, text: str, context: Context) -> Any:
    """A list typed as one text; what does not parse stands in its first line as it was typed."""
    try:
        return kind.parse(text, context)
    except ValidationError:
        return [{CELLS[kind.kind][0][0]: text, "primary": True}]


def _item(kind: ItemList, whole: Cell, key: str, item: dict[str, Any]) -> Line:
    cells = [
        Cell(
            f"{whole.html}.{key}.{name}",
            _item_label(name),
            shape,
            str(item.get(name) or ""),
            whole.scope,
            complete,
        )
        for name, shape, complete in CELLS[kind.kind]
    ]
    use = str(item.get("type") or kind.first_use)
    return Line(key, cells, use, bool(item.get("primary")))


def _item_label(name: str) -> str:
    labels = {
        "text": _("Number"),
        "address": _("Address"),
        "street": _("Street"),
        "postal_code": _("Postal code"),
        "city": _("City"),
        "region": _("Region"),
        "country": _("Country"),
    }
    return labels[name]


def _parts(part: PartType, html: str, value: Any, context: Context, scope: str) -> Cell:
    def line(key: str, row: Any) -> Line:
        return Line(key, [
            cell(kind, f"{html}.{key}.{name}", row.get(name, kind.load(kind.empty)), context, scope)
            for name, kind in part.fields.items()
        ])  # fmt: skip

    rows = value if isinstance(value, list | tuple) else ()
    rows = [row for row in rows if isinstance(row, Mapping)]
    found = Cell(html, str(part.label), "part", scope=scope, blank=line("+new", {}))
    found.lines = [line(str(row.get("uid") or f"+{n}"), row) for n, row in enumerate(rows or [{}])]
    return found


def refused(
    kind: FieldType | PartType,
    html: str,
    value: Any,
    message: str,
    context: Context,
    scope: str = "in",
) -> Cell:
    """The editor again, with what was typed; the message stands beside what it is about."""
    found = cell(kind, html, value, context, scope)
    unknown: list[Cell] = []
    for leaf, one, raw in _tried(kind, found, value):
        if isinstance(raw, Chosen):
            unknown += [leaf] if raw.text and not raw.uid else []
            continue
        try:
            one.clean(raw, workspace().context)
        except ValidationError as error:
            leaf.error = " ".join(error.messages)
    if not any(leaf.error for leaf in found.leaves):
        (unknown or [found])[0].error = message
    return found


def _tried(
    kind: FieldType | PartType, found: Cell, value: Any
) -> Iterator[tuple[Cell, FieldType, Any]]:
    """Each input of a list, with the field and the value that may be what was refused."""
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    for number, line in enumerate(found.lines):
        if isinstance(kind, ItemList):
            yield line.cells[0], kind, [rows[number] if rows else line.cells[0].text]
        elif isinstance(kind, PartType) and rows:
            for inner, one in zip(line.cells, kind.fields.values(), strict=True):
                yield inner, one, rows[number].get(one.name)


def errors_of(error: ValidationError, known: Container[str] | None = None) -> dict[str, str]:
    """Field → what the form says beside it; under "" what is about none of the `known` ones.

    Without `known` every field counts as one of the form's.
    """
    if not hasattr(error, "error_dict"):
        return {"": " ".join(error.messages)}
    found: dict[str, list[str]] = {}
    for name, texts in error.message_dict.items():
        found.setdefault(name if known is None or name in known else "", []).extend(texts)
    return {name: " ".join(texts) for name, texts in found.items()}


def focus(cells: Sequence[Cell]) -> None:
    """The cursor goes to the first input that was refused, else to the first of all."""
    every = [(leaf, leaf.error or one.error) for one in cells for leaf in one.leaves]
    chosen = next((leaf for leaf, error in every if error), every[0][0] if every else None)
    if chosen is not None:
        chosen.focus = True


def is_sent(html: str, post: QueryDict) -> bool:
    """Did the form hold this field at all? What it did not hold stays as it is."""
    return html in post or any(name.startswith(f"{html}.") for name in post)


def read(kind: FieldType | PartType, html: str, post: QueryDict) -> Any:
    """What the editor of a field sent, in the shape that the write door parses."""
    if isinstance(kind, PartType):
        return (
            _read_rows(html, post, dict(kind.fields))
            if f"{html}.rows" in post
            else _json(post.get(html, ""))
        )
    if isinstance(kind, ItemList) and f"{html}.rows" in post:
        return _read_items(kind, html, post)
    if isinstance(kind, Link) or (isinstance(kind, Links) and kind.is_single):
        return Chosen(*(post.get(f"{html}{end}", "").strip() for end in ("", ".text", ".new")))
    if isinstance(kind, Several):
        return [key for key in post.getlist(html) if key]
    if kind.kind == "flag":
        return "true" if "true" in post.getlist(html) else "false"
    return post.get(html, "")


def _json(text: str) -> Any:
    try:
        return orjson.loads(text) if text else []
    except ValueError:
        raise ValidationError(
            _("These lines are damaged. Reload the page, then repeat your change.")
        ) from None


def _read_items(kind: ItemList, html: str, post: QueryDict) -> list[dict[str, Any]]:
    found = []
    primary = post.get(f"{html}.primary", "")
    for key in post.getlist(f"{html}.row"):
        item: dict[str, Any] = {
            name: post.get(f"{html}.{key}.{name}", "").strip() for name, _s, _c in CELLS[kind.kind]
        }
        if not any(item.values()):
            continue
        item |= {"type": post.get(f"{html}.{key}.type", ""), "primary": key == primary}
        found.append(item if key.startswith("+") else {**item, "id": key})
    return found


def _read_rows(html: str, post: QueryDict, kinds: dict[str, FieldType]) -> list[dict[str, Any]]:
    found = []
    for key in post.getlist(f"{html}.row"):
        names = [name for name in kinds if is_sent(f"{html}.{key}.{name}", post)]
        row = {name: read(kinds[name], f"{html}.{key}.{name}", post) for name in names}
        is_whole = len(names) == len(kinds) or key.startswith("+")
        if is_whole and all(says_nothing(value) for value in row.values()):
            continue
        found.append(row if key.startswith("+") else {**row, "uid": key})
    return found


def says_nothing(value: Any) -> bool:
    """Was this input, as `read` gives it, left empty?"""
    if isinstance(value, Chosen):
        return not value.uid and not value.text
    return value in ("", "false", [])
