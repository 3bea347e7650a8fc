"""Files by the API: announced, brought in pieces, held by the record that names one, fetched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.attached import content_of, may_attach
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.files import FileFacts, WrongPlace
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.api.body import sent
from kartotek.interfaces.api.problems import KIND, body_of
from kartotek.interfaces.api.routing import as_json, route

OCTETS = "application/octet-stream"
LONGEST_NUMBER = 15  # digits of a place in a file


def _begin(request: HttpRequest, actor: Actor) -> HttpResponse:
    _refuse_stranger(actor)
    body = sent(request)
    known: dict[str, type] = {"name": str, "size": int, "media_type": str}
    errors = {
        name[:60]: [_("A file has a name, a size and a media_type, nothing else.")]
        for name in body if name not in known
    }  # fmt: skip
    for name, kind in known.items():
        if type(body.get(name, kind())) is not kind:
            errors[name] = [_("Expected text here.") if kind is str else _("Send a whole number.")]
    if errors:
        raise ValidationError(errors)
    name, media_type = body.get("name", ""), body.get("media_type", "")
    begun = files.begin(actor, name, body.get("size", 0), media_type, files.TO_ATTACH)
    response = as_json(_told(begun), 201)
    response["Location"] = reverse("api-file", args=[begun.uid])
    return response


def _standing(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    return as_json(_told(files.facts(actor, uid)))


def _piece(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """409 tells in `received` where to go on: a piece that was cut is sent anew from there."""
    _refuse_stranger(actor)
    offset = request.GET.get("offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) <= LONGEST_NUMBER):
        raise ValidationError({"offset": _("Say at which byte the piece begins.")})
    try:
        taken = files.add(actor, uid, int(offset), request.read(files.PIECE + 1))
    except WrongPlace as error:
        told = body_of(409, " ".join(error.messages), received=error.offset)
        return HttpResponse(orjson.dumps(told), status=409, content_type=KIND)
    return as_json(_told(taken))


def _refuse_stranger(actor: Actor) -> None:
    if not may_attach(actor):
        raise PermissionDenied(_("Your role may not add files here. Ask an administrator."))


def _told(found: FileFacts) -> dict[str, Any]:
    return {
        "uid": found.uid, "name": found.name, "media_type": found.media_type, "size": found.size,
        "received": found.received, "is_whole": found.is_whole, "piece": files.PIECE,
    }  # fmt: skip


def _content(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID, name: str
) -> Any:
    """Handed out as bytes to be kept, whatever it says it is."""
    title, _file, path = content_of(actor, record_type, uid, name)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=title, content_type=OCTETS
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


the_files = route(POST=_begin)
the_file = route(takes_bytes=True, GET=_standing, PUT=_piece)
the_content = route(GET=_content)
