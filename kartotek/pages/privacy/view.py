"""A person's rights on one page: all that is held about them as a file, and their erasure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kartotek.core import erasing, receipts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import Conflict, NotFound, ValidationError
from kartotek.core.find import find_one
from kartotek.core.foretelling import Foretold, foretold
from kartotek.core.person_file import person_file
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.editing import version_of
from kartotek.interfaces.web.frame import actor_of, context_of, page, signed_in
from kartotek.operations import copies

PERSON, ERASE, DONE = (f"pages/privacy/{name}.html" for name in ("person", "erase", "done"))


@require_safe
@signed_in
def person(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """What can be asked for about the person a record tells of."""
    actor, record_type, row = _asked(request, type_key, uid)
    rights = actor.rights
    told = {
        "here": record_type.key, "type": record_type, "row": row,
        "may_export": rights.scope(record_type.key, "export") != "none",
        "may_erase": rights.scope(record_type.key, "erase") != "none",
        "fields": [str(kind.label) for kind in record_type.personal],
    }  # fmt: skip
    return page(request, PERSON, **told)


@require_safe
@signed_in
def file(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Everything about the person, to read (a page) or as data (`as=json`)."""
    actor, record_type, _row = _asked(request, type_key, uid)
    told = person_file(actor, record_type, uid, context_of(request))
    if request.GET.get("as") == "json":
        body = orjson.dumps(told.plain(), option=orjson.OPT_INDENT_2)
        return _sent(body, "application/json", f"{record_type.key}-{uid}.json")
    template = engines["jinja2"].env.get_template("pages/privacy/file.html")
    text = template.render(
        told=told, context=context_of(request), language=get_language(), workspace=workspace(),
    )  # fmt: skip
    return _sent(text.encode(), "text/html; charset=utf-8", f"{record_type.key}-{uid}.html")


def _sent(body: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
def erase(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """GET tells what goes and asks; POST asks a second time, for the name; with it, it is done."""
    actor, record_type, _row = _asked(request, type_key, uid)
    ahead = foretold(actor, record_type, uid)
    if request.method != "POST":
        return _question(request, record_type, uid, ahead, step=1)
    typed = request.POST.get("name")
    if typed is None:
        return _question(request, record_type, uid, ahead, step=2)
    if _same(typed) != _same(ahead.title):
        error = _("This is not the name. Type it as it stands above, or cancel.")
        return _question(request, record_type, uid, ahead, step=2, error=error)
    version = version_of(request.POST.get("version", ""))
    try:
        done = erasing.erase(actor, record_type, uid, version=version or 0)
    except Conflict:
        error = _(
            "Somebody changed this meanwhile. Look at what goes now, then type the name again."
        )
        return _question(request, record_type, uid, ahead, step=2, error=error)
    except ValidationError as refused:
        return _question(request, record_type, uid, ahead, step=2, error=" ".join(refused.messages))
    return HttpResponseRedirect(url("erased", args=[done.receipt]))


def _same(text: str) -> str:
    return " ".join(text.split()).casefold()


def _question(
    request: HttpRequest,
    record_type: RecordType,
    uid: UUID,
    ahead: Foretold,
    *,
    step: int,
    error: str = "",
) -> HttpResponse:
    told: dict[str, Any] = {
        "here": record_type.key, "type": record_type, "uid": uid, "ahead": ahead, "step": step,
        "error": error, "records": _named(ahead.records), "copies": _copies(request),
    }  # fmt: skip
    return page(request, ERASE, status=422 if error else 200, **told)


@require_safe
@signed_in
def erased(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """What an erasure did, for who may read its receipt."""
    found = receipts.read(actor_of(request), receipt)
    if found.kind != erasing.ERASE:
        raise NotFound(_("There is no such receipt, or it is not yours to read."))
    told = {"here": "", "receipt": found, "records": _named(found.detail["erased"]),
            "copies": _copies(request)}  # fmt: skip
    return page(request, DONE, **told)


def _named(records: Any) -> list[tuple[str, int]]:
    """(what they are called, how many) of records by type."""
    known = catalogue()
    return [(str(known[key].plural) if key in known else key, count)
            for key, count in records.items()]  # fmt: skip


def _copies(request: HttpRequest) -> dict[str, Any]:
    """Until when the copies hold who is erased now, and what holds them longer."""
    return {"until": copies.gone_from_copies(datetime.now(UTC)), "apart": copies.kept_apart()}


def _asked(request: HttpRequest, type_key: str, uid: UUID) -> tuple[Actor, RecordType, Row]:
    """The record behind a path, where it tells of somebody. NotFound where it is out of reach."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    row = find_one(actor, record_type, uid, (record_type.title,))
    erasing.refuse_what_stays(record_type)
    return actor, record_type, row
