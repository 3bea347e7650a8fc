"""Sign in, sign out, take up an invitation, change the password. All work without JavaScript."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kartotek.core.errors import ValidationError
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import SIGN_IN, page, signed_in
from kartotek.people import passkeys, second_step, signing
from kartotek.people.adapter import place_of
from kartotek.people.invitations import invited
from kartotek.people.security import safe_next

FORM = "pages/sign_in/sign_in.html"
CHOOSE = "pages/sign_in/invitation.html"
CHANGE = "pages/sign_in/password.html"
SECOND = "pages/sign_in/second.html"


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
        return page(request, FORM, next=where, ended=ended, passkeys=place_of(request))
    email = request.POST.get("email", "")
    refusal = signing.sign_in(request, email, request.POST.get("password", ""))
    if refusal:
        told = {"refusal": refusal, "email": email, "passkeys": place_of(request)}
        return page(request, FORM, status=422, next=where, **told)
    return _onward(request, where)


def _onward(request: HttpRequest, where: str) -> HttpResponse:
    """Where they wanted to go, by way of the second step where it is awaited."""
    if not second_step.waiting(request):
        return HttpResponseRedirect(where)
    return HttpResponseRedirect(f"{url('second_step')}?{urlencode({'next': where})}")


@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, a recovery code, or a passkey."""
    where = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    user = second_step.waiting(request)
    if user is None:
        return HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'next': where})}")
    steps = second_step.steps_of(user.pk)
    if request.method == "GET":
        return _second(request, where, steps)
    if "credential" in request.POST:
        refusal = _by_passkey(request, user)
    else:
        refusal = second_step.right_code(request, user, request.POST.get("code", ""))
    if refusal:
        return _second(request, where, steps, refusal)
    signing.enter(request, user)
    return HttpResponseRedirect(where)


def _second(
    request: HttpRequest, where: str, steps: second_step.Steps, refusal: str = ""
) -> HttpResponse:
    passkeys = bool(steps.passkeys) and place_of(request) is not None
    told = {"next": where, "steps": steps, "passkeys": passkeys, "refusal": refusal}
    return page(request, SECOND, status=422 if refusal else 200, **told)


def _by_passkey(request: HttpRequest, user: User) -> str:
    try:
        passkeys.used(request, request.POST.get("credential", ""), user)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


@never_cache
@require_POST
def ask_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to sign with a passkey: for the second step, or to come in by it."""
    try:
        return JsonResponse(passkeys.asked_to_use(request, second_step.waiting(request)))
    except ValidationError as refused:
        return JsonResponse({"refusal": " ".join(refused.messages)}, status=422)


@never_cache
@sensitive_post_parameters("credential")
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Come in by a passkey alone: it proves that it is there, and who holds it."""
    where = safe_next(request, request.POST.get("next") or "")
    try:
        user = passkeys.used(request, request.POST.get("credential", ""))
    except ValidationError as refused:
        told = {"refusal": " ".join(refused.messages), "passkeys": place_of(request)}
        return page(request, FORM, status=422, next=where, **told)
    signing.enter(request, user)
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
    signing.admit(request, user)
    return _onward(request, "/")


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
