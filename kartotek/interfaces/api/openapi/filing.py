"""How files are brought and fetched, for the document."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kartotek.core import files
from kartotek.interfaces.api.filing import OCTETS
from kartotek.interfaces.api.openapi.schemas import UID, Schema

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
BINARY = {"type": "string", "format": "binary"}


def body() -> Schema:
    """What is announced of a file."""
    size = {"type": "integer", "minimum": 1, "maximum": files.MOST,
            "description": _("How many bytes it has.")}  # fmt: skip
    return {"type": "object", "properties": {"name": TEXT, "size": size, "media_type": TEXT},
            "required": ["name", "size"], "additionalProperties": False}  # fmt: skip


def piece_body() -> Schema:
    """Some of its bytes."""
    told = _("The next bytes, at most %(most)s MB.") % {"most": files.PIECE // files.MEGABYTE}
    return {"required": True, "description": told, "content": {OCTETS: {"schema": BINARY}}}


def offset() -> Schema:
    return {"name": "offset", "in": "query", "required": True, "schema": COUNT,
            "description": _("At which byte the piece begins.")}  # fmt: skip


def schemas() -> dict[str, Schema]:
    """How much of a file is here."""
    properties = {
        "uid": UID, "name": TEXT, "media_type": TEXT, "size": COUNT,
        "received": {**COUNT, "description": _("How many bytes are here: go on there.")},
        "is_whole": {"type": "boolean"},
        "piece": {**COUNT, "description": _("How many bytes one piece may have.")},
    }  # fmt: skip
    return {"File": {"type": "object", "properties": properties, "required": list(properties)}}
