"""Links from one record to another: to one of a known type, or to several of any."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import Dialect, FieldType, JsonList, refuse

MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Ref:
    """A record as another one shows it. Out of the actor's reach: no uid, no title."""

    type: str
    uid: UUID | None = None
    title: str = "–"
    removed: bool = False

    @property
    def is_reachable(self) -> bool:
        return self.uid is not None


class Pointer(NamedTuple):
    """A link inside the doors: the integer never leaves them."""

    id: int
    uid: UUID | None = None


def as_uid(raw: Any) -> UUID:
    """The uid of what was sent: a UUID, its text, a Ref, or an object with "uid"."""
    if isinstance(raw, dict):
        raw = raw.get("uid")
    if isinstance(raw, Ref):
        raw = raw.uid
    if isinstance(raw, UUID):
        return raw
    try:
        return _uid_of(str(raw))
    except ValueError:
        raise refuse(_("“%(raw)s” is no record. Choose one from the list.")
                     % {"raw": str(raw)[:60]}) from None  # fmt: skip


@lru_cache(maxsize=4_096)  # an import names the same few companies over and over
def _uid_of(text: str) -> UUID:
    return UUID(text)


class Link(FieldType):
    """A link to one record of a known type. Parsed to a uid; the door finds the record."""

    kind = "link"
    schema = {"type": ["string", "null"], "format": "uuid"}
    operators = ("is", "is_not", "in", "empty", "not_empty")
    empty = None

    def __init__(self, target: str, on_remove: str = "keep", **options: Any) -> None:
        super().__init__(**options)
        self.target_model = target
        self.target = ""  # the key of the target's type, known when all types are
        self.on_remove = on_remove

    def parse(self, raw: Any, context: Context) -> UUID | None:
        if raw is None or raw == "":
            return None
        return as_uid(raw)

    def plain(self, value: Any) -> str | None:
        if value is None:
            return None
        uid = value if isinstance(value, UUID) else value.uid
        return str(uid) if uid else None

    def stored(self, value: Pointer | None, dialect: Dialect) -> Any:
        return value and value.id

    def load(self, stored: Any) -> Any:
        return None if stored is None else Pointer(stored)

    def show(self, value: Any, context: Context) -> str:
        return "" if value is None else str(getattr(value, "title", ""))

    def edit(self, value: Any, context: Context) -> str:
        return "" if value is None else str(self.plain(value) or "")

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        """The values are ids here: the door has looked the uids up within the actor's reach."""
        if op in ("empty", "not_empty") or op not in self.operators:
            return super().condition(op, value, dialect)
        ids = list(value) if isinstance(value, list | tuple) else [value]
        marks = ", ".join(["%s"] * len(ids))
        if op in ("is", "in"):
            return (f"{self.column} IN ({marks})", ids) if ids else ("0 = 1", [])
        if not ids:
            return "1 = 1", []
        return f"({self.column} IS NULL OR {self.column} NOT IN ({marks}))", ids

    def sample(self, seed: int) -> Any:
        return None  # the contract suite makes the target and links it


def _entries(raw: Any, most: int) -> list[Any]:
    """The records named, each a Ref or an object; ValidationError for anything else."""
    if isinstance(raw, str):
        try:
            raw = orjson.loads(raw)
        except ValueError:
            raw = None
    entries = [raw] if isinstance(raw, dict | Ref) else raw
    is_list = isinstance(entries, list | tuple)
    if not is_list or not all(isinstance(entry, dict | Ref) for entry in entries):
        raise refuse(_("Expected a list of records here."))
    if len(entries) > most == 1:
        raise refuse(_("Only one record fits here. Choose one."))
    if len(entries) > most:
        raise refuse(_("At most %(most)s of these fit in one record.") % {"most": most})
    return list(entries)


class Links(JsonList):
    """Links to several records of any type; kept as their names, walked by the timeline.

    With `most=1` it is a link to one record of any type.
    """

    kind = "links"
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"type": {"type": "string"}, "uid": {"type": "string"}},
        },
    }

    def __init__(self, most: int = MOST_LINKS, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    @property
    def is_single(self) -> bool:
        return self.most == 1

    def parse(self, raw: Any, context: Context) -> tuple[dict[str, str], ...]:
        if raw is None or raw == "":
            return ()
        found: dict[tuple[str, str], dict[str, str]] = {}
        for entry in _entries(raw, self.most):
            type_key = entry.type if isinstance(entry, Ref) else str(entry.get("type", ""))
            uid = str(as_uid(entry))
            found[type_key, uid] = {"type": type_key, "uid": uid}
        return tuple(found.values())

    def plain(self, value: Any) -> Any:
        return [
            {"type": one.type, "uid": str(one.uid)} if isinstance(one, Ref)
            else {"type": one["type"], "uid": one["uid"]}
            for one in value or ()
        ]  # fmt: skip

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(one.title for one in value or () if isinstance(one, Ref))

    def export(self, value: Any) -> str:
        return orjson.dumps(self.plain(value)).decode() if value else ""

    def sample(self, seed: int) -> Any:
        return None
