"""Files on a record's page: added there, and handed out through the right to see their record."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from kartotek.core.attached import content_of, picture_type
from kartotek.interfaces.web.frame import actor_of, signed_in

OCTETS = "application/octet-stream"
KNOWN = {"application/pdf", "text/plain", "text/csv", "image/png", "image/jpeg", "image/webp"}


@require_safe
@signed_in
def content(request: HttpRequest, type_key: str, uid: Any, name: str) -> HttpResponseBase:
    """The file of a record, to be kept; with ?show=1 a small picture may stand in the page."""
    title, file, path = content_of(actor_of(request), type_key, uid, name)
    picture = picture_type(path) if request.GET.get("show") else ""
    given = file.media_type.partition(";")[0].strip().lower()
    response = FileResponse(
        path.open("rb"), as_attachment=not picture, filename=title,
        content_type=picture or (given if given in KNOWN else OCTETS),
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
