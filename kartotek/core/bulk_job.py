"""A bulk act too big for one request: by a job, in chunks, as one act that one press takes back.

Which records it is done to is a question, asked while the job is at work: by id, so that a record
that answers it no more once it was changed moves nobody else out of its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import bulk, jobs
from kartotek.core.actor import Actor, system
from kartotek.core.acts import remember
from kartotek.core.bulk import CHUNK, BulkAct, Tally
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.question import Condition, Group, Question
from kartotek.core.recordtype import RecordType

MOST_ATTEMPTS = 10
MOST_NAMED = 10_000  # records that are named one by one


def do_later(
    actor: Actor,
    named: AnyType,
    act: BulkAct,
    which: Sequence[UUID] | Question,
    *,
    told: int | None = None,
    key: str = "",
) -> UUID:
    """Put down the job that does it; its uid is also that of the act, to be undone.

    `told` is how many rows were shown when it was pressed. What could be written to no record is
    refused at once, and so is a question that cannot be answered.
    """
    record_type = the_type(named)
    bulk.check(actor, record_type, act)
    asked = _asked(actor, record_type, which)
    arguments = {
        "by": jobs.signed(actor), "type_key": record_type.key, "act": act.plain(),
        "asked": asked, "told": told,
    }  # fmt: skip
    own = f"bulk {actor.key} {key}" if key else ""
    return jobs.put_down(act_on_many, arguments, key=own[:200], most_attempts=MOST_ATTEMPTS)


def _asked(
    actor: Actor, record_type: RecordType, which: Sequence[UUID] | Question
) -> dict[str, Any]:
    """Which records are meant, as a job's arguments keep it."""
    if isinstance(which, Question):
        find(actor, record_type, Question(which.where, (), "id", size=1, words=which.words))
        return {"where": [asdict(one) for one in which.where], "words": which.words}
    if not 1 <= len(which) <= MOST_NAMED:
        raise ValidationError(
            _("Choose 1 to %(most)s rows, or all that match.") % {"most": f"{MOST_NAMED:,}"}
        )
    return {"uids": [str(uid) for uid in dict.fromkeys(which)]}


@task()
@jobs.in_chunks
def act_on_many(
    by: dict[str, Any], type_key: str, act: dict[str, Any], asked: dict[str, Any], told: int | None
) -> dict[str, str]:
    """Change every record that is meant; ends in a receipt."""
    run, what = jobs.running(), BulkAct(**act)
    while "receipt" not in run.progress:
        refused = ""
        try:
            with run.chunk() as progress:
                actor = jobs.signer(by)
                with translation.override(actor.language):
                    _one_chunk(actor, catalogue()[type_key], what, asked, progress, told)
        except (ValidationError, PermissionDenied, NotFound) as error:
            refused = bulk.reason_of(error)
        if refused:  # as a whole: a right was taken away, a field has gone
            with run.chunk() as progress:
                _stop(by, catalogue()[type_key], what, progress, told, refused)
    return {"receipt": run.progress["receipt"], "batch": str(run.uid)}


def _one_chunk(
    actor: Actor,
    record_type: RecordType,
    act: BulkAct,
    asked: dict[str, Any],
    progress: dict[str, Any],
    told: int | None,
) -> None:
    run = jobs.running()
    acting = bulk.acting_as(actor, record_type, act.verb, run.uid)
    if "tally" not in progress:
        progress["rows"] = len(asked["uids"]) if "uids" in asked else told or 0
        remember(acting, run.uid, None, str(record_type.plural))
    tally = _tally(progress)
    uids, place = _next(actor, record_type, asked, progress.get("place"))
    if uids:
        bulk.one_chunk(acting, record_type, act, uids, tally)
    progress.update(tally=asdict(tally), done=tally.rows, place=place)
    progress["rows"] = max(progress["rows"], tally.rows)
    if place is None:
        progress["receipt"] = str(bulk.receipt_of(acting, record_type, act, tally, told=told))


def _next(
    actor: Actor, record_type: RecordType, asked: dict[str, Any], place: Any
) -> tuple[list[UUID], Any]:
    """The records that come next, and the place after them; None where these are the last."""
    if "uids" in asked:
        start = place or 0
        end = start + CHUNK
        uids = [UUID(uid) for uid in asked["uids"][start:end]]
        return uids, end if end < len(asked["uids"]) else None
    where = tuple(_part(one) for one in asked["where"])
    words, after = asked["words"], place or ""
    page = find(actor, record_type, Question(where, (), "id", after, CHUNK, words))
    return [row.uid for row in page], page.next or None


def _part(kept: dict[str, Any]) -> Condition | Group:
    if "parts" in kept:
        return Group(tuple(_part(one) for one in kept["parts"]), kept["any"])
    return Condition(**kept)


def _tally(progress: dict[str, Any]) -> Tally:
    """What was counted so far; a copy, for this commit may fail."""
    kept = progress.get("tally", {})
    return Tally(**{**kept, "listed": list(kept.get("listed", ()))})


def _stop(
    by: dict[str, Any],
    record_type: RecordType,
    act: BulkAct,
    progress: dict[str, Any],
    told: int | None,
    why: str,
) -> None:
    """The receipt of what was done until it was refused as a whole."""
    acting = replace(system("bulk"), member=by["member"], batch=jobs.running().uid)
    tally = _tally(progress)
    progress["receipt"] = str(
        bulk.receipt_of(acting, record_type, act, tally, told=told, stopped=why)
    )
