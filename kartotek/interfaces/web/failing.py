"""What a person sees where no page answered: nothing at an address, or a fault of ours.

Django calls these. The one for faults asks neither the database nor who is there: either may be
what failed.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.translation import gettext as _
from jinja2_fragments import render_block

from kartotek.core.workspace import WorkspaceFacts
from kartotek.interfaces.api import problems
from kartotek.interfaces.web.frame import page
from kartotek.interfaces.web.menu import Shell

NOTICE = "pages/notice.html"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense, such as one by a name this house does not answer to."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return _notice(
            request, 413, _("This is too much at once"),
            _("Nothing was changed. Send less at a time, or attach it as a file."),
        )  # fmt: skip
    return _notice(
        request, 400, _("This does not work like that"),
        _("Kartotek does not answer to this address. Use the one that it printed when it started."),
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a part of Django refuses; our own refusals have a page of their own."""
    text = _("This is not open to you. Ask an administrator.")
    return _notice(request, 403, _("Not open to you"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address at which there never is a page; in the frame for who is signed in."""
    if getattr(request, "actor", None) is None or _wants_piece(request):
        text = _("There is no page at this address. Perhaps a letter of it is missing.")
        return _notice(request, 404, _("Nothing here"), text)
    message = _("There is no page at this address. Look for what you want by its name.")
    return page(request, "error.html", status=404, code=404, message=message)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. The traceback is in what the server wrote down."""
    return _notice(
        request, 500, _("Something went wrong on our side"),
        _("What was saved before is safe. Try again in a moment; if it happens again, tell who "
          "looks after Kartotek what you did."),
    )  # fmt: skip


def _wants_piece(request: HttpRequest) -> bool:
    """Also where the middleware that reads it has not run."""
    return request.headers.get("HX-Request") == "true"


def _notice(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    """The same words as data, as a toast on the page that asked, or as a page."""
    if request.path.startswith("/api/"):
        return problems.answer(status, text)
    env = engines["jinja2"].env
    if _wants_piece(request):
        toast = render_block(env, "toast.html", "toast", {"message": text, "remarks": ()})
        headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
        return HttpResponse(toast, status=status, headers=headers)
    facts = WorkspaceFacts()  # the database may be what fails
    told = {
        "request": request, "shell": Shell(request, facts=facts), "workspace": facts,
        "heading": heading, "text": text, "home": status != 400,
    }  # fmt: skip
    return HttpResponse(env.get_template(NOTICE).render(told), status=status)
