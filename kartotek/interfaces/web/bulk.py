"""What the bar under a list does with the rows selected in it, or with all that match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kartotek.core import bulk, bulk_job
from kartotek.core import remove as doors
from kartotek.core.bulk import ADD, EDIT, REMOVE, SET, TAKE, BulkAct
from kartotek.core.catalogue import the_type, unknown_field
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType
from kartotek.core.question import Question
from kartotek.core.receipts import ReceiptFacts
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web import forms, linking
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in, toast
from kartotek.interfaces.web.questions import asked, chosen
from kartotek.interfaces.web.standing_acts import begun, number, remarks

HOWS = (ADD, TAKE, SET)
REASONS = 3  # told in a toast


@dataclass(frozen=True)
class Picked:
    """The rows that are meant: those selected, or the question that all of them answer."""

    uids: tuple[UUID, ...]
    question: Question | None
    told: int | None  # how many the page said they are

    @property
    def is_big(self) -> bool:
        return self.question is not None or len(self.uids) > bulk.AT_ONCE


def picked(query: QueryDict) -> Picked:
    """What the bar sends: `uid`, the rows, or `all`, the address of the list."""
    told = query.get("told", "")
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
    if "all" in query:
        question = asked(QueryDict(query["all"].removeprefix("?"))).question((), count=False)
        return Picked((), question, count)
    uids = chosen(query)
    if not uids:
        raise ValidationError(_("Choose some rows first, with X."))
    return Picked(uids, None, count)


@signed_in
def edit_many(request: HttpRequest, type_key: str) -> HttpResponse:
    """GET is the dialog, in which a field is chosen and given its value; POST does it."""
    actor, record_type = actor_of(request), the_type(type_key)
    if actor.rights.scope(record_type.key, "bulk_edit") == "none":
        raise PermissionDenied(_("Your role changes records one by one only."))
    if request.method != "POST":
        return _dialog(request, record_type, request.GET)
    rows, name = picked(request.POST), request.POST.get("field", "")
    if not name:
        told = {"": _("Choose first which field to change.")}
        return _dialog(request, record_type, request.POST, told)
    kind = _kind(request, record_type, name)
    sent = forms.read(kind, "value", request.POST)
    try:
        act = BulkAct(EDIT, name, _how(kind, request.POST), linking.settled(actor, kind, sent))
        return _do(request, record_type, act, rows)
    except ValidationError as error:
        told = {name: " ".join(error.messages)}
        return _dialog(request, record_type, request.POST, told, sent)


@signed_in
def edit_field(request: HttpRequest, type_key: str) -> HttpResponse:
    """The editor of the field that was chosen in the dialog."""
    record_type, name = the_type(type_key), request.GET.get("field", "")
    if not name:
        return HttpResponse()
    kind = _kind(request, record_type, name)
    return fragment(request, "bulk-edit.html", "value", **_editor(request, kind))


@require_POST
@signed_in
def remove_many(request: HttpRequest, type_key: str) -> HttpResponse:
    """Put the rows into the trash: one act, one undo."""
    actor, record_type = actor_of(request), the_type(type_key)
    rows = picked(request.POST)
    if len(rows.uids) == 1:  # one by one everybody may who may remove at all
        saved = doors.remove(actor, record_type, rows.uids[0])
        return toast(request, _removed(1), saved.batch)
    return _do(request, record_type, BulkAct(REMOVE), rows)


def _do(request: HttpRequest, record_type: RecordType, act: BulkAct, rows: Picked) -> HttpResponse:
    """At once, with a toast that offers Undo; or by a job, with a toast that tells how far."""
    actor, key = actor_of(request), request.headers.get("Idempotency-Key", "")
    if rows.is_big:
        which = rows.question or rows.uids
        job = bulk_job.do_later(actor, record_type, act, which, told=rows.told, key=key)
        return begun(request, job)
    receipt = bulk.do(actor, record_type, act, rows.uids, key=key)
    return _done(request, act, receipt)


def _done(request: HttpRequest, act: BulkAct, receipt: ReceiptFacts) -> HttpResponse:
    told = remarks(receipt, context_of(request))[:REASONS]
    there = url("bulk_act", args=[receipt.uid]) if receipt.failed else ""
    if not receipt.updated:
        nothing = _("Nothing was removed.") if act.verb == REMOVE else _("Nothing was changed.")
        return toast(request, nothing, remarks=told, url=there)
    count = receipt.updated
    said = _removed(count) if act.verb == REMOVE else _changed(count)
    response = toast(request, said, receipt.batch, remarks=told, url=there)
    response["HX-Trigger"] = "k:changed, k:close"
    return response


def _removed(count: int) -> str:
    return ngettext("Removed %(n)s row.", "Removed %(n)s rows.", count) % {"n": count}


def _changed(count: int) -> str:
    return ngettext("Changed %(n)s row.", "Changed %(n)s rows.", count) % {"n": count}


def _kind(request: HttpRequest, record_type: RecordType, name: str) -> FieldType:
    for kind in bulk.offered(actor_of(request), record_type):
        if kind.name == name:
            return kind
    raise unknown_field(record_type, name)


def _how(kind: FieldType, query: QueryDict) -> str:
    how = query.get("how", SET)
    return how if how in HOWS and bulk.takes_parts(kind) else SET


def _dialog(
    request: HttpRequest,
    record_type: RecordType,
    query: QueryDict,
    errors: dict[str, str] | None = None,
    sent: Any = None,
) -> HttpResponse:
    name, errors = query.get("field", ""), errors or {}
    told = query.get("told", "")
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    values: dict[str, Any] = {
        "type": record_type, "fields": bulk.offered(actor_of(request), record_type),
        "chosen": name, "error": errors.get("", ""), "told": number(count, context_of(request)),
        "count": count,
    }  # fmt: skip
    if name:
        kind = _kind(request, record_type, name)
        values |= _editor(request, kind, sent, errors.get(name, ""), _how(kind, query))
    status = 422 if errors else 200
    return fragment(request, "bulk-edit.html", "form", status=status, **values)


def _editor(
    request: HttpRequest, kind: FieldType, sent: Any = None, message: str = "", how: str = ""
) -> dict[str, Any]:
    context = context_of(request)
    if message:
        cell = forms.refused(kind, "value", sent, message, context, "bulk")
    else:
        empty = kind.load(kind.empty)
        cell = forms.cell(kind, "value", empty if sent is None else sent, context, "bulk")
    hows = (
        [(ADD, _("Add")), (TAKE, _("Take out")), (SET, _("Replace"))]
        if bulk.takes_parts(kind)
        else []
    )
    forms.focus([cell])
    return {"cell": cell, "hows": hows, "how": how or (ADD if hows else SET)}
