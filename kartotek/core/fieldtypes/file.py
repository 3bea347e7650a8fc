"""A file that somebody brought, held by a record: said when the record is made, then it stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import Dialect, FieldType, refuse


@dataclass(frozen=True, slots=True)
class FileRef:
    """One stored file as a record names it: its size in bytes, its name and type as brought."""

    uid: UUID
    name: str = ""
    size: int = 0
    media_type: str = ""

    def plain(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return {
            "uid": str(self.uid), "name": self.name, "size": self.size,
            "media_type": self.media_type,
        }  # fmt: skip


class File(FieldType):
    """A whole file by its uid. The door looks its name, size and type up, and takes no other."""

    kind = "file"
    schema = {
        "type": ["object", "null"],
        "properties": {
            "uid": {"type": "string", "format": "uuid"},
            "name": {"type": "string"},
            "size": {"type": "integer", "minimum": 1},
            "media_type": {"type": "string"},
        },
        "required": ["uid", "name", "size", "media_type"],
    }
    sent = {"type": ["string", "null"], "format": "uuid"}  # what the maker of a record sends
    operators: tuple[str, ...] = ("empty", "not_empty")
    empty = None
    is_once = True

    def __init__(self, **options: Any) -> None:
        super().__init__(editable=False, **options)

    def parse(self, raw: Any, context: Context) -> FileRef | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, FileRef):
            return raw
        given = raw if isinstance(raw, dict) else {"uid": raw}
        try:
            uid = UUID(str(given.get("uid")))
        except ValueError:
            raise refuse(_("This is no file. Bring it first, then send its uid.")) from None
        size = given.get("size")
        return FileRef(
            uid, str(given.get("name") or ""), size if type(size) is int else 0,
            str(given.get("media_type") or ""),
        )  # fmt: skip

    def plain(self, value: FileRef | None) -> Any:
        return value and value.plain()

    def stored(self, value: FileRef | None, dialect: Dialect) -> Any:
        return value and orjson.dumps(value.plain()).decode()

    def load(self, stored: Any) -> FileRef | None:
        if isinstance(stored, str | bytes):
            stored = orjson.loads(stored)
        if not stored:
            return None
        return FileRef(UUID(stored["uid"]), stored["name"], stored["size"], stored["media_type"])

    def show(self, value: FileRef | None, context: Context) -> str:
        return value.name if value else ""

    def export(self, value: FileRef | None) -> str:
        return str(value.uid) if value else ""

    def sample(self, seed: int) -> Any:
        return None  # the contract suite brings a file for it
