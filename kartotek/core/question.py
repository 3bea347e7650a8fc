"""A question to the read door, as data, and the page that answers it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError

PAGE_SIZE = 50
LARGEST_PAGE = 500
COUNT_CAP = 10_001


@dataclass(frozen=True)
class Condition:
    """One comparison: `field` stands `op` to `value`."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class Group:
    """Several conditions of which all, or any, must hold."""

    parts: tuple[Condition | Group, ...]
    any: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked of one record type. `sort` is a field's name, "-" before it for downwards."""

    where: tuple[Condition | Group, ...] = ()
    columns: tuple[str, ...] | None = None
    sort: str = ""
    after: str = ""
    size: int = PAGE_SIZE
    words: str = ""
    removed: bool = False
    count: bool = False
    uids: tuple[UUID, ...] | None = None
    locks: bool = False  # say of each row whether it is locked


@dataclass(frozen=True, slots=True)
class Row:
    """One record as plain values. Changing it changes nothing: writing is the other door."""

    type: str
    uid: UUID
    version: int
    values: Mapping[str, Any]
    may_edit: bool = False
    removed: bool = False
    title_field: str = "name"
    lock: str = ""  # by whom and until when, in words, where it was asked for

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    @property
    def title(self) -> str:
        return str(self.values.get(self.title_field) or "")


@dataclass(frozen=True)
class Page:
    """Rows, the way to the next ones, and how many there are (None: not asked)."""

    type: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    next: str = ""
    count: int | None = None
    sort: str = ""
    _more: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count_is_capped(self) -> bool:
        return self.count is not None and self.count >= COUNT_CAP


@dataclass(frozen=True)
class Place:
    """Where a page ended: in which segment, at which key, at which record."""

    empty: bool
    key: Any
    uid: UUID


def _seal(body: bytes) -> bytes:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, b"kartotek.cursor" + body, hashlib.sha256).digest()[:12]


def encode(place: Place, asked: str) -> str:
    """A cursor: opaque to its reader, sealed, good only for the same sort of the same type."""
    body = orjson.dumps([asked, int(place.empty), place.key, place.uid.hex])
    return base64.urlsafe_b64encode(_seal(body) + body).decode().rstrip("=")


def decode(cursor: str, asked: str) -> Place:
    """The place a cursor names; ValidationError where it was altered or belongs elsewhere."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        seal, body = raw[:12], raw[12:]
        if not hmac.compare_digest(seal, _seal(body)):
            raise ValueError
        about, empty, key, uid = orjson.loads(body)
        if about != asked:
            raise ValueError
        return Place(bool(empty), key, UUID(uid))
    except (ValueError, TypeError):
        raise ValidationError(
            {"after": _("This link to the next page is damaged. Start again from the first page.")}
        ) from None
