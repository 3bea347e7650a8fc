"""Adding a record: a few fields in the side panel, the rest when wanted, likely doubles beside."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.duplicates import duplicates as likely
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.core.write import write
from kartotek.interfaces.web import editing, forms, linking
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    toast,
)


@signed_in
def new(request: HttpRequest, type_key: str) -> HttpResponse:
    """GET gives the form, filled with what the path names; POST saves the record."""
    record_type, actor = catalogue()[type_key], actor_of(request)
    if actor.rights.scope(type_key, "create") == "none":
        raise PermissionDenied(
            _("Your role may not add %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    if request.method != "POST":
        return _form(request, record_type, _prefilled(actor, record_type, request.GET), {})
    sent = _sent(actor, record_type, request.POST)
    try:
        saved = _made(actor, record_type, sent, request.POST.get("key", ""))
    except ValidationError as error:
        errors = forms.errors_of(error, record_type.fields.keys() | record_type.parts.keys())
        return _form(request, record_type, sent, errors, status=422)
    url = reverse("record", args=[type_key, saved.uid])
    if not is_partial(request):
        return HttpResponseRedirect(url)
    return _saved(request, record_type, saved, url)


def names_of(actor: Actor, record_type: RecordType) -> tuple[list[str], list[str]]:
    """The fields asked for at once, and the rest of the form."""
    seen = visible(actor, record_type) - actor.rights.protects(record_type.key)

    def typed(name: str) -> bool:
        kind = record_type.fields.get(name)
        return name in seen and (kind is None or (kind.editable and editing.is_typed(kind)))

    quick = [name for name in record_type.quick_names if typed(name)]
    form = [name for group in record_type.form_groups for name in group]
    return quick, [name for name in form if typed(name) and name not in quick]


def _kind(record_type: RecordType, name: str) -> Any:
    return record_type.fields.get(name) or record_type.parts[name]


def _prefilled(actor: Actor, record_type: RecordType, given: QueryDict) -> dict[str, Any]:
    """What the path names: text as it is, a link by its uid, as far as it may be seen."""
    quick, rest = names_of(actor, record_type)
    found: dict[str, Any] = {}
    for name in [*quick, *rest]:
        kind = _kind(record_type, name)
        if not given.get(name):
            continue
        if isinstance(kind, Link):
            target = catalogue()[kind.target]
            row = find_one(actor, target, given[name], columns=(target.title,))
            found[name] = forms.Chosen(str(row.uid), row.title, str(uuid7()))
        else:
            found[name] = given[name]
    return found


def _sent(actor: Actor, record_type: RecordType, post: QueryDict) -> dict[str, Any]:
    quick, rest = names_of(actor, record_type)
    return {
        name: forms.read(_kind(record_type, name), name, post)
        for name in [*quick, *rest]
        if forms.is_sent(name, post)
    }


def _made(actor: Actor, record_type: RecordType, sent: dict[str, Any], key: str) -> Saved:
    """The record and whatever it names that was not there: one act, one undo."""
    acting = actor.because(actor.cause, batch=uuid7())
    with transaction.atomic():
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, value in sent.items():
            kind = _kind(record_type, name)
            try:
                values[name] = linking.settled(acting, kind, value, make=True, key=key)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        filled = {name: value for name, value in values.items() if value not in ("", [], "false")}
        return write(acting, record_type, None, filled, key=key)


def _form(
    request: HttpRequest,
    record_type: RecordType,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    actor, context = actor_of(request), context_of(request)

    def cells(names: list[str]) -> list[forms.Cell]:
        found = []
        for name in names:
            kind = _kind(record_type, name)
            empty = kind.load(kind.empty) if hasattr(kind, "load") else ()
            given = values.get(name, empty)
            if name in errors:
                found.append(forms.refused(kind, name, given, errors[name], context, "new"))
            else:
                found.append(forms.cell(kind, name, given, context, "new"))
        return found

    quick, rest = (cells(names) for names in names_of(actor, record_type))
    forms.focus([*quick, *rest])
    told = {
        "type": record_type, "quick": quick, "rest": rest,
        "error": errors.get("", ""),
        "key": request.POST.get("key") or str(uuid7()), "in_panel": is_partial(request),
        "opens": any(
            cell.html in errors or not forms.says_nothing(values.get(cell.html, ""))
            for cell in rest
        ),
    }  # fmt: skip
    if is_partial(request):
        return fragment(request, "create.html", "form", status=status, **told)
    return page(request, "create.html", status=status, here=record_type.key, **told)


def _saved(request: HttpRequest, record_type: RecordType, saved: Saved, url: str) -> HttpResponse:
    """A toast with Undo and Open; the panel closes itself."""
    row = find_one(actor_of(request), record_type, saved.uid, columns=(record_type.title,))
    message = _("“%(title)s” added.") % {"title": row.title[:60] or record_type.label}
    response = toast(request, message, saved.batch, url=url)
    response["HX-Trigger"] = "k:changed, k:close"
    return response


@signed_in
def duplicates(request: HttpRequest, type_key: str) -> HttpResponse:
    """Records like the one being typed, each with the reason; nothing is refused for it."""
    record_type, actor = catalogue()[type_key], actor_of(request)
    sent = _sent(actor, record_type, request.POST or request.GET)
    plain = {name: value for name, value in sent.items() if not isinstance(value, forms.Chosen)}
    found = likely(actor, record_type, plain)
    return fragment(request, "create.html", "duplicates", found=found, type=record_type)
