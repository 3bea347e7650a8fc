"""Everything of one member handed to another: one act, and one press takes it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from uuid_utils.compat import uuid7

from kartotek.core import jobs, log, receipts
from kartotek.core.actor import Actor
from kartotek.core.acts import remember
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.measure import Measure, measure
from kartotek.core.question import Condition, Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.write_many import write_many

AT_ONCE = 500  # records handed over while the person waits; more go by a job
CHUNK = 500
MOST_ATTEMPTS = 10
LISTED = 100  # records named in the receipt because they stayed


@dataclass(frozen=True)
class Handed:
    """The act, how many records it is about, and whether a job is still at work on it."""

    batch: UUID
    count: int
    is_later: bool


@dataclass
class _Place:
    """How far the work is: which types are done, where in the next one, what was counted."""

    types: list[str]
    after: str = ""
    rows: int = 0
    failed: int = 0
    listed: list[list[str]] = field(default_factory=list)


def owned(actor: Actor, member: UUID) -> dict[str, int]:
    """Type → how many of its records a member owns, as far as the actor sees them."""
    found = {}
    for record_type in _types():
        mine = Measure(where=(Condition("owner", "is", str(member)),))
        if count := measure(actor, record_type, mine).total.count:
            found[record_type.key] = count
    return found


def hand_over(actor: Actor, member: UUID, to: UUID) -> Handed:
    """Give the records of `member` to another one, and to that one's department.

    ValidationError where nobody is named, or nothing is there; PermissionDenied for who may not
    change everybody's records. What is refused stays, and stands in the receipt.
    """
    _refuse(actor, member, to)
    counts = owned(actor, member)
    if not counts:
        raise ValidationError(_("There is nothing to hand over."))
    count = sum(counts.values())
    if count > AT_ONCE:
        arguments = {"by": jobs.signed(actor), "member": str(member), "to": str(to)}
        job = jobs.put_down(
            hand_over_all, arguments, key=f"hand over {member}", most_attempts=MOST_ATTEMPTS
        )
        return Handed(job, count, True)
    batch = uuid7()
    with transaction.atomic():
        acting = _begun(actor, batch, member)
        place = asdict(_Place([one.key for one in _types()]))
        while place["types"]:
            place = _one_chunk(acting, member, to, place)
        _receipt(acting, member, to, place)
    return Handed(batch, count, False)


def _types() -> list[RecordType]:
    """What is somebody's and listed; saved views and the like are nobody else's business."""
    return [one for one in catalogue() if one.scoped and one.in_menu]


def _refuse(actor: Actor, member: UUID, to: UUID) -> None:
    if actor.rights.scope("members", "edit") != "all":
        raise PermissionDenied(_("Only an administrator hands over what is somebody's."))
    if member == to:
        raise ValidationError({"to": _("Choose somebody else.")})
    row = _member(actor, to)
    if not row["is_active"]:
        raise ValidationError({"to": _("%(name)s has no access.") % {"name": row.title}})


def _member(actor: Actor, uid: UUID) -> Row:
    return find_one(actor, "members", uid, ("name", "department", "is_active"))


def _begun(actor: Actor, batch: UUID, member: UUID) -> Actor:
    acting = actor.because("hand_over", batch)
    remember(acting, batch, None, _member(actor, member).title)
    return acting


def _one_chunk(acting: Actor, member: UUID, to: UUID, kept: dict[str, Any]) -> dict[str, Any]:
    """Hand over the next records, inside the caller's transaction; returns the place after them."""
    place = _Place(**{**kept, "types": list(kept["types"]), "listed": list(kept["listed"])})
    record_type = catalogue()[place.types[0]]
    where = (Condition("owner", "is", str(member)),)
    page = find(acting, record_type, Question(where, (), "id", place.after, CHUNK))
    department = _member(acting, to)["department"]
    values = {"owner": str(to), "department": str(department.uid) if department else None}
    wishes = [Wish(row.uid, dict(values), only_change=True) for row in page]
    for outcome in write_many(acting, record_type, wishes) if wishes else ():
        place.rows += 1
        if outcome.error is not None:
            place.failed += 1
            if len(place.listed) < LISTED:
                reason = " ".join(getattr(outcome.error, "messages", [str(outcome.error)]))
                place.listed.append([record_type.key, str(outcome.uid), reason])
    place.after = page.next
    if not page.next:
        place.types.pop(0)
    return asdict(place)


def _receipt(acting: Actor, member: UUID, to: UUID, place: dict[str, Any]) -> UUID:
    """What became of all of it; what was changed is counted in the log, not by the loop."""
    assert acting.batch is not None
    changed = sum(log.verbs_of_batch(acting.batch, one.key).get("update", 0) for one in _types())
    failed = place["failed"]
    return receipts.record(
        "hand_over", _member(acting, member).title, acting, rows=place["rows"], updated=changed,
        unchanged=place["rows"] - changed - failed, failed=failed, batch=acting.batch,
        detail={"to": str(to), "member": str(member), "refused": place["listed"]},
    )  # fmt: skip


@task()
@jobs.in_chunks
def hand_over_all(by: dict[str, Any], member: str, to: str) -> dict[str, str]:
    """The same for very many, in chunks; ends in a receipt."""
    run = jobs.running()
    whose, whom = UUID(member), UUID(to)
    while "receipt" not in run.progress:
        with run.chunk() as progress:
            actor = jobs.signer(by)
            with translation.override(actor.language):
                _step(actor, run.uid, whose, whom, progress)
    return {"receipt": run.progress["receipt"], "batch": str(run.uid)}


def _step(actor: Actor, batch: UUID, member: UUID, to: UUID, progress: dict[str, Any]) -> None:
    if "place" not in progress:
        acting = _begun(actor, batch, member)
        progress["place"] = asdict(_Place([one.key for one in _types()]))
    acting = actor.because("hand_over", batch)
    progress["place"] = _one_chunk(acting, member, to, progress["place"])
    progress["done"] = progress["place"]["rows"]
    if not progress["place"]["types"]:
        progress["receipt"] = str(_receipt(acting, member, to, progress["place"]))
