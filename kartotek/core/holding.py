"""A stored file becomes a record's: looked up before the write, taken once inside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import FileRef
from kartotek.core.recordtype import RecordType


def looked_up(actor: Actor, record_type: RecordType, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a new record, each file with the facts as they are here and not as sent.

    ValidationError names the field: not brought by this actor, not whole, or used elsewhere.
    """
    found = dict(values)
    for kind in record_type.files:
        try:
            asked = kind.parse(values.get(kind.name), Context())
        except ValidationError:
            continue  # prepare names the field
        if asked is not None:
            found[kind.name] = _facts(actor, kind.name, asked.uid)
    return found


def _facts(actor: Actor, name: str, uid: UUID) -> FileRef:
    try:
        known = files.facts(actor, uid)
    except NotFound as error:
        raise ValidationError({name: [str(error)]}) from None
    if not known.is_whole:
        raise ValidationError({name: [_("Only a part of the file has come in. Bring it again.")]})
    if known.purpose != files.TO_ATTACH:
        raise _used(name)
    return FileRef(known.uid, known.name, known.size, known.media_type)


def take(record_type: RecordType, made: Iterable[Any]) -> None:
    """The files of new records are theirs from now on; inside the write's transaction.

    ValidationError where another record was quicker.
    """
    for one in made:
        for kind in record_type.files:
            held = one.values.get(kind.name)
            if held is not None and not files.hold(held.uid):
                raise _used(kind.name)


def _used(name: str) -> ValidationError:
    return ValidationError({name: [_("This file is used elsewhere already. Bring it again.")]})
