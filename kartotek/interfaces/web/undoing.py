"""Taking back: a small act at once, a big one in the background while the page tells how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from babel.dates import format_timedelta
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kartotek.core import log
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import formats
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.receipts import ReceiptFacts
from kartotek.core.recordtype import RecordType
from kartotek.core.standing import Standing, standing
from kartotek.core.undo import Undone
from kartotek.core.undo_job import undo_batch, undo_or_later
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    piece_or_page,
    signed_in,
    toast,
)

TITLE = 60  # letters of a title that a toast shows
REMARKS = 3  # lines a toast has for what was left
ENDED = ("done", "failed")


@dataclass(frozen=True)
class Left:
    """One record that was left as it is: what of it, and why."""

    title: str
    url: str
    field: str
    reason: str

    @property
    def words(self) -> str:
        return _("%(what)s was kept: %(why)s") % {"what": self.field, "why": self.reason}


@require_POST
@signed_in
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take back one act; `redo` tells that the act was itself an undo."""
    too = "1" in (request.GET.get("too"), request.POST.get("too"))
    done = undo_or_later(actor_of(request), batch, changed_too=too)
    redone = request.GET.get("redo") == "1"
    if isinstance(done, UUID):
        return _begun(request, done, redone)
    remarks = [_left(one.type, one.uid, one.field, one.reason).words for one in done.kept[:REMARKS]]
    if not done.records:
        message = _("Nothing was changed.") if done.kept else _("There was nothing to take back.")
        return toast(request, message, remarks=remarks)
    message = _said(redone, _what(actor_of(request), done, context_of(request)))
    return toast(request, message, done.batch, redo=not redone, remarks=remarks)


@require_safe
@signed_in
def undo_job(request: HttpRequest, job: UUID) -> HttpResponse:
    """How an undo in the background stands: its own page, or (`toast`) the line in its toast."""
    redone = request.GET.get("redo") == "1"
    if "toast" in request.GET:
        return _in_toast(request, job, redone)
    now = standing(undo_batch, actor_of(request), job)
    context = context_of(request)
    told = {
        "now": now, "job": job, "redone": redone, "ended": now.state in ENDED,
        "said": _result(now, redone, context), "progress": progress_words(now, context),
        "figures": _figures(now.receipt, context) if now.receipt else {},
        "left": _every_left(actor_of(request), now.receipt),
        "changed": still_left(actor_of(request), now.receipt),
    }  # fmt: skip
    return piece_or_page(request, "undo.html", "undo", **told)


def _begun(request: HttpRequest, job: UUID, redone: bool) -> HttpResponse:
    """The toast that asks for itself until the job is done; it goes along to the next page."""
    if not is_partial(request):
        return HttpResponseRedirect(_page_of(job, redone))
    now = standing(undo_batch, actor_of(request), job)
    response = fragment(
        request, "toast.html", "running", job=job, url_of_page=_page_of(job, redone),
        progress=progress_words(now, context_of(request)), redone=redone,
    )  # fmt: skip
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def _page_of(job: UUID, redone: bool) -> str:
    return reverse("undo_job", args=[job]) + ("?redo=1" if redone else "")


def _in_toast(request: HttpRequest, job: UUID, redone: bool) -> HttpResponse:
    """The next line of the running toast, or the toast that takes its place at the end."""
    try:
        now = standing(undo_batch, actor_of(request), job)
    except NotFound as gone:  # once, and not every second: the toast that asked goes
        return toast(request, str(gone), job=job)
    if now.state not in ENDED:
        progress = progress_words(now, context_of(request))
        return fragment(request, "toast.html", "progress", progress=progress)
    batch = job if now.receipt and now.receipt.updated else None
    left = _every_left(actor_of(request), now.receipt)
    return toast(
        request, _result(now, redone, context_of(request)), batch, redo=not redone, job=job,
        remarks=[one.words for one in left[:REMARKS]],
        url=_page_of(job, redone) if left else "",
    )  # fmt: skip


def progress_words(now: Standing, context: Context) -> str:
    """How many of how many, and how long it will take; calm words while that is not known."""
    if not now.rows:
        return _("It begins in a moment.")
    numbers = _numbers(now, context)
    if not 0 < now.done < now.rows:
        return _("%(done)s of %(rows)s") % numbers
    took = datetime.now(UTC) - now.began
    left = max(took / now.done * (now.rows - now.done), timedelta(seconds=1))
    locale = context.language.replace("-", "_")
    numbers["time"] = format_timedelta(left, format="narrow", threshold=1, locale=locale)
    return _("%(done)s of %(rows)s, about %(time)s left") % numbers


