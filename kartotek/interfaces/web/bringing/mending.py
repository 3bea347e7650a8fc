"""Broken rows mended in the page: each tried again at once, its new values kept for the import."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartotek.core import drafts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import the_type
from kartotek.core.drafts import Draft
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes.base import texted
from kartotek.interfaces.files.broken import LONGEST, Broken, tried
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import refuse_without_right
from kartotek.interfaces.files.mapping import Reading
from kartotek.interfaces.files.receipt import ColumnCount
from kartotek.interfaces.web.bringing.mendable import columns_read
from kartotek.interfaces.web.bringing.views import state_of_import
from kartotek.interfaces.web.frame import actor_of, fragment, is_partial, signed_in

_FIGURES = ("values", "taken", "changed", "left_out", "failed")


@require_POST
@signed_in
def mend(request: HttpRequest, uid: UUID, line: int) -> HttpResponse:
    """Take what was written into the cells of one row, or leave the row out."""
    actor = actor_of(request)
    draft = drafts.read(actor, uid)
    cells = {
        int(name.removeprefix("cell-")): _written(str(text))
        for name, text in request.POST.items()
        if name.startswith("cell-") and name.removeprefix("cell-").isdecimal()
    }
    if any(len(text) > LONGEST for text in cells.values()):
        raise ValidationError(
            _("A cell takes at most %(most)s letters here. Shorten it.") % {"most": LONGEST}
        )
    is_left = "left" in request.POST
    draft = drafts.amend(actor, draft, lambda now: _changed(actor, now, line, cells, is_left))
    if not is_partial(request):
        return HttpResponseRedirect(f"{reverse('import_page', args=[uid])}#row-{line}")
    told = state_of_import(request, draft)
    told["one"] = next(one for one in told["mendable"] if one.line == line)
    return fragment(request, "bringing/mended.html", "row", **told)


def _written(text: str) -> str:
    """A cell as it is kept: no letter that no database holds, lines as files have them."""
    return texted(text.replace("\r\n", "\n"))


def _changed(
    actor: Actor, draft: Draft, line: int, cells: dict[int, str], is_left: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and receipt of a draft with one row mended, or left out."""
    receipt, decided = dict(draft.receipt), Decisions.of(draft.settings)
    entries = receipt.get("to_mend", [])
    place = next((n for n, one in enumerate(entries) if one["line"] == line), None)
    if place is None:
        raise NotFound(_("This row is not waiting to be mended. Look at the page again."))
    was, reading = Broken.of(entries[place]), _reading(actor, draft)
    columns = columns_read(receipt)
    written = {
        n: text for n, text in cells.items() if n in was.cells and text != _written(was.cells[n])
    }
    wanted = replace(was, cells={**was.cells, **written}, is_left=is_left)
    _old, before = tried(actor, reading, columns, was, decided.match)
    now, after = tried(actor, reading, columns, wanted, decided.match)
    asked = sorted({*entries[place]["asked"], *now.wrong})
    receipt["to_mend"] = [*entries[:place], {**now.plain(), "asked": asked}, *entries[place + 1 :]]
    decided = decided.leave(line) if is_left else decided.mend(line, written)
    kept = {**draft.settings, **decided.plain()}
    return kept, _recounted(receipt, (was, before), (now, after), decided)


def _reading(actor: Actor, draft: Draft) -> Reading:
    record_type = the_type(draft.type)
    refuse_without_right(actor, record_type)
    return Reading(record_type, draft.receipt.get("source", ""))


Tried = tuple[Broken, list[ColumnCount]]


def _recounted(
    receipt: dict[str, Any], was: Tried, now: Tried, decided: Decisions
) -> dict[str, Any]:
    """The receipt with one row counted as it ends now, and not as it did."""
    receipt[was[0].did] -= 1
    receipt[now[0].did] += 1
    receipt["left"] += now[0].is_left - was[0].is_left
    receipt["mended"] = sum(1 for line in decided.mended if line not in decided.left)
    receipt["failures"] = [
        {"line": one["line"], "reason": one["reason"]}
        for one in receipt["to_mend"] if one["did"] == "failed"
    ]  # fmt: skip
    receipt["columns"] = [
        _column(one, before, after)
        for one, before, after in zip(receipt["columns"], was[1], now[1], strict=True)
    ]
    return receipt


def _column(one: dict[str, Any], before: ColumnCount, after: ColumnCount) -> dict[str, Any]:
    figures = {name: one[name] + getattr(after, name) - getattr(before, name) for name in _FIGURES}
    reasons = dict(one["reasons"])
    for why in {*before.reasons, *after.reasons}:
        reasons[why] = reasons.get(why, 0) + after.reasons[why] - before.reasons[why]
    told = {why: count for why, count in reasons.items() if count > 0}
    return {**one, **figures, "reasons": told, "how": one["how"] or after.how}
