"""The work behind the page of an export: a file written while the page tells how far it is.

Cut off, it begins anew: nothing of it is seen before it is whole.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils import translation
from django_tasks import task
from uuid_utils.compat import uuid7

from kartotek.core import blobs, files, jobs
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.jobs import Run
from kartotek.core.question import Condition, Question
from kartotek.core.revealing import revealing
from kartotek.interfaces.files.everything import TakingEverything, keep_everything
from kartotek.interfaces.files.exporting import Exporting, keep_receipt, noted
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.taking import Taking, columns
from kartotek.interfaces.web.frame import words_of
from kartotek.interfaces.web.questions import asked

ARCHIVE = "zip"
TELLS_EVERY = 0.4  # seconds


@dataclass(frozen=True)
class Order:
    """What was asked for, as the arguments of a job keep it."""

    type: str  # "" for everything
    format: str
    name: str  # of the file
    query: str = ""  # the address of a list; "" for all of the type
    columns: tuple[str, ...] = ()  # () for all
    uids: tuple[str, ...] = ()  # of a selection; it wins over the list
    whole: bool = False  # masked values too
    asked: dict[str, Any] | None = None  # a question as plain data; it wins over the address


def begin(actor: Actor, order: Order) -> UUID:
    """Put the job down, with the line in the security log in the same commit."""
    with transaction.atomic():
        rows = len(order.uids) or order.query or order.asked or "all"
        more = {"whole": True} if order.whole else {}
        noted(actor, order.type, order.format, order.name, asked=rows, **more)
        return jobs.put_down(take_out, {"by": jobs.signed(actor), "order": asdict(order)})


@task()
@jobs.in_chunks
def take_out(by: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    """Write the file and keep it for a week, with a receipt; or say why that is refused."""
    run, actor = jobs.running(), jobs.signer(by)
    own = UUID(bytes=uuid7().bytes)  # one for each attempt: a worker given up may still be at it
    with translation.override(actor.language):
        try:
            return _work(run, actor, Order(**order), blobs.scratch(own))
        except (ValidationError, PermissionDenied, NotFound) as error:
            return {"refused": words_of(error)}
        finally:
            blobs.sweep_scratch(own)


def _work(run: Run, actor: Actor, order: Order, room: Path) -> dict[str, Any]:
    if "ended" in run.progress:  # its worker died between the last commit and the next breath
        return dict(run.progress["ended"])
    path = room / "out"
    work = _begun(actor, order, path)
    began, told_at = datetime.now(UTC).isoformat(), 0.0
    while work.step():
        if time.monotonic() - told_at > TELLS_EVERY:
            blobs.refuse_full_disk(0)
            with run.chunk() as progress:
                progress.update({"began": began, "from": 0, "done": work.done, "rows": work.rows})
            told_at = time.monotonic()
    kept = files.keep(actor, path, order.name, "application/octet-stream", files.EXPORT)
    with run.chunk() as progress:
        if isinstance(work, TakingEverything):
            uid = keep_everything(actor, work.receipt)
        else:
            uid = keep_receipt(actor, work.receipt)
        ended = {"file": str(kept.uid), "uid": str(uid), "receipt": work.receipt.plain()}
        progress["ended"] = ended
    return ended


def _begun(actor: Actor, order: Order, path: Path) -> Exporting | TakingEverything:
    actor = revealing(actor) if order.whole else actor
    if order.format == ARCHIVE:
        return TakingEverything(actor, path, order.name)
    return Exporting(actor, taking_of(actor, order), FORMATS[order.format], path, order.name)


def taking_of(actor: Actor, order: Order) -> Taking:
    """The records an order means, as the doors know them today."""
    record_type = catalogue()[order.type]
    names = order.columns or columns(actor, record_type)
    if order.uids:
        uids = tuple(UUID(one) for one in order.uids)
        return Taking(record_type, tuple(names), Question(), uids)
    if order.asked is not None:
        where = tuple(Condition(*one) for one in order.asked["where"])
        words, sort = order.asked["words"], order.asked["sort"]
        return Taking(record_type, tuple(names), Question(where=where, words=words, sort=sort))
    found = asked(QueryDict(order.query.removeprefix("?")))
    question = found.question(tuple(names), count=False) if order.query else Question()
    return Taking(record_type, tuple(names), question)
