"""Sign in, sign out, take up an invitation, change the password. All work without JavaScript."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kartotek.core.errors import ValidationError
from kartotek.interfaces.web.frame import page, signed_in
from kartotek.people import signing
from kartotek.people.invitations import invited
from kartotek.people.security import safe_next

FORM = "pages/sign_in/sign_in.html"
CHOOSE = "pages/sign_in/invitation.html"
CHANGE = "pages/sign_in/password.html"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; `next` leads back, but only to a page of our own."""
    where = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "GET":
        if request.actor is not None:  # type: ignore[attr-defined]
            return HttpResponseRedirect(where)
        ended = "ended" in request.GET or request.access_ended  # type: ignore[attr-defined]
        return page(request, FORM, next=where, ended=ended)
    email = request.POST.get("email", "")
    refusal = signing.sign_in(request, email, request.POST.get("password", ""))
    if refusal:
        return page(request, FORM, status=422, next=where, refusal=refusal, email=email)
    return HttpResponseRedirect(where)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; a link alone cannot."""
    signing.sign_out(request)
    return HttpResponseRedirect("/sign-in")


@csrf_exempt  # the secret in the path shows that the form is ours, also when it is sent twice
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password, and come in with it."""
    user = invited(token)
    if user is None:
        return page(
            request,
            "pages/notice.html",
            status=410,
            heading=_("This invitation does not work any more"),
            text=_("It was used, or is older than a week. Sign in, or ask for a new one."),
            sign_in=True,
        )
    if request.method == "GET":
        return page(request, CHOOSE, email=user.email, errors={})
    try:
        signing.set_password(user, request.POST.get("password", ""), request)
    except ValidationError as weak:
        return page(request, CHOOSE, status=422, email=user.email, errors=weak.message_dict)
    signing.enter(request, user)
    return HttpResponseRedirect("/")


@never_cache
@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; it ends one's sessions elsewhere."""
    if request.method == "GET":
        return page(request, CHANGE, errors={})
    old, new = request.POST.get("old", ""), request.POST.get("password", "")
    try:
        signing.change_password(request, old, new)
    except ValidationError as refused:
        return page(request, CHANGE, status=422, errors=refused.message_dict)
    return page(request, CHANGE, errors={}, done=True)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent from a page of an older session, or from elsewhere: refused."""
    return page(
        request,
        "pages/notice.html",
        status=403,
        heading=_("This page was open for too long"),
        text=_("Nothing was changed. Go back, load the page again, and repeat what you did."),
        sign_in=False,
    )
