"""The security log: who came in, was refused, took data out or changed rights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kartotek.core import security
from kartotek.core.security import AT_ONCE, LogLine
from kartotek.interfaces.web.frame import fragment, is_partial, page, signed_in
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.pages.settings.admitting import admitted

ONLY = gettext_lazy("Only an administrator reads the security log. Ask one.")

TEMPLATE = "pages/settings/security.html"
CHUNK = 2_000
TOLD = (
    "email",
    "name",
    "type",
    "field",
    "device",
    "file",
    "why",
    "format",
    "changed",
)  # of a line's detail
KINDS: dict[str, Any] = {
    "signed_in": gettext_lazy("signed in"),
    "signed_out": gettext_lazy("signed out"),
    "sign_in_failed": gettext_lazy("sign-in refused"),
    "sign_in_limited": gettext_lazy("too many tries"),
    "session_ended": gettext_lazy("session ended"),
    "session_closed": gettext_lazy("session ended by hand"),
    "password_changed": gettext_lazy("password changed"),
    "second_step_set": gettext_lazy("second step set up"),
    "second_step_ended": gettext_lazy("second step ended"),
    "second_step_failed": gettext_lazy("second step refused"),
    "passkey_refused": gettext_lazy("passkey refused"),
    "passkey_added": gettext_lazy("passkey added"),
    "recovery_codes_made": gettext_lazy("recovery codes made"),
    "recovery_code_used": gettext_lazy("recovery code used"),
    "invited": gettext_lazy("link of invitation made"),
    "account_made": gettext_lazy("access made"),
    "account_ended": gettext_lazy("access of a removed member ended"),
    "activated": gettext_lazy("access given back"),
    "deactivated": gettext_lazy("access ended"),
    "deputy_named": gettext_lazy("absence or deputy changed"),
    "deputy_acted": gettext_lazy("acted as a deputy"),
    "company_changed": gettext_lazy("company set up anew"),
    "shared": gettext_lazy("record shared"),
    "unshared": gettext_lazy("share ended"),
    "record_locked": gettext_lazy("record locked"),
    "lock_ended": gettext_lazy("lock ended"),
    "revealed": gettext_lazy("masked value shown"),
    "person_file": gettext_lazy("file about a person taken out"),
    "erased": gettext_lazy("person erased"),
    "export": gettext_lazy("export asked for"),
    "download": gettext_lazy("export taken away"),
    "token_made": gettext_lazy("token made"),
    "token_revoked": gettext_lazy("token revoked"),
    "token_refused": gettext_lazy("token refused"),
}
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "in": (gettext_lazy("Coming in"), ("signed_in", "signed_out", "session_ended", "session_closed",
                                       "password_changed", "recovery_code_used")),
    "refused": (gettext_lazy("Refused"), ("sign_in_failed", "sign_in_limited", "token_refused",
                                          "second_step_failed", "passkey_refused")),
    "out": (gettext_lazy("What left"), ("export", "download", "revealed", "person_file", "erased")),
    "rights": (gettext_lazy("People and rights"),
               ("invited", "account_made", "account_ended", "activated", "deactivated",
                "deputy_named", "deputy_acted", "company_changed", "shared", "unshared",
                "record_locked", "lock_ended",
                "token_made", "token_revoked", "second_step_set", "second_step_ended",
                "passkey_added", "recovery_codes_made")),
}  # fmt: skip


@require_safe
@signed_in
def log(request: HttpRequest) -> HttpResponse:
    """The newest lines; `kind` narrows to a group, `q` to who or where, `before` goes on."""
    admitted(request, ONLY)
    group = request.GET.get("kind", "")
    words = "".join(filter(str.isprintable, request.GET.get("q", ""))).strip()[:100]
    lines = security.lines(_kinds(group), words, _place(request))
    told = {
        "here": SETTINGS, "lines": [(one, _said(one)) for one in lines], "group": group,
        "groups": {key: label for key, (label, _kinds) in GROUPS.items()},
        "words": words, "kinds": KINDS,
        "next": lines[-1].id if len(lines) == AT_ONCE else 0,
    }  # fmt: skip
    if is_partial(request) and "before" in request.GET:
        return fragment(request, TEMPLATE, "lines", **told)
    return page(request, TEMPLATE, **told)


@require_safe
@signed_in
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The whole log as JSON lines, the newest first."""
    actor = admitted(request, ONLY)
    security.note("download", actor=actor, file="security-log.jsonl")
    response = StreamingHttpResponse(_json_lines(), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="security-log.jsonl"'
    response["Cache-Control"] = "no-store"
    return response


def _json_lines() -> Iterator[bytes]:
    place = 0
    while lines := security.lines(before=place, most=CHUNK):
        for one in lines:
            told = {"at": one.at, "kind": one.kind, "who": one.actor, "from": one.address}
            yield orjson.dumps({**told, **one.detail}, option=orjson.OPT_UTC_Z) + b"\n"
        place = lines[-1].id


def _kinds(group: str) -> tuple[str, ...]:
    return GROUPS[group][1] if group in GROUPS else ()


def _place(request: HttpRequest) -> int:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _said(line: LogLine) -> str:
    """What is told of it besides who and when, in a few words."""
    return ", ".join(str(line.detail[name]) for name in TOLD if line.detail.get(name))
