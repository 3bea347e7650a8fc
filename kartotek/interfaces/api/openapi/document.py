"""The document: every address this actor may use, every field they may know of, and no other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

import kartotek
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.api.openapi import components, operations, schemas
from kartotek.interfaces.api.routing import as_json, route

BASE = "/api/v1"
VERSION = "3.1.0"


def types_of(actor: Actor) -> list[RecordType]:
    """The record types this actor may look at at all, those of the daily work first."""
    found = [one for one in catalogue() if actor.rights.scope(one.key, "view") != "none"]
    return sorted(found, key=lambda one: (not one.scoped, not one.in_menu))


def document(actor: Actor) -> dict[str, Any]:
    """The OpenAPI document for one actor."""
    types = types_of(actor)
    paths = operations.own_paths() | operations.undo_paths() | operations.file_paths(actor)
    for one in types:
        paths |= operations.paths_of(actor, one)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Kartotek",
            "version": kartotek.__version__,
            "description": _("Every record type has the same addresses. This document shows what "
                             "you may see and do."),
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "tags": [{"name": one.key, "description": str(one.plural)} for one in types],
        "paths": {f"{BASE}{path}": item for path, item in paths.items()},
        "components": {
            "schemas": _schemas(actor, types),
            "parameters": components.parameters(),
            "headers": components.headers(),
            "responses": components.responses(),
            "securitySchemes": components.security_schemes(),
        },
    }  # fmt: skip


def _schemas(actor: Actor, types: list[RecordType]) -> dict[str, Any]:
    found = components.schemas()
    for one in types:
        found[one.key] = schemas.record(actor, one)
        found[f"{one.key}.new"] = schemas.new(actor, one)
        found[f"{one.key}.change"] = schemas.change(actor, one)
    return found


def _openapi(request: HttpRequest, actor: Actor) -> HttpResponse:
    return as_json(document(actor))


the_document = route(GET=_openapi)
