"""What every page needs: who asks, in which frame, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.utils.translation import gettext as _
from jinja2_fragments import render_block

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.workspace import workspace
from kartotek.interfaces.web.menu import Shell

SIGN_IN = "/sign-in"
STATUS: dict[type[Exception], int] = {
    ValidationError: 422,
    PermissionDenied: 403,
    NotFound: 404,
    Conflict: 409,
}
REFUSALS = tuple(STATUS)


def actor_of(request: HttpRequest) -> Actor:
    """The member who asks; pages are only reached by one (see `signed_in`)."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def context_of(request: HttpRequest) -> Context:
    """How this person reads and writes values."""
    facts = workspace()
    actor = actor_of(request)
    return Context(
        actor.language or facts.language, facts.country, actor.zone or facts.zone, actor.formats
    )


def is_partial(request: HttpRequest) -> bool:
    """Does a page that is already there ask for a piece of itself?"""
    return bool(request.htmx)  # type: ignore[attr-defined]


def _values(request: HttpRequest, values: dict[str, Any]) -> dict[str, Any]:
    context = context_of(request) if getattr(request, "actor", None) else workspace().context
    return {
        "request": request,
        "context": context,
        "shell": Shell(request, str(values.get("here", ""))),
        "workspace": workspace(),
        "csrf_token": csrf_token_lazy(request),
        "csrf_input": csrf_input_lazy(request),
        **values,
    }


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A whole page, in the frame of base.html; `here` names the entry of the menu it belongs to."""
    text = engines["jinja2"].env.get_template(template).render(_values(request, values))
    response = HttpResponse(text, status=status)
    return _for_one(response)


def _for_one(response: HttpResponse) -> HttpResponse:
    """What one person is shown, no cache on the way hands to another."""
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "private"
    return response


def fragment(
    request: HttpRequest, template: str, block: str, *, status: int = 200, **values: Any
) -> HttpResponse:
    """One block of a page, for htmx to swap in."""
    text = render_block(engines["jinja2"].env, template, block, _values(request, values))
    response = HttpResponse(text, status=status)
    return _for_one(response)


def piece_or_page(
    request: HttpRequest, template: str, block: str, *, status: int = 200, **values: Any
) -> HttpResponse:
    """The block alone for a page that is there already, else the whole page around it."""
    if is_partial(request):
        return fragment(request, template, block, status=status, **values)
    return page(request, template, status=status, **values)


def toast(
    request: HttpRequest,
    message: str,
    batch: UUID | None = None,
    *,
    redo: bool = False,
    remarks: list[str] | tuple[str, ...] = (),
    status: int = 200,
    url: str = "",
    job: UUID | None = None,
    back: str = "",
) -> HttpResponse:
    """A short message that goes by itself. With `batch` it offers Undo (or, `redo`, Redo).

    `back` is an address that takes back what was no change of a record: it offers Undo as well.

    It lands among the toasts, wherever the request came from; an act that succeeded also tells
    the page that records changed. With `job` it takes the place of the toast that watched it.
    """
    response = fragment(
        request, "toast.html", "toast", status=status,
        message=message, batch=batch, redo=redo, remarks=remarks, link=url, job=job,
        back=back,
    )  # fmt: skip
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    if batch is not None:
        response["HX-Trigger"] = "k:changed"
    return response


def toast_html(request: HttpRequest, message: str, batch: UUID | None = None) -> str:
    """The same toast as a part of another answer, brought to its place by htmx."""
    return render_block(
        engines["jinja2"].env, "toast.html", "partial",
        _values(request, {"message": message, "batch": batch, "redo": False, "remarks": ()}),
    )  # fmt: skip


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only members come in; what a door refuses becomes a calm page, or a toast on the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return _to_sign_in(request)
        try:
            return view(request, *args, **named)
        except REFUSALS as error:
            return refusal(request, error)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The whole page goes to sign in, and back from there; who may not any more is told so."""
    here = request.get_full_path()
    if is_partial(request):
        here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    told = {"ended": "1"} if request.access_ended else {"next": here}  # type: ignore[attr-defined]
    where = f"{SIGN_IN}?{urlencode(told)}"
    if not is_partial(request):
        return HttpResponseRedirect(where)
    return HttpResponse(status=401, headers={"HX-Redirect": where})


def refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    """One of the doors' four errors, in the place where the person is looking."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    message = words_of(error)
    if is_partial(request):
        return toast(request, message, status=status)
    return page(request, "error.html", status=status, code=status, message=message)


def words_of(error: Exception) -> str:
    """What an error says to a person."""
    if isinstance(error, Conflict):
        return _("Somebody else changed this meanwhile. Look at it again, then repeat your change.")
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error) or _("This is not open to you. Ask an administrator.")
