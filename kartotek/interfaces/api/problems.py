"""Errors as the API tells them: problem+json (RFC 9457), each field named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core.errors import Conflict, NotFound, PermissionDenied, Taken, ValidationError

View = Callable[..., HttpResponse]
KIND = "application/problem+json"


class Problem(Exception):
    """What an interface itself finds wrong with a request, before any door is asked."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers or {}


def answer(status: int, detail: str, **more: Any) -> HttpResponse:
    """One problem; `more` are members of its own, such as `errors`."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
            "detail": detail, **more}  # fmt: skip
    return HttpResponse(orjson.dumps(body), status=status, content_type=KIND)


def translated(view: View) -> View:
    """The one place where the errors of the doors become statuses."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Problem as problem:
            response = answer(problem.status, problem.detail)
            for name, value in problem.headers.items():
                response[name] = value
            return response
        except Taken as error:
            return _invalid(error, 409)
        except ValidationError as error:
            return _invalid(error)
        except PermissionDenied as error:
            return answer(403, str(error))
        except NotFound as error:
            return answer(404, str(error))
        except Conflict as conflict:
            return _conflict(conflict)

    return answering


def _invalid(error: ValidationError, status: int = 422) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return answer(status, " ".join(error.messages), errors=[])
    errors = [
        {"field": name, "message": message}
        for name, messages in error.message_dict.items()
        for message in messages
    ]
    named = ", ".join(dict.fromkeys(one["field"] for one in errors))
    return answer(status, _("Correct these and send it again: %(names)s.") % {"names": named},
                  errors=errors)  # fmt: skip


def _conflict(conflict: Conflict) -> HttpResponse:
    clashes = [
        {"field": one.field, "base": one.base, "theirs": one.theirs, "yours": one.yours}
        for one in conflict.clashes
    ]
    return answer(
        409,
        _("Somebody else changed this meanwhile. Nothing was written; read it again and decide."),
        version=conflict.version,
        conflicts=clashes,
    )
