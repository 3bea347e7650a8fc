"""The page on which several records become one: what differs is chosen, all else is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.combining import PLACED
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import FieldType, Flag, ItemList, Links, LongText, Tags
from kartotek.core.find import find
from kartotek.core.merge import MOST, Merge, merge
from kartotek.core.question import Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web import values
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import actor_of, context_of, is_partial, page, signed_in, toast

ALL_KEPT = (ItemList, Tags, Links, LongText, Flag)  # of these nothing is chosen: all of it stays
FIELD = "f."  # before a field's name in the form


@dataclass(frozen=True)
class Option:
    """One of the values a field has, and the record it is taken from."""

    uid: UUID
    shown: Markup
    chosen: bool


@dataclass(frozen=True)
class Line:
    """One field in which the records differ; without options, all of it is kept."""

    name: str
    label: str
    options: tuple[Option, ...] = ()
    kept: tuple[Markup, ...] = ()


@signed_in
def merging(request: HttpRequest, type_key: str) -> HttpResponse:
    """GET shows what differs; POST makes the chosen records one, with Undo."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    asked = request.POST if request.method == "POST" else request.GET
    rows = _rows(actor, record_type, asked.getlist("uid"))
    stays = next((row for row in rows if str(row.uid) == asked.get("stays")), rows[0])
    if request.method == "POST":
        return _merge(request, actor, record_type, stays, rows)
    return page(
        request, "merge.html", here=record_type.key, type=record_type, rows=rows, stays=stays,
        lines=lines(actor, record_type, rows, context_of(request)),
    )  # fmt: skip


def _rows(actor: Actor, record_type: RecordType, uids: Sequence[str]) -> tuple[Row, ...]:
    """The records as they were chosen; NotFound where one is not open or not there."""
    try:
        asked = tuple(dict.fromkeys(UUID(uid) for uid in uids))
    except ValueError:
        raise NotFound(_("There is no such record, or it is not open to you.")) from None
    if not 2 <= len(asked) <= MOST:
        raise ValidationError(
            _("Choose 2 to %(most)s records that mean the same.") % {"most": MOST}
        )
    columns = tuple(name for name in record_type.fields if name in visible(actor, record_type))
    found = {
        row.uid: row for row in find(actor, record_type, Question(uids=asked, columns=columns))
    }
    if len(found) < len(asked):
        raise NotFound(_("One of these records is not there any more, or not open to you."))
    return tuple(found[uid] for uid in asked)


def lines(
    actor: Actor, record_type: RecordType, rows: Sequence[Row], context: Context
) -> list[Line]:
    """The fields in which the records differ, in the order of the form."""
    seen = visible(actor, record_type) - actor.rights.protects(record_type.key)
    in_form = [name for group in record_type.form_groups for name in group]
    found = []
    for name in dict.fromkeys([*in_form, *record_type.fields]):
        kind = record_type.fields.get(name)
        if kind is None or name not in seen or not kind.editable or name in PLACED:
            continue
        line = _line(kind, rows, context)
        found += [line] if line else []
    return found


def _line(kind: FieldType, rows: Sequence[Row], context: Context) -> Line | None:
    distinct: dict[bytes, Row] = {}
    for row in rows:
        if not kind.is_empty(row[kind.name]):
            distinct.setdefault(orjson.dumps(kind.plain(row[kind.name]), default=str), row)
    if len(distinct) < 2:
        return None
    differing = list(distinct.values())
    if isinstance(kind, ALL_KEPT):
        kept = tuple(shown(kind, row[kind.name], context) for row in differing)
        return Line(kind.name, str(kind.label), kept=kept)
    options = tuple(
        Option(row.uid, shown(kind, row[kind.name], context), place == 0)
        for place, row in enumerate(differing)
    )
    return Line(kind.name, str(kind.label), options)


def shown(kind: FieldType, value: Any, context: Context) -> Markup:
    """A value; of a list every item."""
    if isinstance(kind, ItemList):
        return Markup("<br>").join(kind.line(item) for item in value)
    return values.value(kind, value, context)


def _merge(
    request: HttpRequest,
    actor: Actor,
    record_type: RecordType,
    stays: Row,
    rows: Sequence[Row],
) -> HttpResponse:
    near = {str(row.uid): row for row in rows}
    chosen = {
        name: record_type.fields[name].plain(near[uid][name])
        for field, uid in request.POST.items()
        if (name := field.removeprefix(FIELD)) != field and uid in near
        and name in near[uid].values
    }  # fmt: skip
    others = tuple(row.uid for row in rows if row.uid != stays.uid)
    wanted = Merge(stays.uid, others, chosen)
    saved = merge(actor, record_type, wanted, key=request.headers.get("Idempotency-Key", ""))
    there = url("record", args=[record_type.key, saved.uid])
    if not is_partial(request):
        return HttpResponseRedirect(there)
    count = len(others)
    message = ngettext(
        "%(count)s record merged into this one.", "%(count)s records merged into this one.", count
    ) % {"count": count}
    response = toast(request, message, saved.batch)
    response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": there}}).decode()
    return response
