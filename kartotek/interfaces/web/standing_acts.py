"""How a bulk act stands: the toast that watches its job, and the page with its receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kartotek.core import receipts
from kartotek.core.actor import Actor
from kartotek.core.bulk import REMOVE
from kartotek.core.bulk_job import act_on_many
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import formats
from kartotek.core.find import find
from kartotek.core.question import COUNT_CAP, Question
from kartotek.core.receipts import ReceiptFacts
from kartotek.core.standing import Standing, standing
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.undoing import ENDED, TITLE, progress_words


@require_safe
@signed_in
def bulk_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One bulk act, by its job or by its receipt; `toast` asks for the line in its toast."""
    actor, context = actor_of(request), context_of(request)
    now = _standing(actor, uid)
    if "toast" in request.GET:
        return _in_toast(request, uid, now)
    receipt = now.receipt
    told = {
        "now": now, "ended": now.state in ENDED, "said": said(now, context),
        "progress": progress_words(now, context), "receipt": receipt,
        "figures": _figures(receipt, context) if receipt else [],
        "remarks": remarks(receipt, context) if receipt else [],
        "refused": _refused(actor, receipt) if receipt else [],
    }  # fmt: skip
    return piece_or_page(request, "bulk-act.html", "act", **told)


def begun(request: HttpRequest, job: UUID) -> HttpResponse:
    """The toast that asks for itself until the job is done; it goes along to the next page."""
    there = reverse("bulk_act", args=[job])
    if not is_partial(request):
        return HttpResponseRedirect(there)
    progress = progress_words(standing(act_on_many, actor_of(request), job), context_of(request))
    response = fragment(
        request, "bulk-act.html", "running", job=job, there=there, progress=progress
    )
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    response["HX-Trigger"] = "k:cleared, k:close"
    return response


def _standing(actor: Actor, uid: UUID) -> Standing:
    try:
        return standing(act_on_many, actor, uid)
    except NotFound:
        receipt = receipts.read(actor, uid)
        if receipt.kind != "bulk":
            raise
        return Standing("done", receipt.rows, receipt.rows, receipt.at, receipt)


def _in_toast(request: HttpRequest, job: UUID, now: Standing) -> HttpResponse:
    """The next line of the running toast, or the toast that takes its place at the end."""
    context, receipt = context_of(request), now.receipt
    if now.state not in ENDED:
        progress = progress_words(now, context)
        return fragment(request, "bulk-act.html", "progress", progress=progress)
    batch = receipt.batch if receipt and receipt.updated else None
    return toast(
        request, said(now, context), batch, job=job, url=reverse("bulk_act", args=[job]),
        remarks=remarks(receipt, context)[:2] if receipt else (),
    )  # fmt: skip


def said(now: Standing, context: Context) -> str:
    """What is, or was, done, in one sentence."""
    receipt = now.receipt
    if now.state == "failed":
        return _("The change did not work. Ask who looks after Kartotek.")
    if receipt is None:
        return _("This is many records, so it is done in the background.")
    count = {"n": number(receipt.updated, context)}
    if receipt.detail["verb"] == REMOVE:
        return ngettext("Removed %(n)s row.", "Removed %(n)s rows.", receipt.updated) % count
    return ngettext("Changed %(n)s row.", "Changed %(n)s rows.", receipt.updated) % count


def remarks(receipt: ReceiptFacts, context: Context) -> list[str]:
    """What else is to be told: why it stopped, what matched, what was refused, what stayed."""
    detail, found = receipt.detail, []
    if detail.get("stopped"):
        found.append(_("It stopped: %(why)s") % {"why": detail["stopped"]})
    told = detail.get("told")
    if told is not None and told < COUNT_CAP - 1 and told != receipt.rows:
        found.append(
            _("The list showed %(told)s rows; %(rows)s were there when it was done.")
            % {"told": number(told, context), "rows": number(receipt.rows, context)}
        )
    if receipt.failed:
        first = ngettext("%(n)s row was refused:", "%(n)s rows were refused:", receipt.failed)
        reasons = list(dict.fromkeys(why for _uid, why in detail["refused"]))
        count = number(receipt.failed, context)
        found.append(" ".join([first % {"n": count}, *reasons[:3]]))
    if receipt.unchanged:
        same = ngettext("%(n)s row was so already.", "%(n)s rows were so already.",
                        receipt.unchanged)  # fmt: skip
        found.append(same % {"n": number(receipt.unchanged, context)})
    return found


def _figures(receipt: ReceiptFacts, context: Context) -> list[tuple[str, str]]:
    is_gone = receipt.detail["verb"] == REMOVE
    shown = [
        (receipt.rows, _("rows")),
        (receipt.updated, _("removed") if is_gone else _("changed")),
        (receipt.unchanged, _("so already")),
        (receipt.failed, _("refused")),
    ]
    return [(number(count, context), label) for count, label in shown]


def _refused(actor: Actor, receipt: ReceiptFacts) -> list[tuple[str, str, str]]:
    """(title, address, reason) of what was refused, named as far as this actor may see it."""
    detail = receipt.detail
    if detail["type"] not in catalogue():
        return []
    record_type = catalogue()[detail["type"]]
    titles: dict[str, str] = {}
    if record_type.title in visible(actor, record_type):
        uids = tuple(UUID(uid) for uid, _why in detail["refused"])
        asked = Question(uids=uids, columns=(record_type.title,), removed=True)
        titles = {str(row.uid): row.title for row in find(actor, record_type, asked)}
    return [
        (titles[uid][:TITLE] or "–", reverse("record", args=[record_type.key, uid]), why)
        if uid in titles
        else ("–", "", why)
        for uid, why in detail["refused"]
    ]


def number(count: int, context: Context) -> str:
    return formats.number(count, context)
