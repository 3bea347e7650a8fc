"""The practice data as one act: brought with a receipt, and taken back with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import acts, log, receipts
from kartotek.core.actor import Actor
from kartotek.core.acts import remember
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find
from kartotek.core.log import ASIDE, LoggedChange
from kartotek.core.question import Question, Row
from kartotek.core.receipts import ReceiptFacts
from kartotek.core.remove import remove
from kartotek.core.write_many import write_many
from kartotek.site.demo.making import SIZES, make

CAUSE = "demo"
CHUNK = 500
MOVES = ("create", "remove", "restore", *ASIDE)  # what changes no value of a record


@dataclass
class Taken:
    """What became of the practice data: its receipt, and what was left, with the reason."""

    receipt: ReceiptFacts
    kept: list[tuple[str, str]] = field(default_factory=list)  # title, reason


@transaction.atomic
def bring(actor: Actor, size: str) -> ReceiptFacts:
    """Write all of it, or nothing. ValidationError where it is there already."""
    if acts.standing(CAUSE):
        raise ValidationError(
            _("The practice data is there already. Take it back first: kartotek demo --remove")
        )
    batch = UUID(bytes=uuid7().bytes)
    acting = actor.because(CAUSE, batch)
    wishes = make(SIZES[size])
    for key, asked in wishes.items():
        write_many(acting, key, asked, on_error="stop")
    remember(acting, batch, None, _("Practice data"))
    counted = {key: log.verbs_of_batch(batch, key).get("create", 0) for key in wishes}
    receipt = receipts.record(
        CAUSE, _("Practice data"), acting, rows=sum(map(len, wishes.values())),
        created=sum(counted.values()), detail=counted, batch=batch,
    )  # fmt: skip
    return receipts.read(actor, receipt)


@transaction.atomic
def take_back(actor: Actor) -> Taken:
    """Put it into the trash; what people changed since stays. NotFound where there is none."""
    standing = acts.standing(CAUSE)
    if not standing:
        raise NotFound(_("There is no practice data here. “kartotek demo” brings some."))
    batch = UUID(bytes=uuid7().bytes)
    acting = actor.because("undo", batch)
    kept: list[tuple[str, str]] = []
    rows = removed = 0
    for key, row, is_changed in _brought(acting, standing[0]):
        rows += 1
        if row.removed:
            kept.append((row.title, _("It is in the trash.")))
        elif is_changed:
            kept.append((row.title, _("It was changed again since.")))
        else:
            remove(acting, key, row)
            removed += 1
    remember(acting, batch, standing[0])
    receipt = receipts.record(
        "undo", _("Undone"), acting, rows=rows, updated=removed, skipped=rows - removed,
        detail={"undoes": str(standing[0]), "kept": [], "more": len(kept)}, batch=batch,
    )  # fmt: skip
    return Taken(receipts.read(actor, receipt), kept)


def _brought(actor: Actor, batch: UUID) -> Iterator[tuple[str, Row, bool]]:
    """Each record of the act as it is now, newest first, and whether people changed it since."""
    before: int | None = None
    while changes := log.of_batch(batch, before, CHUNK):
        for key in dict.fromkeys(one.type for one in changes if one.type in catalogue()):
            made = {one.uid: one for one in changes if one.type == key and one.verb == "create"}
            asked = Question(uids=tuple(made), columns=(), removed=True)
            for row in find(actor, key, asked):
                yield key, row, row.version > 1 and _is_changed(made[row.uid])
        before = changes[-1].position


def _is_changed(made: LoggedChange) -> bool:
    since = log.of_record(made.type, made.record, None, CHUNK)
    return any(one.verb not in MOVES for one in since)
