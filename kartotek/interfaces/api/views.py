"""The routes of the records themselves: one pair for every record type, whatever its name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kartotek.core.actor import Actor
from kartotek.core.find import find, find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove, restore
from kartotek.core.write import write
from kartotek.interfaces.api.asking import question_of
from kartotek.interfaces.api.body import row_of, rows_of, sent
from kartotek.interfaces.api.routing import as_json, as_saved, key_of, route, uid_of, version_of


def _list(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    page = find(actor, record_type, question_of(request.GET))
    body: dict[str, Any] = {"rows": rows_of(record_type, page), "next": page.next or None}
    if page.count is not None:
        body["count"], body["count_is_capped"] = page.count, page.count_is_capped
    return as_json(body)


def _create(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    values = sent(request)
    uid = uid_of(values.pop("uid", None))
    saved = write(actor.because("api"), record_type, None, values, uid=uid, key=key_of(request))
    response = as_saved(actor, record_type, saved, 201)
    response["Location"] = reverse("api-record", args=[record_type.key, saved.uid])
    return response


def _read(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    row = find_one(actor, record_type, uid)
    response = as_json(row_of(record_type, row))
    response["ETag"] = f'"{row.version}"'
    return response


def _patch(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    values = sent(request)
    version = version_of(request)
    saved = write(
        actor.because("api"), record_type, uid, values, version=version, key=key_of(request)
    )
    return as_saved(actor, record_type, saved, 200)


def _remove(request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID) -> HttpResponse:
    version = version_of(request)
    remove(actor.because("api"), record_type, uid, version=version, key=key_of(request))
    return HttpResponse(status=204)


def _restore(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID
) -> HttpResponse:
    saved = restore(actor.because("api"), record_type, uid, key=key_of(request))
    return as_saved(actor, record_type, saved, 200)


the_list = route(GET=_list, POST=_create)
the_record = route(GET=_read, PATCH=_patch, DELETE=_remove)
the_return = route(POST=_restore)
