"""Set up what is asked after one's password: an authenticator app, passkeys, recovery codes.

Each change asks who sits there to have typed the password within the last ten minutes. All but
passkeys works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.errors import PermissionDenied
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import actor_of, page, signed_in
from kartotek.people import passkeys, second_step, signing
from kartotek.people.adapter import place_of
from kartotek.people.devices import named

TEMPLATE = "pages/settings/steps.html"
Answer = Callable[..., HttpResponse]


def _sure(view: Answer) -> Answer:
    """Only for who has just typed the password; everybody else is asked for it first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if actor_of(request).member_uid is None:
            raise PermissionDenied(_("Only a member signs in. Sign in as one."))
        if signing.is_sure(request):
            return view(request, *args, **named)
        return _drawn(request, status=403)

    return guarded


@never_cache
@require_safe
@signed_in
def steps(request: HttpRequest) -> HttpResponse:
    """What is set up, and what can be."""
    return _drawn(request)


@never_cache
@sensitive_post_parameters("password")
@require_POST
@signed_in
def sure(request: HttpRequest) -> HttpResponse:
    """The password once more."""
    refusal = signing.make_sure(request, request.POST.get("password", ""))
    return _drawn(request, status=422, errors={"password": refusal}) if refusal else _back()


@never_cache
@sensitive_post_parameters("code")
@signed_in
@_sure
def set_app(request: HttpRequest) -> HttpResponse:
    """GET shows the secret as a picture and in letters; POST takes the first code of the app."""
    secret, picture = second_step.offered_secret(request)
    offer = {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
             "picture": picture[picture.index("<svg") :]}  # fmt: skip
    if request.method != "POST":
        return _drawn(request, offer=offer)
    try:
        codes = second_step.set_app(request, request.POST.get("code", ""))
    except ValidationError as refused:
        errors = {key: " ".join(told) for key, told in refused.message_dict.items()}
        return _drawn(request, status=422, offer=offer, errors=errors)
    return _with_codes(request, codes)


@never_cache
@require_POST
@signed_in
@_sure
def end_app(request: HttpRequest) -> HttpResponse:
    """The app is asked no more."""
    second_step.end_app(request)
    return _back()


@never_cache
@require_POST
@signed_in
@_sure
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    try:
        return _with_codes(request, second_step.new_codes(request))
    except ValidationError as refused:
        return _drawn(request, status=422, errors={"codes": " ".join(refused.messages)})


@never_cache
@require_POST
@signed_in
def ask_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    if not signing.is_sure(request):
        told = {"refusal": _("Load the page again, and type your password.")}
        return JsonResponse(told, status=403)
    try:
        return JsonResponse(passkeys.asked_to_make(request))
    except ValidationError as refused:
        return JsonResponse({"refusal": " ".join(refused.messages)}, status=422)


@never_cache
@sensitive_post_parameters("credential")
@require_POST
@signed_in
@_sure
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Take in the passkey that the browser has made."""
    name = request.POST.get("name", "") or named(request.headers.get("User-Agent", ""))
    try:
        codes = passkeys.add(request, request.POST.get("credential", ""), name)
    except ValidationError as refused:
        return _drawn(request, status=422, errors={"passkey": " ".join(refused.messages)})
    return _with_codes(request, codes)


@never_cache
@require_POST
@signed_in
@_sure
def end_passkey(request: HttpRequest, passkey: UUID) -> HttpResponse:
    """One passkey is taken no more."""
    if not second_step.end_passkey(request, passkey):
        told = {"passkey": _("This passkey was removed already.")}
        return _drawn(request, status=404, errors=told)
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(url("steps"))


def _with_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """New recovery codes are in the answer itself, and nowhere else."""
    return _drawn(request, codes=codes) if codes else _back()


def _drawn(
    request: HttpRequest, *, status: int = 200, errors: dict[str, str] | None = None, **told: Any
) -> HttpResponse:
    user: Any = request.user
    return page(
        request, TEMPLATE, status=status, here="me", errors=errors or {},
        steps=second_step.steps_of(user.pk), is_sure=signing.is_sure(request),
        passkeys=place_of(request) is not None, **{"codes": [], "offer": {}, **told},
    )  # fmt: skip
