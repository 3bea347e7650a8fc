"""Errors as the API tells them: problem+json (RFC 9457), each field named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core.errors import (
    Conflict,
    KeyRefused,
    Locked,
    NotFound,
    PermissionDenied,
    Taken,
    ValidationError,
)

View = Callable[..., HttpResponse]
KIND = "application/problem+json"
OF_THE_DOORS = (ValidationError, PermissionDenied, NotFound, Conflict)


class Problem(Exception):
    """What an interface itself finds wrong with a request, before any door is asked."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers or {}


def body_of(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """One problem; `more` are members of its own, such as `errors`."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def answer(status: int, detail: str) -> HttpResponse:
    """One problem as a whole answer."""
    return _answer(body_of(status, detail))


def translated(view: View) -> View:
    """The one place where the errors of the doors become statuses."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Problem as problem:
            return _answer(body_of(problem.status, problem.detail), problem.headers)
        except OF_THE_DOORS as error:
            return _answer(told(error))

    return answering


def _answer(body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    status = body["status"]
    named = {"Vary": "Authorization, Cookie", **(headers or {})}
    return HttpResponse(orjson.dumps(body), status=status, content_type=KIND, headers=named)


def told(error: Exception) -> dict[str, Any]:
    """An error of the doors as a problem: of a whole request, or of one row of many."""
    if isinstance(error, KeyRefused):
        renamed = {"Idempotency-Key": error.messages}  # as the caller knows it
        return _invalid(ValidationError(renamed), 422)
    if isinstance(error, ValidationError):
        return _invalid(error, 409 if isinstance(error, Taken) else 422)
    if isinstance(error, Conflict):
        return _conflict(error)
    if isinstance(error, Locked):
        return body_of(423, str(error))
    return body_of(403 if isinstance(error, PermissionDenied) else 404, str(error))


def _invalid(error: ValidationError, status: int) -> dict[str, Any]:
    if not hasattr(error, "error_dict"):
        return body_of(status, " ".join(error.messages), errors=[])
    errors = [
        {"field": name, "message": message}
        for name, messages in error.message_dict.items()
        for message in messages
    ]
    named = ", ".join(dict.fromkeys(one["field"] for one in errors))
    detail = _("Correct these and send it again: %(names)s.") % {"names": named}
    return body_of(status, detail, errors=errors)


def _conflict(conflict: Conflict) -> dict[str, Any]:
    clashes = [
        {"field": one.field, "base": one.base, "theirs": one.theirs, "yours": one.yours}
        for one in conflict.clashes
    ]
    return body_of(
        409,
        _("Somebody else changed this meanwhile. Nothing was written; read it again and decide."),
        version=conflict.version,
        conflicts=clashes,
    )
