"""One address of the API: its verbs, asked by a known actor for a known type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.interfaces.api.admitting import admitted
from kartotek.interfaces.api.body import row_of
from kartotek.interfaces.api.problems import Problem, translated

Verb = Callable[..., HttpResponse]


def route(*, takes_bytes: bool = False, **verbs: Verb) -> Verb:
    """A view that hands each method to its function: (request, actor, type if any, …).

    What it takes stands on it as `verbs`, for the document that describes the API. With
    `takes_bytes` the body is a piece of a file, whatever type it says it has.
    """

    @csrf_exempt  # checked in `admitted`, so that the refusal is a problem+json
    @translated
    def answering(request: HttpRequest, **named: Any) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else str(request.method)
        actor = admitted(request, takes_bytes=takes_bytes)
        if method not in verbs:
            allowed = ", ".join(verbs)
            raise Problem(
                405, _("This address takes: %(methods)s.") % {"methods": allowed},
                {"Allow": allowed},
            )  # fmt: skip
        types = [catalogue()[named.pop("key")]] if "key" in named else []
        response = verbs[method](request, actor, *types, **named)
        patch_vary_headers(response, ("Authorization", "Cookie"))
        response.headers.setdefault("Cache-Control", "private")
        return response

    answering.verbs = tuple(verbs)  # type: ignore[attr-defined]
    return answering


@csrf_exempt
@translated
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address."""
    raise NotFound(_("There is nothing at this address."))


def as_json(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def as_saved(actor: Actor, record_type: RecordType, saved: Saved, status: int) -> HttpResponse:
    """The record as it stands now; its names alone where the actor may write but not read it."""
    try:
        row = find_one(actor, record_type, saved.uid)
        body, version = row_of(record_type, row), row.version
    except NotFound:
        body, version = {"uid": str(saved.uid), "version": saved.version}, saved.version
    response = as_json(body, status)
    response["ETag"] = f'"{version}"'
    return response


def key_of(request: HttpRequest) -> str:
    """The caller's own name for this write, under which it is done once; "" for none."""
    return request.headers.get("Idempotency-Key", "").strip()


def version_of(request: HttpRequest) -> int | None:
    """The version a change is based on, from If-Match; none or * for whatever stands."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    text = given.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError({"If-Match": _("Send the ETag that the record came with.")})
    return int(text)


def uid_of(given: Any) -> UUID | None:
    """The uid a record made elsewhere brings along."""
    if given is None:
        return None
    try:
        return UUID(str(given))
    except ValueError:
        raise ValidationError({"uid": _("This is no uid.")}) from None
