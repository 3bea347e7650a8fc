"""The page /api: the same document, for a person to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from kartotek.interfaces.api.openapi.document import document
from kartotek.interfaces.web.frame import actor_of, page, signed_in


@dataclass(frozen=True)
class Operation:
    """One thing to do: how it is asked for, and what it does."""

    method: str
    path: str
    summary: str


@dataclass(frozen=True)
class Field:
    """One field as the page lists it."""

    name: str
    label: str
    sort: str
    is_required: bool
    is_fixed: bool


@dataclass(frozen=True)
class Kind:
    """One record type: its addresses, its fields, and a body that makes one."""

    key: str
    label: str
    operations: list[Operation]
    fields: list[Field]
    example: str


@signed_in
def api(request: HttpRequest) -> HttpResponse:
    """What programs may do here, as far as the reader may see it themselves."""
    told = document(actor_of(request))
    kinds = [_kind(told, tag["name"], tag["description"]) for tag in told["tags"]]
    others = [one for one in _operations(told) if not one.path.startswith(_starts(kinds))]
    origin = request.build_absolute_uri("/").rstrip("/")
    return page(request, "api.html", kinds=kinds, others=others, origin=origin, here="api")


def _starts(kinds: list[Kind]) -> tuple[str, ...]:
    return tuple(one.path for kind in kinds for one in kind.operations)


def _operations(told: dict[str, Any], tag: str = "") -> list[Operation]:
    return [
        Operation(method.upper(), path, operation["summary"])
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if not tag or tag in operation.get("tags", ())
    ]


def _kind(told: dict[str, Any], key: str, label: str) -> Kind:
    known = told["components"]["schemas"]
    read, new = known[key], known[f"{key}.new"]
    fields = [
        Field(
            name, str(schema.get("title", "")), sort_of(schema),
            name in new.get("required", ()), name not in new["properties"],
        )
        for name, schema in read["properties"].items() if schema.get("title")
    ]  # fmt: skip
    example = orjson.dumps(new["examples"][0]).decode()
    return Kind(key, label, _operations(told, key), fields, example)


def sort_of(schema: dict[str, Any]) -> str:
    """The sort of value in one word or two: "string, date"; of a choice its keys."""
    if "anyOf" in schema:
        return "link"
    if "enum" in schema:
        return " | ".join(key for key in schema["enum"] if key)
    kinds = schema.get("type", "")
    kind = kinds if isinstance(kinds, str) else ", ".join(one for one in kinds if one != "null")
    if kind == "array" and "anyOf" in schema.get("items", {}):
        return "links"
    return ", ".join(filter(None, [kind, schema.get("format", "")]))
