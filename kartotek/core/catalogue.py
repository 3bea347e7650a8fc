"""What record types there are just now: the code's declarations plus the Customization.

An immutable snapshot; everything asks it, nothing keeps it beyond one act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.utils.translation import gettext as _

from kartotek.core import customizing
from kartotek.core.actor import Actor
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.recordtype import RECORD_TYPES, RecordType
from kartotek.core.workspace import workspace

AnyType = RecordType | type[RecordType] | str


@dataclass(frozen=True)
class Catalogue:
    """Every record type by its key, as of one version of the Customization."""

    version: int
    types: Mapping[str, RecordType]

    def __getitem__(self, key: str) -> RecordType:
        try:
            return self.types[key]
        except KeyError:
            raise NotFound(
                _("There is nothing called “%(key)s” here.") % {"key": key[:60]}
            ) from None

    def __iter__(self) -> Iterator[RecordType]:
        return iter(self.types.values())

    def __contains__(self, key: str) -> bool:
        return key in self.types


_snapshot: Catalogue | None = None


def catalogue() -> Catalogue:
    """The snapshot in force: made anew where the Customization has changed since."""
    global _snapshot
    version = workspace().customization
    if _snapshot is None or _snapshot.version != version:
        types = customizing.customized(RECORD_TYPES) if version else RECORD_TYPES
        _snapshot = Catalogue(version, MappingProxyType(dict(types)))
    return _snapshot


def forget() -> None:
    """Rebuild the snapshot at the next question."""
    global _snapshot
    _snapshot = None


def the_type(named: AnyType) -> RecordType:
    """The declaration behind a key, a class or itself."""
    if isinstance(named, RecordType):
        return named
    return catalogue()[named if isinstance(named, str) else named.key]


def visible(actor: Actor, named: AnyType) -> frozenset[str]:
    """The fields and parts this actor may know of: the one answer for every door and interface."""
    record_type = the_type(named)
    return _seen(record_type, actor.rights.hides(record_type.key))


@lru_cache(maxsize=1_024)  # a list asks for each of its columns
def _seen(record_type: RecordType, hidden: frozenset[str]) -> frozenset[str]:
    known = record_type.fields.keys() | record_type.parts.keys()
    return frozenset(known - hidden - record_type.hidden)


def knows(actor: Actor, named: AnyType, column: str) -> bool:
    """May this actor know of a column? A dotted one leads one step on, to a field there."""
    record_type = the_type(named)
    first, dot, second = column.partition(".")
    if first not in visible(actor, record_type):
        return False
    target = getattr(record_type.fields.get(first), "target", "")
    if not dot:
        return True
    return target != "" and second in visible(actor, target) & catalogue()[target].fields.keys()


def unknown_field(record_type: RecordType, name: str) -> ValidationError:
    """The one error for a field that is misspelt and for one that is hidden."""
    return ValidationError(
        {
            name[:60]: _("%(plural)s have no field “%(name)s”.")
            % {"plural": record_type.plural, "name": name[:60]}
        }
    )
