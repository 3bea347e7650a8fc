"""The company's logo as a picture for pages: never a page of its own, whatever is in it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kartotek.core.logo import logo as kept

# A drawing that is opened as a page runs nothing, loads nothing, and belongs to no site.
POLICY = "sandbox; default-src 'none'"


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The present logo; open to everybody, as it stands where people sign in."""
    found = kept(digest)
    if found is None:
        raise Http404
    return HttpResponse(
        found.data,
        content_type=found.media_type,
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "public, max-age=31536000, immutable",  # another one, another digest
            "ETag": f'"{found.digest}"',
        },
    )
