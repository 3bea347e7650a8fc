"""The page of an export, and its file: the right is asked for again, then a name that runs out."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kartotek.core import files, jobs
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound
from kartotek.core.jobs import JobFacts
from kartotek.core.security import note
from kartotek.interfaces.files.taking import refuse_without_right
from kartotek.interfaces.web.exporting.asking import HERE
from kartotek.interfaces.web.exporting.job import take_out
from kartotek.interfaces.web.exporting.standing import standing, still_there
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
)

SALT = "kartotek.export"
RUNS_OUT = 60  # seconds in which the signed name opens the file


@require_safe
@signed_in
def export_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One export in its state; for htmx the part that changes."""
    actor = actor_of(request)
    now = standing(_own(actor, uid), context_of(request))
    told = {
        "here": now.order["type"] or HERE, "now": now, "there": still_there(actor, now),
        "type": next((one for one in catalogue() if one.key == now.order["type"]), None),
        "figures": now.figures,
    }  # fmt: skip
    if is_partial(request):
        return fragment(request, "exporting/page.html", "state", **told)
    return page(request, "exporting/page.html", **told)


@require_safe
@signed_in
def download(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for the right again, write the line in the security log, and lead to the signed name."""
    actor = actor_of(request)
    job = _own(actor, uid)
    now = standing(job, context_of(request))
    if now.file is None or not still_there(actor, now):
        raise NotFound(_("The file is not kept any more. Export it again."))
    for record_type in catalogue():
        if now.order["type"] == record_type.key or _holds(now.receipt, record_type.key):
            refuse_without_right(actor, record_type)
    note("download", actor=actor, file=now.name, export=str(uid))
    signed = signing.dumps({"file": str(now.file), "member": actor.member}, salt=SALT)
    return HttpResponseRedirect(reverse("export_sent", args=[signed]))


@require_safe
@signed_in
def sent(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The file itself, for a minute, for who asked for it."""
    actor = actor_of(request)
    try:
        told = signing.loads(signed, salt=SALT, max_age=RUNS_OUT)
    except signing.BadSignature:
        raise NotFound(_("This link has run out. Press “Download” again.")) from None
    if told["member"] != actor.member:
        raise NotFound(_("This link has run out. Press “Download” again."))
    found, path = files.content(UUID(told["file"]))
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name,
        content_type="application/octet-stream",
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _own(actor: Actor, uid: UUID) -> JobFacts:
    """An export of this member's. NotFound for everybody else, however much they may."""
    job = jobs.facts(uid)
    if job.task != take_out.module_path or not jobs.is_of(job, actor):
        raise NotFound(_("There is no such export, or it is not yours to see."))
    return job


def _holds(receipt: dict[str, object], key: str) -> bool:
    """Is this type in an archive of everything?"""
    types = receipt.get("types")
    return isinstance(types, list) and any(one["type"] == key for one in types)
