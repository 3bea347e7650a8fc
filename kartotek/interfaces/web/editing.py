"""One field edited where it stands: on a record's page, or in a row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.find import find_one
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.write import write
from kartotek.interfaces.web import conflict, forms, linking
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in, toast_html

NOT_TYPED = ("links",)  # kinds that are shown here and changed elsewhere
PLACES = ("rail", "list", "card")


@dataclass(frozen=True)
class Field:
    """One field of one record as the page shows it."""

    type: RecordType
    row: Row
    name: str
    kind: Any
    where: str
    may_edit: bool

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def shape(self) -> str:
        """The kind of value, by which templates choose how to show it."""
        return getattr(self.kind, "kind", "part")

    @property
    def value(self) -> Any:
        return self.row.get(self.name)

    @property
    def is_empty(self) -> bool:
        is_empty = getattr(self.kind, "is_empty", None)
        return not self.value if is_empty is None else bool(is_empty(self.value))

    @property
    def id(self) -> str:
        return f"f-{self.where}-{self.name}-{self.row.uid.hex[-12:]}"


def is_typed(kind: Any) -> bool:
    """Has it an editor here? A list of links has none, a link to one record of any type has."""
    return getattr(kind, "kind", "part") not in NOT_TYPED or kind.is_single


def field_of(actor: Actor, record_type: RecordType, row: Row, name: str, where: str) -> Field:
    """A field with what this actor may do with it."""
    kind = record_type.fields.get(name) or record_type.parts[name]
    may_edit = (
        row.may_edit
        and not row.removed
        and getattr(kind, "editable", True)
        and is_typed(kind)
        and name not in actor.rights.protects(record_type.key)
        and getattr(row.get(name), "is_reachable", True)
    )
    return Field(record_type, row, name, kind, where, may_edit)


@signed_in
def field(request: HttpRequest, type_key: str, uid: Any, name: str) -> HttpResponse:
    """GET shows a field or its editor (?edit=1, and ?in=list); POST saves it."""
    record_type = catalogue()[type_key]
    actor = actor_of(request)
    row = find_one(actor, record_type, uid, columns=_columns(actor, record_type, name))
    given = request.GET.get("in", "rail")
    one = field_of(actor, record_type, row, name, given if given in PLACES else "rail")
    if request.method == "POST":
        return _save(request, one)
    wants_editor = "edit" in request.GET or one.where == "list"
    if wants_editor and "show" not in request.GET and one.may_edit:
        cell = forms.cell(one.kind, name, one.value, context_of(request))
        return _editor(request, one, cell, row.version)
    return fragment(request, "field.html", "show", field=one)


def _columns(actor: Actor, record_type: RecordType, name: str) -> tuple[str, ...]:
    """The field asked for, and the title for messages where it may be seen."""
    seen = visible(actor, record_type)
    return tuple(dict.fromkeys([name, *({record_type.title} & seen)]))


def _save(request: HttpRequest, one: Field) -> HttpResponse:
    actor, post = actor_of(request), request.POST
    sent = forms.read(one.kind, one.name, post)
    version = version_of(post.get("version", ""))
    try:
        raw = linking.settled(actor, one.kind, sent)
        values = {one.name: raw}
        saved = write(
            actor, one.type, one.row.uid, values, version=version, key=post.get("key", "")
        )
    except Conflict as clash:
        if not clash.clashes:
            raise  # it changed again and again: nothing to choose between
        return conflict.screen(request, one, clash, _as_text(raw))
    except ValidationError as error:
        return _refused(request, one, sent, version, error)
    fresh = find_one(actor, one.type, one.row.uid, _columns(actor, one.type, one.name))
    shown = field_of(actor, one.type, fresh, one.name, one.where)
    response = fragment(request, "field.html", "show", field=shown)
    if saved.changed:
        message = _("%(label)s saved.") % {"label": one.label}
        response.write(toast_html(request, message, saved.batch))
        response["HX-Trigger"] = "k:changed"
    return response


def version_of(given: str) -> int | None:
    """The version an editor was opened with; a page of ours always sends it as it came."""
    if given and not (given.isascii() and given.isdigit() and len(given) < 10):
        raise ValidationError(_("This form is damaged. Reload the page, then repeat your change."))
    return int(given) if given else None


def _refused(
    request: HttpRequest, one: Field, sent: Any, version: int | None, error: ValidationError
) -> HttpResponse:
    """The editor again, with what was typed and what to do about it."""
    message = " ".join(error.messages)
    cell = forms.refused(one.kind, one.name, sent, message, context_of(request))
    return _editor(request, one, cell, version or one.row.version, status=422)


def _editor(
    request: HttpRequest, one: Field, cell: forms.Cell, version: int, *, status: int = 200
) -> HttpResponse:
    forms.focus([cell])
    return fragment(
        request, "field.html", "edit", status=status,
        field=one, cell=cell, version=version, key=str(uuid7()),
    )  # fmt: skip


def _as_text(raw: Any) -> str:
    return raw if isinstance(raw, str) else orjson.dumps(raw).decode()
