"""The pages of an import: one's own imports with the place to drop a file, and each by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kartotek.core import acts, drafts, files, receipts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.drafts import Draft, the_file
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fitting import may_fit
from kartotek.core.security import note
from kartotek.core.standing import standing as undo_standing
from kartotek.core.undo_job import undo_batch
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.elsewhere import known_elsewhere
from kartotek.interfaces.files.ids import label_of
from kartotek.interfaces.web.bringing.deciding import shown
from kartotek.interfaces.web.bringing.files_room import (
    Recognised,
    called,
    importable,
    recognised,
)
from kartotek.interfaces.web.bringing.mendable import mendable
from kartotek.interfaces.web.bringing.packing import kept_of, pack_of
from kartotek.interfaces.web.bringing.standing import columns, figures, remarks, rows_of, standing
from kartotek.interfaces.web.bringing.twins import twins_of
from kartotek.interfaces.web.bringing.uploading import refuse_stranger
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    words_of,
)
from kartotek.interfaces.web.undoing import progress_words, still_left

HERE = "import"
SHOWN = 50  # imports in the list of one's own
READ = 400  # drafts looked at for it: the files of an archive stand on its own page


@require_safe
@signed_in
def import_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One import in its state; for htmx the part that changes."""
    actor, context = actor_of(request), context_of(request)
    draft = drafts.read(actor, uid)
    told = state_of_import(request, draft)
    now = told["now"]
    if now.state == drafts.PACKED:
        told |= pack_of(actor, draft, context)
    if now.state == drafts.KEPT:
        told |= {"can_be_held": _can_be_held(actor, draft)}
    if now.undone and now.state != drafts.PACKED:
        told |= _left_of(actor, draft)
    if now.undoing:
        back = undo_standing(undo_batch, actor, now.undoing)
        told |= {"back": back, "progress": progress_words(back, context)}
    if now.state in drafts.OPEN and (now.state == drafts.COLUMNS or "columns" in request.GET):
        told |= _columns(request, draft)
    if is_partial(request):
        return fragment(request, "bringing/page.html", "state", **told)
    return page(request, "bringing/page.html", **told)


def state_of_import(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What the templates of an import are told of it, whatever its state."""
    actor, context = actor_of(request), context_of(request)
    now = standing(draft, context)
    return {
        "here": HERE, "now": now, "draft": draft, "is_own": drafts.is_own(actor, draft),
        "figures": figures(draft, context), "columns": columns(draft.receipt, context),
        "rows": rows_of(draft.receipt.get("rows", 0), context),
        "to_do": draft.receipt.get("created", 0) + draft.receipt.get("updated", 0),
        "counted": lambda count: rows_of(count, context), "remarks": remarks(draft.receipt),
        "mendable": mendable(draft.receipt) if now.state == drafts.CHECKED else [],
        **(twins_of(draft) if now.state == drafts.CHECKED else {}),
    }  # fmt: skip


def _left_of(actor: Actor, draft: Draft) -> dict[str, Any]:
    """What an import made and people changed since, after all else of it was taken back."""
    backs = [back for act in draft.acts if (back := acts.taken_back(act)) is not None]
    found = [one for back in backs if (one := receipts.of_act(actor, back)) is not None]
    left = [line for one in found for line in still_left(actor, one)]
    return {"left": left, "more": sum(one.detail["more"] for one in found) if left else 0}


@require_safe
@signed_in
def failed_rows(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The rows that failed, with line and reason, to be mended and dropped again."""
    draft = drafts.read(actor_of(request), uid)
    if draft.failed is None:
        raise NotFound(_("No row of this import is kept. Drop the file again."))
    found, path = files.content(draft.failed)
    note("download", actor=actor_of(request), file=found.name)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name,
        content_type="application/octet-stream",
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def imports_page(
    request: HttpRequest, error: str = "", status: int = 200, pasted: str = ""
) -> HttpResponse:
    """One's own imports, the newest first, below the place to drop a file."""
    actor, context = actor_of(request), context_of(request)
    refuse_stranger(actor)
    found = drafts.recent(actor, READ)
    shown = [one for one in found if "pack" not in one.settings][:SHOWN]
    lines = [(standing(draft, context), figures(draft, context)) for draft in shown]
    waiting, rows, what = kept_of(found)
    return page(
        request, "bringing/imports.html", status=status, here=HERE, lines=lines, error=error,
        pasted=pasted, waiting=waiting, kept_rows=rows_of(rows, context), kept_what=what,
        hint=hinted(actor, request.POST.get("type") or request.GET.get("type", "")),
    )  # fmt: skip


def hinted(actor: Actor, key: str) -> str:
    """The list that a file was dropped on, where this actor may import into it."""
    return key if key in {one.key for one in importable(actor)} else ""


def _can_be_held(actor: Actor, draft: Draft) -> bool:
    """Is there a type by now for what was kept for later, or was none ever told?"""
    try:
        found = read_columns(actor, draft, "")
    except (ValidationError, NotFound):
        return False
    return not known_elsewhere(found.table.headers)


def read_columns(actor: Actor, draft: Draft, type_key: str, *, guess: bool = False) -> Recognised:
    """The columns of a draft's file; with `guess` as if nothing had been chosen for them."""
    choices = draft.choices if type_key == draft.type and not guess else {}
    with files.lent(the_file(draft)) as path, called(path, draft.name):
        decided = Decisions.of(draft.settings)
        return recognised(actor, path, type_key, choices, decided=decided)


def _columns(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What the state "columns" shows: the file as it was recognised, or why it was not."""
    actor = actor_of(request)
    asked = request.GET.get("type", draft.type)
    try:
        found = read_columns(actor, draft, asked if asked in catalogue() else "")
    except (ValidationError, NotFound) as error:
        return {"file": None, "refusal": words_of(error), "types": importable(actor)}
    names = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("bars")}
    return {
        "file": found, "refusal": "", "types": importable(actor), "may_fit": may_fit(actor),
        "file_rows": rows_of(found.table.rows, context_of(request)),
        "separated": names.get(found.table.separator, found.table.separator),
        "system": label_of(found.source.split(" ")[0]), "remarks": found.table.remarks,
        **shown(draft, found),
    }  # fmt: skip
