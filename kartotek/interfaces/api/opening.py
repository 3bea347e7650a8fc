"""Whom a record is open to beside those who see it anyway, and the lock on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core import idempotency, record_lock, sharing
from kartotek.core.actor import Actor
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Moment, Ref
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.sharing import Share
from kartotek.core.workspace import context_for
from kartotek.interfaces.api.asking import refuse_unknown
from kartotek.interfaces.api.body import ref_of, sent
from kartotek.interfaces.api.routing import as_json, key_of, route

WHOM = ("to", "uid")
OF_SHARE = (*WHOM, "may_edit", "until")
OF_LOCK = ("reason", "until")


def _shares(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    refuse_unknown(request.GET, ())
    return as_json({"shares": _open_to(actor, record_type, uid)})


def _open(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    given = sent(request)
    refuse_unknown(given, OF_SHARE)
    to, whom = str(given.get("to", "")), str(given.get("uid", ""))
    may_edit, until = given.get("may_edit", False), _moment(actor, given.get("until"))
    if not isinstance(may_edit, bool):
        raise ValidationError({"may_edit": _("Write true or false.")})

    def opened() -> dict[str, Any]:
        done = sharing.share(
            actor.because("api"), record_type, uid, to, whom, may_edit=may_edit, until=until
        )
        return {"batch": done.batch and str(done.batch)}

    body = ["share", record_type.key, str(uid), to, whom, may_edit, str(until)]
    answer = idempotency.answered_once(actor, key_of(request), body, opened)
    return as_json({"shares": _open_to(actor, record_type, uid), **answer})


def _close(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    refuse_unknown(request.GET, WHOM)
    to, whom = request.GET.get("to", ""), request.GET.get("uid", "")

    def closed() -> None:
        sharing.unshare(actor.because("api"), record_type, uid, to, whom)

    body = ["unshare", record_type.key, str(uid), to, whom]
    idempotency.answered_once(actor, key_of(request), body, closed)
    return HttpResponse(status=204)


def _open_to(actor: Actor, record_type: RecordType, uid: UUID) -> list[dict[str, Any]]:
    return [_share(record_type, one) for one in sharing.shares(actor, record_type, uid)]


def _share(record_type: RecordType, one: Share) -> dict[str, Any]:
    target = sharing.target_of(record_type, one.to)
    return {"to": one.to, "with": ref_of(Ref(target.key, one.uid, one.title)),
            "may_edit": one.may_edit, "until": one.until}  # fmt: skip


def _lock(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    refuse_unknown(request.GET, ())
    find_one(actor, record_type, uid, ())  # NotFound is not the same as no lock
    return as_json({"lock": _held(actor, record_type, uid)})


def _set(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    given = sent(request)
    refuse_unknown(given, OF_LOCK)
    reason, until = given.get("reason", ""), _day(given.get("until"))
    if not isinstance(reason, str):
        raise ValidationError({"reason": _("Expected text here.")})

    def locked() -> None:
        record_lock.lock(actor.because("api"), record_type, uid, reason, until)

    body = ["lock", record_type.key, str(uid), reason, str(until)]
    idempotency.answered_once(actor, key_of(request), body, locked)
    return as_json({"lock": _held(actor, record_type, uid)})


def _end(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    def ended() -> None:
        record_lock.end_lock(actor.because("api"), record_type, uid)

    body = ["end lock", record_type.key, str(uid)]
    idempotency.answered_once(actor, key_of(request), body, ended)
    return HttpResponse(status=204)


def _held(actor: Actor, record_type: RecordType, uid: UUID) -> dict[str, Any] | None:
    held = record_lock.lock_on(actor, record_type, uid)
    return held and {"who": held.who, "reason": held.reason, "until": held.until,
                     "is_own": held.is_own, "may_end": held.may_end}  # fmt: skip


def _moment(actor: Actor, given: Any) -> datetime | None:
    try:
        return Moment().parse(given, context_for(actor))
    except ValidationError as error:
        raise ValidationError({"until": error.messages}) from None


def _day(given: Any) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise ValidationError({"until": _("There is no such day. Choose another.")}) from None


the_shares = route(GET=_shares, POST=_open, DELETE=_close)
the_lock = route(GET=_lock, PUT=_set, DELETE=_end)
