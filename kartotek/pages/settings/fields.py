"""The fields of each record type: added, renamed, moved, hidden, removed, all with undo."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

from kartotek.core import fitting
from kartotek.core.catalogue import catalogue
from kartotek.core.customizing import SEARCHED
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Offering
from kartotek.interfaces.web import forms
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    is_partial,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.people.company import may_change

OF_ADDED = ("label", "kind", "choices", "hint", "required", "in_list", "indexed", "searched")
OF_GIVEN = ("label", "choices", "hint", "required")


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Where settings begin: with the company, for who may; else with the fields of a type."""
    if may_change(actor_of(request)):
        return HttpResponseRedirect(url("company"))
    return first(request)


@signed_in
def first(request: HttpRequest) -> HttpResponse:
    """The fields of the first type."""
    return HttpResponseRedirect(url("fields", args=[fitting.fitting_types()[0].key]))


@signed_in
def fields(request: HttpRequest, type_key: str) -> HttpResponse:
    """Every field of one record type's form, in its order."""
    told = {
        "here": SETTINGS,
        "type": catalogue()[type_key],
        "types": fitting.fitting_types(),
        "fields": fitting.fitted(actor_of(request), type_key),
    }
    return piece_or_page(request, "pages/settings/fields.html", "fields", **told)


@signed_in
def new(request: HttpRequest, type_key: str) -> HttpResponse:
    """GET gives the form of a new field; POST makes it."""
    fitting.fitted(actor_of(request), type_key)
    if request.method != "POST":
        given = {"label": request.GET.get("label", "")[:80], "kind": request.GET.get("kind", "")}
        return _form(request, type_key, "", {**given, "in_list": True}, {})
    sent = _sent(request, OF_ADDED)
    try:
        saved = fitting.add(actor_of(request), type_key, sent, request.POST.get("key", ""))
    except ValidationError as error:
        return _form(request, type_key, "", sent, forms.errors_of(error, OF_ADDED), status=422)
    message = _("Field “%(label)s” added.") % {"label": sent["label"]}
    response = _done(request, type_key, message, saved.batch)
    if at := request.POST.get("at", ""):
        made = {"name": fitting.name_of(saved.uid), "label": sent["label"], "at": at}
        # Who asked from a column of a file goes on there: nothing of that page is drawn anew.
        response["HX-Trigger"] = orjson.dumps({"k:close": {}, "k:field": made}).decode()
    return response


@signed_in
def one(request: HttpRequest, type_key: str, name: str) -> HttpResponse:
    """GET gives the form of one field; POST changes it."""
    actor = actor_of(request)
    field = fitting.field_of(actor, type_key, name)
    names = _names(field)
    if request.method != "POST":
        return _form(request, type_key, name, _values(field), {}, names)
    sent = _sent(request, names)
    if not field.is_added and sent.get("label") == field.label:
        sent.pop("label")  # as given: it goes on speaking each reader's language
    try:
        saved = fitting.change(actor, type_key, name, sent, request.POST.get("key", ""))
    except ValidationError as error:
        return _form(
            request, type_key, name, sent, forms.errors_of(error, names), names, status=422
        )
    message = _("Field “%(label)s” changed.") % {"label": sent.get("label") or field.label}
    return _done(request, type_key, message, saved.batch)


@require_POST
@signed_in
def move(request: HttpRequest, type_key: str, name: str) -> HttpResponse:
    """One place up or down."""
    actor = actor_of(request)
    order = [field.name for field in fitting.fitted(actor, type_key)]
    field = fitting.field_of(actor, type_key, name)
    to = order.index(name) + (-1 if request.POST.get("by") == "up" else 1)
    batch = fitting.move(actor, type_key, name, to)
    return toast(request, _("“%(label)s” moved.") % {"label": field.label}, batch)


@require_POST
@signed_in
def hide(request: HttpRequest, type_key: str, name: str) -> HttpResponse:
    """Out of everybody's sight, or back into it; the values stay."""
    actor = actor_of(request)
    field = fitting.field_of(actor, type_key, name)
    saved = fitting.change(actor, type_key, name, {"hidden": not field.is_hidden})
    told = _("“%(label)s” is shown again.") if field.is_hidden else _("“%(label)s” is hidden now.")
    return toast(request, told % {"label": field.label}, saved.batch)


@require_POST
@signed_in
def drop(request: HttpRequest, type_key: str, name: str) -> HttpResponse:
    """An added field goes into the trash; a given one is again as it was."""
    field = fitting.field_of(actor_of(request), type_key, name)
    saved = fitting.drop(actor_of(request), type_key, name)
    told = (
        _("Field “%(label)s” removed; its values come back with it.")
        if field.is_added
        else _("“%(label)s” is again as it was given.")
    )
    return toast(request, told % {"label": field.label}, saved.batch)


def _names(field: fitting.Fitted) -> tuple[str, ...]:
    """What can be set of a field."""
    names = OF_ADDED if field.is_added else OF_GIVEN
    names = tuple(name for name in names if name != "choices" or isinstance(field.kind, Offering))
    is_found = field.setting is not None and field.setting.kind in SEARCHED
    return tuple(name for name in names if name != "kind" and (name != "searched" or is_found))


def _values(field: fitting.Fitted) -> dict[str, Any]:
    kind, setting = field.kind, field.setting
    found: dict[str, Any] = {"label": field.label, "hint": str(getattr(kind, "hint", ""))}
    found["required"] = bool(getattr(kind, "required", False))
    if isinstance(kind, Offering):
        found["choices"] = tuple(
            {"key": key, "label": str(label), "hidden": key in kind.put_away}
            for key, label in kind.choices
        )
    if setting is not None:
        found |= {"in_list": setting.in_list, "indexed": setting.indexed}
        found["searched"] = setting.searched
    return found


def _kinds() -> dict[str, Any]:
    return catalogue()[fitting.ROWS].fields


def _sent(request: HttpRequest, names: tuple[str, ...]) -> dict[str, Any]:
    kinds = _kinds()
    return {
        name: forms.read(kinds[name], name, request.POST)
        for name in names
        if forms.is_sent(name, request.POST)
    }


def _form(
    request: HttpRequest,
    type_key: str,
    name: str,
    values: dict[str, Any],
    errors: dict[str, str],
    names: tuple[str, ...] = OF_ADDED,
    *,
    status: int = 200,
) -> HttpResponse:
    kinds, context = _kinds(), context_of(request)
    cells = []
    for each in names:
        kind = kinds[each]
        given = values.get(each, kind.load(kind.empty))
        if each in errors:
            cells.append(forms.refused(kind, each, given, errors[each], context, "field"))
        else:
            cells.append(forms.cell(kind, each, given, context, "field"))
    forms.focus(cells)
    rest = [text for each, text in errors.items() if each not in names]
    told = {
        "here": SETTINGS, "type": catalogue()[type_key], "name": name, "cells": cells,
        "error": " ".join(rest), "key": request.POST.get("key") or str(uuid7()),
        "at": request.POST.get("at") or request.GET.get("at", ""),
        "field": fitting.field_of(actor_of(request), type_key, name) if name else None,
    }  # fmt: skip
    told["in_panel"] = is_partial(request)
    return piece_or_page(request, "pages/settings/field.html", "form", status=status, **told)


def _done(request: HttpRequest, type_key: str, message: str, batch: Any) -> HttpResponse:
    """A toast with Undo; the panel closes itself, and what is behind it follows."""
    if not is_partial(request):
        return HttpResponseRedirect(url("fields", args=[type_key]))
    response = toast(request, message, batch)
    response["HX-Trigger"] = "k:changed, k:close"
    return response
