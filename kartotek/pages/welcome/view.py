"""The first page of all: one form, and the company is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kartotek.core.errors import ValidationError
from kartotek.interfaces.web.frame import page
from kartotek.operations import first_run
from kartotek.pages.welcome.places import countries, likely_country, zone_of, zones
from kartotek.people.signing import enter, normal_email

FORM, NOTICE = "pages/welcome/welcome.html", "pages/notice.html"


class BeginningForm(forms.Form):
    """What the first page asks; each field says itself what is wrong with it."""

    name = forms.CharField(
        max_length=150, error_messages={"required": _("Type your name.")}, label=_("Your name")
    )
    email = forms.CharField(
        max_length=150, error_messages={"required": _("Type your e-mail address.")}
    )
    password = forms.CharField(
        max_length=1_000, strip=False, error_messages={"required": _("Choose a password.")}
    )
    company = forms.CharField(
        max_length=120, error_messages={"required": _("Type the name of your company.")}
    )
    country = forms.ChoiceField(error_messages={"required": _("Choose a country.")})
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    zone = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["country"].choices = countries(get_language() or "en")
        self.fields["zone"].choices = [("", ""), *((zone, zone) for zone in zones())]

    def clean_email(self) -> str:
        try:
            return normal_email(self.cleaned_data["email"])
        except ValidationError as wrong:
            raise forms.ValidationError(wrong.messages) from None

    def beginning(self) -> first_run.Beginning:
        said = self.cleaned_data
        return first_run.Beginning(**{**said, "zone": said["zone"] or zone_of(said["country"])})


@csrf_exempt  # the secret in the path shows that the form is ours, also when it is sent twice
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then found the company; the link works once."""
    if not first_run.is_needed():
        return _used(request)
    if not first_run.is_open(token):
        return _closed(request)
    if request.method == "GET":
        return _form(request, _suggested(request), {})
    form = BeginningForm(request.POST)
    if not form.is_valid():
        return _form(request, request.POST, form.errors, status=422)
    try:
        user = first_run.begin(form.beginning())
    except first_run.AlreadyDone:
        return _used(request)
    except ValidationError as refused:
        return _form(request, request.POST, _by_field(refused), status=422)
    enter(request, user)
    return HttpResponseRedirect("/")


def _suggested(request: HttpRequest) -> dict[str, str]:
    return {
        "company": first_run.known_company(),
        "country": likely_country(request),
        "language": get_language() or settings.LANGUAGE_CODE,
    }


def _by_field(refused: ValidationError) -> dict[str, list[str]]:
    named = getattr(refused, "message_dict", None) or {"name": refused.messages}
    return {"email" if key == "emails" else key: found for key, found in named.items()}


def _form(request: HttpRequest, said: Any, errors: Any, status: int = 200) -> HttpResponse:
    return page(
        request,
        FORM,
        status=status,
        said=said,
        errors=errors,
        countries=countries(get_language() or "en"),
        languages=settings.LANGUAGES,
        zones=[(zone, zone) for zone in zones()],
    )


def _used(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        NOTICE,
        status=410,
        heading=_("This link has been used"),
        text=_("Kartotek is set up. Sign in with your e-mail address and password."),
        sign_in=True,
    )


def _closed(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        NOTICE,
        status=404,
        heading=_("This link does not work any more"),
        text=_(
            "Each start of Kartotek prints a new one. Use the link that stands in the terminal "
            "now, or start Kartotek again."
        ),
        sign_in=False,
    )
