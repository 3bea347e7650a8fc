"""Files on a record's page: added there, and handed out through the right to see their record."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from uuid_utils.compat import uuid7

from kartotek.core import files
from kartotek.core.attached import about_field, content_of, picture_type
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.gathering_many import Wish
from kartotek.core.write_many import write_many
from kartotek.interfaces.web.frame import actor_of, signed_in
from kartotek.interfaces.web.record import card_of

MOST_AT_ONCE = 50
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


@require_POST
@signed_in
def add(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """Add files to a record, all of them or none: those of a form, or brought in pieces before."""
    card = card_of(request, type_key, uid)
    if card.file_type is None or not card.may_add_files:
        raise PermissionDenied(_("Your role may not add files here. Ask an administrator."))
    brought = [one for one in request.POST.get("upload", "").split(",") if one]
    sent = [] if brought else request.FILES.getlist("file")
    if not 1 <= len(sent) + len(brought) <= MOST_AT_ONCE:
        raise ValidationError(
            _("Choose between 1 and %(most)s files at once.") % {"most": MOST_AT_ONCE}
        )
    if any((one.size or 0) > files.PIECE for one in sent):
        raise ValidationError(
            _("A file may have %(most)s MB here. Choose a smaller one.")
            % {"most": files.PIECE // files.MEGABYTE}
        )
    about = [{"type": card.type.key, "uid": str(card.row.uid)}]
    for one in sent:
        name, kind = one.name or "", one.content_type or ""
        kept = files.keep_bytes(card.actor, one.read(), name, kind, files.TO_ATTACH)
        brought.append(str(kept.uid))
    field, by = card.file_type.files[0].name, about_field(card.file_type)
    wishes = [Wish(uuid7(), {field: named, by: about}) for named in brought]
    write_many(card.actor, card.file_type, wishes, on_error="stop")
    return HttpResponseRedirect(f"{reverse('record', args=[type_key, uid])}#files")
