"""Files taken in pieces of at most 4 MB, each with its place, so that a cut costs one piece."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.attached import may_attach
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.files import FileFacts
from kartotek.interfaces.web.bringing.files_room import importable
from kartotek.interfaces.web.frame import REFUSALS, STATUS, actor_of, signed_in, words_of

PURPOSE = "import"


@require_POST
@signed_in
def begin(request: HttpRequest) -> HttpResponse:
    """Announce a file: name, size and type; the answer says where its pieces go."""
    try:
        purpose = files.TO_ATTACH if request.POST.get("purpose") == files.TO_ATTACH else PURPOSE
        if purpose == PURPOSE:
            refuse_stranger(actor_of(request))
        elif not may_attach(actor_of(request)):
            raise PermissionDenied(_("Your role may not add files here. Ask an administrator."))
        size = request.POST.get("size", "")
        if not (size.isascii() and size.isdigit() and len(size) < 16):
            raise ValidationError(_("Say how many bytes the file has."))
        name, kind = request.POST.get("name", ""), request.POST.get("type", "")
        return _told(files.begin(actor_of(request), name, int(size), kind, purpose))
    except REFUSALS as error:
        return _refused(error)


@require_POST
@signed_in
def piece(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one piece: its bytes are the body, `offset` is where they begin."""
    try:
        offset = request.GET.get("offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
            raise ValidationError(_("Say at which byte the piece begins."))
        data = request.read(files.PIECE + 1)
        return _told(files.add(actor_of(request), uid, int(offset), data))
    except files.WrongPlace as error:
        told = {"message": words_of(error), "received": error.offset}
        return JsonResponse(told, status=409)
    except REFUSALS as error:
        return _refused(error)


def refuse_stranger(actor: Actor) -> None:
    """Only who may import something may bring a file. PermissionDenied for others."""
    if not importable(actor):
        raise PermissionDenied(_("Your role may not import anything. Ask an administrator."))


def _told(found: FileFacts) -> JsonResponse:
    return JsonResponse(
        {
            "uid": str(found.uid),
            "url": reverse("upload_piece", args=[found.uid]),
            "received": found.received,
            "is_whole": found.is_whole,
            "piece": files.PIECE,
        }
    )


def _refused(error: Exception) -> JsonResponse:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return JsonResponse({"message": words_of(error)}, status=status)