def _numbers(now: Standing, context: Context) -> dict[str, str]:
    return {"done": _number(now.done, context), "rows": _number(now.rows, context)}


def _result(now: Standing, redone: bool, context: Context) -> str:
    """What became of a big act, in one sentence."""
    if now.state == "failed" and not now.done:
        return _("The undo did not work, and nothing was changed. Ask who looks after Kartotek.")
    if now.state == "failed":
        return _("The undo stopped at %(done)s of %(rows)s. What was taken back stays so; "
                 "ask who looks after Kartotek.") % _numbers(now, context)  # fmt: skip
    if now.receipt is None:
        return _("It is being brought back.") if redone else _("It is being taken back.")
    if not now.receipt.updated:
        return _("Nothing was changed.")
    return _said(redone, _records(now.receipt.updated, context))


def _said(redone: bool, what: str) -> str:
    return (_("Brought back: %(what)s.") if redone else _("Undone: %(what)s.")) % {"what": what}


def _figures(receipt: ReceiptFacts, context: Context) -> dict[str, str]:
    left = receipt.rows - receipt.updated
    counts = {"updated": receipt.updated, "rows": receipt.rows, "left": left}
    return {name: _number(count, context) for name, count in counts.items()}


def _records(count: int, context: Context) -> str:
    return ngettext("%(n)s record", "%(n)s records", count) % {"n": _number(count, context)}


def _number(count: int, context: Context) -> str:
    return formats.number(count, context)


def _what(actor: Actor, undone: Undone, context: Context) -> str:
    """What an undo changed, in the words of the one record, or as a number of them."""
    changes = log.of_batch(undone.batch, None, 2)
    if len(changes) != 1:
        return _records(undone.records, context)
    change, record_type = changes[0], catalogue()[changes[0].type]
    title = find_one(actor, record_type, change.uid, (record_type.title,)).title[:TITLE]
    if change.verb in log.ASIDE:
        what = _("Sharing") if change.verb == log.SHARE else _("Lock")
        return _("%(fields)s of %(title)s") % {"fields": what, "title": title}
    if "removed" in change.after:
        gone = change.after["removed"]
        said = _("%(title)s is in the trash") if gone else _("%(title)s is there again")
        return said % {"title": title}
    labels = {**record_type.fields, **record_type.parts}
    seen = visible(actor, record_type)
    fields = [str(labels[name].label) for name in change.after if name in labels and name in seen]
    return _("%(fields)s of %(title)s") % {"fields": ", ".join(fields[:3]), "title": title}


def _left(type_key: str, uid: UUID, name: str, reason: str, title: str = "") -> Left:
    """What was left alone, by the label of its field or of its type."""
    record_type = catalogue()[type_key]
    kind = record_type.fields.get(name) or record_type.parts.get(name)
    label = str(kind.label if kind else record_type.label)
    return Left(title or "–", reverse("record", args=[type_key, uid]), label, reason)


def still_left(actor: Actor, receipt: ReceiptFacts | None) -> list[Left]:
    """Of what the undo of an import left because people changed it since, what is not removed."""
    kept = [one for one in receipt.detail["kept"] if one.get("since")] if receipt else []
    kept = [one for one in kept if one["type"] in catalogue()]
    living: dict[str, str] = {}
    for key in dict.fromkeys(one["type"] for one in kept):
        uids = tuple(UUID(one["uid"]) for one in kept if one["type"] == key)
        living |= _titles(actor, catalogue()[key], uids, removed=False)
    return [
        _left(one["type"], UUID(one["uid"]), "", one["reason"], living[one["uid"]])
        for one in kept
        if one["uid"] in living
    ]


def _every_left(actor: Actor, receipt: ReceiptFacts | None) -> list[Left]:
    """What a big undo left, the records named as far as this actor may see them."""
    kept = [one for one in receipt.detail["kept"] if one["type"] in catalogue()] if receipt else []
    titles: dict[str, str] = {}
    for key in dict.fromkeys(one["type"] for one in kept):
        uids = tuple(dict.fromkeys(UUID(one["uid"]) for one in kept if one["type"] == key))
        titles |= _titles(actor, catalogue()[key], uids)
    return [
        _left(
            one["type"], UUID(one["uid"]), one["field"], one["reason"], titles.get(one["uid"], "")
        )
        for one in kept
    ]


def _titles(
    actor: Actor, record_type: RecordType, uids: tuple[UUID, ...], *, removed: bool = True
) -> dict[str, str]:
    if record_type.title not in visible(actor, record_type):
        return {}
    asked = Question(uids=uids, columns=(record_type.title,), removed=removed)
    rows = find(actor, record_type, asked)
    return {str(row.uid): row.title for row in rows}
