"""Roles: what the people of one kind of work may see and do, set by pointing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

from kartotek.core.actor import SCOPES, VERBS, Rights
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.measure import Measure, measure
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.saved import Saved
from kartotek.core.write import write
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import (
    actor_of,
    is_partial,
    page,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.pages.settings.admitting import admitted
from kartotek.people.grants import EVERYTHING, GUARD_LABELS, SCOPE_LABELS, VERB_LABELS
from kartotek.people.roles import Known, known, made_of, start_of
from kartotek.people.shipped import ADMINISTRATOR

ONLY = _lazy("Only an administrator changes roles. Ask one.")

TEMPLATE, FORM = "pages/settings/roles.html", "pages/settings/role.html"
_NEW = Known("", "", "", Rights(verbs={"*": {**dict.fromkeys(VERBS, "none"), "view": "own"}}))


@dataclass(frozen=True)
class Listed:
    """One role as the list shows it."""

    role: Known
    count: int

    @property
    def is_fixed(self) -> bool:
        return self.role.key == ADMINISTRATOR


@dataclass(frozen=True)
class Part:
    """What a role may do with one type of records: a scope for each verb, a guard for fields."""

    key: str
    label: str
    icon: str
    scopes: dict[str, str]
    guards: dict[str, tuple[str, str, dict[str, Any]]]  # field → label, guard, those to choose

    @property
    def told(self) -> str:
        """The whole in a few words."""
        if self.scopes["view"] == "none":
            return _("not seen")
        verbs = [verb for verb in VERBS if self.scopes[verb] != "none"]
        widest: dict[str, list[str]] = {}
        for verb in verbs:
            widest.setdefault(self.scopes[verb], []).append(str(VERB_LABELS[verb]))
        said = [f"{SCOPE_LABELS[scope]}: {', '.join(widest[scope])}"
                for scope in reversed(SCOPES) if scope in widest]  # fmt: skip
        kept = sum(guard != "" for _label, guard, _choice in self.guards.values())
        return "; ".join(
            [*said, *([_("%(count)s fields guarded") % {"count": kept}] if kept else [])]
        )


@signed_in
def roles(request: HttpRequest) -> HttpResponse:
    """Every role, and how many people have it."""
    actor = admitted(request, ONLY, "roles")
    counted = measure(actor, "members", Measure(by=("role",), most=500))
    counts = {one.keys[0]: one.count for one in counted.groups}
    listed = [Listed(one, counts.get(key, 0)) for key, one in known().items()]
    return piece_or_page(request, TEMPLATE, "roles", here=SETTINGS, roles=listed)


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """GET gives the form of a new role, like the one that `like` names; POST makes it."""
    admitted(request, ONLY, "roles")
    like = known().get(request.GET.get("like", ""), _NEW)
    if request.method != "POST":
        return _form(request, None, like, {}, {})
    return _saved(request, None, like)


@signed_in
def one(request: HttpRequest, key: str) -> HttpResponse:
    """GET gives the form of one role; POST changes it."""
    admitted(request, ONLY, "roles")
    role = _role(key)
    if request.method != "POST":
        return _form(request, role, role, {}, {})
    return _saved(request, role, role)


@require_POST
@signed_in
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """An added role goes into the trash; a delivered one is again as it was."""
    actor, role = admitted(request, ONLY, "roles"), _role(key)
    if role.uid is None:
        raise ValidationError(_("This role is as it was delivered."))
    saved = remove(actor, "roles", role.uid)
    if not is_partial(request):
        return HttpResponseRedirect(url("roles"))
    told = _("“%(name)s” is again as it was delivered.") if role.is_shipped else _(
        "Role “%(name)s” removed.")  # fmt: skip
    return toast(request, told % {"name": role.label}, saved.batch)


def _role(key: str) -> Known:
    found = known().get(key)
    if found is None or key == ADMINISTRATOR:
        raise NotFound(_("There is no such role, or it cannot be changed."))
    return found


def _saved(request: HttpRequest, role: Known | None, like: Known) -> HttpResponse:
    sent = request.POST
    values = {
        "name": sent.get("name", "").strip(),
        "about": sent.get("about", "").strip(),
        "start": sent.get("start", "").strip(),
        "grants": _grants(request, like.rights),
        "guards": _guards(request, like.rights),
    }
    try:
        saved = _write(request, role, values)
    except ValidationError as error:
        return _form(request, role, like, values, errors_of(error))
    message = _("Role “%(name)s” saved.") % {"name": values["name"]}
    if not is_partial(request):
        return HttpResponseRedirect(url("roles"))
    response = toast(request, message, saved.batch)
    response["HX-Trigger"] = "k:changed"
    return response


def _write(request: HttpRequest, role: Known | None, values: dict[str, Any]) -> Saved:
    actor, key = actor_of(request), request.POST.get("key", "")
    if role is not None and role.uid is not None:
        version = int(request.POST.get("version") or role.version)
        return write(actor, "roles", role.uid, values, version=version, key=key)
    # The first change of a role that was delivered.
    named = {"key": role.key} if role is not None else {}
    return write(actor, "roles", None, {**named, **values}, key=key)


def _types() -> list[RecordType]:
    """The types that a role is asked for one by one: those of the menu, the business first."""
    return sorted((one for one in catalogue() if one.in_menu), key=lambda one: not one.scoped)


def _grants(request: HttpRequest, before: Rights) -> list[dict[str, str]]:
    """A line for each verb of each type that was asked; what was not asked stays as it was."""
    lines = []
    for on in [EVERYTHING, *(one.key for one in _types())]:
        for verb in VERBS:
            scope = request.POST.get(f"{on}.{verb}", before.scope(on, verb))
            if scope in SCOPES:
                lines.append({"on": on, "verb": verb, "scope": scope})
    return lines


def _guards(request: HttpRequest, before: Rights) -> list[dict[str, str]]:
    lines = []
    for record_type in _types():
        for name in _guardable(record_type):
            now = request.POST.get(
                f"{record_type.key}.field.{name}", _guard(before, record_type.key, name)
            )
            if now in GUARD_LABELS:
                lines.append({"on": record_type.key, "field": name, "guard": now})
    return lines


def _guard(rights: Rights, on: str, name: str) -> str:
    if name in rights.masks(on):
        return "masked"
    if name in rights.hides(on):
        return "hidden"
    return "read_only" if name in rights.protects(on) else ""


def _guardable(record_type: RecordType) -> dict[str, str]:
    """The fields that may be guarded, with their labels: not the one that records are known by."""
    kinds = {**record_type.fields, **record_type.parts}
    named = [name for group in record_type.form_groups for name in group if name in kinds]
    return {name: str(kinds[name].label) for name in named if name != record_type.title}


def _parts(rights: Rights) -> list[Part]:
    found = []
    for one in _types():
        scopes = {verb: rights.scope(one.key, verb) for verb in VERBS}
        fields = {
            name: (
                label,
                _guard(rights, one.key, name),
                {guard: told for guard, told in GUARD_LABELS.items()
                 if guard != "masked" or name in one.fields},
            )
            for name, label in _guardable(one).items()
        }  # fmt: skip
        found.append(Part(one.key, str(one.plural), one.icon, scopes, fields))
    rest = {verb: rights.scope(EVERYTHING, verb) for verb in VERBS}
    return [*found, Part(EVERYTHING, _("Everything else"), "ellipsis", rest, {})]


def _form(
    request: HttpRequest,
    role: Known | None,
    like: Known,
    values: dict[str, Any],
    errors: dict[str, str],
) -> HttpResponse:
    rights = made_of(values["grants"], values["guards"]) if values else like.rights
    named = {"name": "", "about": "", "start": ""}
    if role is not None:
        named = {"name": str(role.label), "about": str(role.about), "start": start_of(role.key)}
    return page(
        request, FORM, status=422 if errors else 200, here=SETTINGS, role=role,
        values={**named, **values}, errors=errors, parts=_parts(rights), verbs=VERB_LABELS,
        scopes=SCOPE_LABELS, lists=[(one.key, str(one.plural)) for one in _types()],
        key=request.POST.get("key") or str(uuid7()),
        version=request.POST.get("version") or (role.version if role else ""),
    )  # fmt: skip
