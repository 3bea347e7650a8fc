"""Records taken out by a program: asked for, asked after, taken away; and a masked value shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kartotek.core import files, idempotency, jobs
from kartotek.core.actor import Actor
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.core.revealing import reveal
from kartotek.core.security import note
from kartotek.interfaces.api.admitting import refuse_flood
from kartotek.interfaces.api.asking import condition_of
from kartotek.interfaces.api.body import sent
from kartotek.interfaces.api.routing import as_json, key_of, route
from kartotek.interfaces.files.exporting import person
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.taking import refuse_without_right
from kartotek.interfaces.web.exporting.job import Order, begin, take_out
from kartotek.interfaces.web.exporting.standing import DONE, Standing, standing, still_there
from kartotek.people.security import address_of

A_MINUTE = 20  # exports begun by one actor
MOST_UIDS = 10_000
TOLD = ("rows", "there", "bytes", "columns", "remarks", "revealed")  # of a receipt
OCTETS = "application/octet-stream"
# What the body holds: each name with the type of its value, and what it is where it is not sent.
KNOWN: dict[str, tuple[type, Any]] = {
    "format": (str, ""), "fields": (list, []), "f": (list, []), "q": (str, ""), "sort": (str, ""),
    "uids": (list, []), "whole": (bool, False),
}  # fmt: skip


def _begin(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    refuse_without_right(actor, record_type)
    body = sent(request)
    order = _order(actor, record_type, _values(body))
    refuse_flood(f"export {actor.key}", A_MINUTE)
    uid = idempotency.answered_once(
        actor, key_of(request), [record_type.key, "export", body],
        lambda: str(begin(actor.because("api"), order)),
    )  # fmt: skip
    response = as_json(_told(actor, record_type, _own(actor, record_type, UUID(uid))), 202)
    response["Location"] = reverse("api-export", args=[record_type.key, uid])
    return response


def _values(body: dict[str, Any]) -> dict[str, Any]:
    """What was sent, and the rest as it is where nothing is sent. ValidationError names each."""
    errors = {
        name[:60]: [_("An export has no such part. It has: %(known)s.")
                    % {"known": ", ".join(KNOWN)}]
        for name in body if name not in KNOWN
    }  # fmt: skip
    for name, (kind, _usual) in KNOWN.items():
        if name not in body:
            continue
        value = body[name]
        is_right = type(value) is kind and (
            kind is not list or all(isinstance(one, str) for one in value)
        )
        if not is_right:
            errors[name] = [_WANTED[kind]()]
    if errors:
        raise ValidationError(errors)
    return {name: body.get(name, usual) for name, (_kind, usual) in KNOWN.items()}


_WANTED = {
    str: lambda: _("Expected text here."),
    list: lambda: _("Send a list of texts."),
    bool: lambda: _("Write true or false."),
}


def _order(actor: Actor, record_type: RecordType, asked: dict[str, Any]) -> Order:
    """ValidationError where it is not clear, or where the read door would refuse it."""
    kind = FORMATS.get(asked["format"])
    if kind is None or not kind.fits(record_type):
        known = ", ".join(one.key for one in FORMATS.values() if one.fits(record_type))
        raise ValidationError(
            {"format": _("Say what kind of file, one of: %(known)s.") % {"known": known}}
        )
    uids = _uids(asked["uids"])
    narrows = [name for name in ("f", "q", "sort") if asked[name]]
    if uids and narrows:
        raise ValidationError(
            {narrows[0]: _("Records that are named are not searched for. Send one of the two.")}
        )
    where = tuple(condition_of(text) for text in asked["f"])
    names = tuple(dict.fromkeys(asked["fields"]))
    question = Question(where=where, words=asked["q"], sort=asked["sort"], size=1)
    # The door judges every name before a job is put down.
    find(actor, record_type, Question(columns=names or None, size=1))
    find(actor, record_type, question)
    plain = {
        "where": [[one.field, one.op, one.value] for one in where],
        "words": asked["q"], "sort": asked["sort"],
    }  # fmt: skip
    name = f"{record_type.key}{kind.ending}"
    return Order(
        record_type.key, kind.key, name, "", names, uids, asked["whole"],
        plain if narrows else None,
    )  # fmt: skip


def _uids(given: list[str]) -> tuple[str, ...]:
    if len(given) > MOST_UIDS:
        raise ValidationError(
            {"uids": _("At most %(most)s records can be named. Send a filter instead.")
             % {"most": MOST_UIDS}}
        )  # fmt: skip
    try:
        return tuple(dict.fromkeys(str(UUID(one)) for one in given))
    except ValueError:
        raise ValidationError({"uids": _("This is no uid.")}) from None


def _own(actor: Actor, record_type: RecordType, uid: UUID) -> Standing:
    """An export of this type that this member asked for. NotFound for everybody else."""
    missing = NotFound(_("There is no such export, or it is not yours to see."))
    try:
        job = jobs.facts(uid)
    except NotFound:
        raise missing from None
    if job.task != take_out.module_path or not jobs.is_of(job, actor):
        raise missing
    now = standing(job, person(actor))
    if now.order["type"] != record_type.key:
        raise missing
    return now


def _told(actor: Actor, record_type: RecordType, now: Standing) -> dict[str, Any]:
    url = None
    if now.state == DONE and still_there(actor, now):
        url = reverse("api-export-file", args=[record_type.key, now.uid])
    return {
        "uid": now.uid, "format": now.order["format"], "name": now.name, "state": now.state,
        "rows": now.rows, "done": now.done, "why": now.why, "url": url, "until": now.until,
        "receipt": {name: now.receipt[name] for name in TOLD} if now.state == DONE else None,
    }  # fmt: skip


def _standing(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID
) -> HttpResponse:
    return as_json(_told(actor, record_type, _own(actor, record_type, uid)))


def _file(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> Any:
    """The right is asked for again, and the line stands in the security log before a byte goes."""
    now = _own(actor, record_type, uid)
    if now.is_at_work:
        raise NotFound(_("The file is not whole yet. Ask how the export stands, and come again."))
    if now.file is None or not still_there(actor, now):
        raise NotFound(_("The file is not kept any more. Export it again."))
    refuse_without_right(actor, record_type)
    if request.method != "HEAD":
        address = address_of(request)
        note("download", actor=actor, address=address, file=now.name, export=str(uid))
    found, path = files.content(now.file)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=OCTETS
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _reveal(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    body = sent(request)
    if unknown := [name for name in body if name != "field"]:
        raise ValidationError({unknown[0][:60]: _("Send the name of the “field”, nothing else.")})
    name = body.get("field")
    if not isinstance(name, str):
        raise ValidationError({"field": _("Say which masked field to show.")})
    response = as_json({"field": name, "value": reveal(actor, record_type, uid, name)})
    response["Cache-Control"] = "no-store"
    return response


the_exports = route(POST=_begin)
the_export = route(GET=_standing)
the_file = route(GET=_file)
the_reveal = route(POST=_reveal)
