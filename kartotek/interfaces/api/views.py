"""The routes of the API: one pair for every record type, whatever its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove, restore
from kartotek.core.write import Saved, write
from kartotek.interfaces.api.asking import question_of
from kartotek.interfaces.api.body import row_of, rows_of, sent
from kartotek.interfaces.api.problems import Problem, translated

SAFE = ("GET", "HEAD")
WITH_BODY = ("POST", "PATCH")
Verb = Callable[..., HttpResponse]


class _TokenCheck(CsrfViewMiddleware):
    """Django's check of a cookie session's writes, answering with the reason alone."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _view(**verbs: Verb) -> Verb:
    """One route: its method's function, asked by a known actor for a known type."""

    @csrf_exempt  # checked in `_admitted`, so that the refusal is a problem+json
    @translated
    def answering(request: HttpRequest, key: str, **named: Any) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else str(request.method)
        actor = _admitted(request)
        if method not in verbs:
            allowed = ", ".join(verbs)
            raise Problem(
                405, _("This address takes: %(methods)s.") % {"methods": allowed},
                {"Allow": allowed},
            )  # fmt: skip
        return verbs[method](request, actor, catalogue()[key], **named)

    return answering


def _admitted(request: Any) -> Actor:
    """Who asks. 401 for nobody, 403 without the token of the session, 415 for no JSON."""
    if request.actor is None:
        why = _("Sign in first.")
        if request.access_ended:
            why = _("Your access has ended. Ask an administrator if you still need it.")
        raise Problem(401, why, {"WWW-Authenticate": 'Cookie realm="Kartotek"'})
    if request.method in WITH_BODY and request.content_type not in ("application/json", ""):
        raise Problem(415, _("Send JSON, with Content-Type: application/json."))
    if request.method not in SAFE:
        refused = _TokenCheck(lambda _request: HttpResponse()).process_view(
            request, lambda: None, (), {}
        )
        if refused:
            raise Problem(403, _("The security token is missing. Send it as X-CSRFToken."))
    return request.actor


def _json(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def _list(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    page = find(actor, record_type, question_of(request.GET))
    body: dict[str, Any] = {"rows": rows_of(record_type, page), "next": page.next or None}
    if page.count is not None:
        body["count"], body["count_is_capped"] = page.count, page.count_is_capped
    return _json(body)


def _create(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    values = sent(request)
    uid = _uid(values.pop("uid", None))
    saved = write(actor.because("api"), record_type, None, values, uid=uid, key=_key(request))
    response = _saved(actor, record_type, saved, 201)
    response["Location"] = reverse("api-record", args=[record_type.key, saved.uid])
    return response


def _uid(given: Any) -> UUID | None:
    """The uid a record made elsewhere brings along."""
    if given is None:
        return None
    try:
        return UUID(str(given))
    except ValueError:
        raise ValidationError({"uid": _("This is no uid.")}) from None


def _read(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    row = find_one(actor, record_type, uid)
    response = _json(row_of(record_type, row))
    response["ETag"] = f'"{row.version}"'
    return response


def _patch(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    values = sent(request)
    version = _version(request)
    saved = write(
        actor.because("api"), record_type, uid, values, version=version, key=_key(request)
    )
    return _saved(actor, record_type, saved, 200)


def _remove(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    version = _version(request)
    remove(actor.because("api"), record_type, uid, version=version, key=_key(request))
    return HttpResponse(status=204)


def _restore(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID
) -> HttpResponse:
    saved = restore(actor.because("api"), record_type, uid, key=_key(request))
    return _saved(actor, record_type, saved, 200)


def _saved(actor: Actor, record_type: RecordType, saved: Saved, status: int) -> HttpResponse:
    """The record as it stands now; its names alone where the actor may write but not read it."""
    try:
        row = find_one(actor, record_type, saved.uid)
        body, version = row_of(record_type, row), row.version
    except NotFound:
        body, version = {"uid": str(saved.uid), "version": saved.version}, saved.version
    response = _json(body, status)
    response["ETag"] = f'"{version}"'
    return response


def _key(request: HttpRequest) -> str:
    return request.headers.get("Idempotency-Key", "").strip()


def _version(request: HttpRequest) -> int | None:
    """The version a change is based on, from If-Match; none or * for whatever stands."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    text = given.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError({"If-Match": _("Send the ETag that the record came with.")})
    return int(text)


@csrf_exempt
@translated
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address."""
    raise NotFound(_("There is nothing at this address."))


the_list = _view(GET=_list, POST=_create)
the_record = _view(GET=_read, PATCH=_patch, DELETE=_remove)
the_return = _view(POST=_restore)
