"""The pages that belong to no record type: the way in, the keys, and taking back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kartotek.core import log
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.find import find_one
from kartotek.core.undo import Undone
from kartotek.core.undo import undo as take_back
from kartotek.interfaces.web.frame import actor_of, fragment, is_partial, page, signed_in, toast
from kartotek.interfaces.web.menu import types_in_menu

TITLE = 60  # letters of a title that a toast shows


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first list of the menu."""
    lists = types_in_menu(actor_of(request))
    return HttpResponseRedirect(reverse("list", args=[lists[0].key]) if lists else reverse("keys"))


@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """Every key there is; the list writes itself from the menu and the declared actions."""
    if is_partial(request):
        return fragment(request, "keys.html", "keys")
    return page(request, "keys.html", here="keys")


@require_POST
@signed_in
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take back one act; `redo` tells that the act was itself an undo."""
    undone = take_back(actor_of(request), batch)
    redone = request.GET.get("redo") == "1"
    if not undone.records:
        message = _("Nothing was changed.") if undone.kept else _("There was nothing to take back.")
        return toast(request, message, remarks=_kept(undone))
    message = _("Brought back: %(what)s.") if redone else _("Undone: %(what)s.")
    what = _what(actor_of(request), undone)
    return toast(
        request, message % {"what": what}, undone.batch, redo=not redone, remarks=_kept(undone)
    )


def _what(actor: Actor, undone: Undone) -> str:
    """What an undo changed, in the words of the one record, or as a number of them."""
    changes = log.of_batch(undone.batch, None, 2)
    if len(changes) != 1:
        return ngettext("%(n)s record", "%(n)s records", undone.records) % {"n": undone.records}
    change, record_type = changes[0], catalogue()[changes[0].type]
    title = find_one(actor, record_type, change.uid, (record_type.title,)).title[:TITLE]
    if "removed" in change.after:
        gone = change.after["removed"]
        said = _("%(title)s is in the trash") if gone else _("%(title)s is there again")
        return said % {"title": title}
    labels = {**record_type.fields, **record_type.parts}
    seen = visible(actor, record_type)
    fields = [str(labels[name].label) for name in change.after if name in labels and name in seen]
    return _("%(fields)s of %(title)s") % {"fields": ", ".join(fields[:3]), "title": title}


def _kept(undone: Undone) -> list[str]:
    """What was left as it is, and why: one line a field, at most three."""
    lines = []
    for one in undone.kept[:3]:
        record_type = catalogue()[one.type]
        kind = record_type.fields.get(one.field) or record_type.parts.get(one.field)
        label = kind.label if kind else record_type.label
        lines.append(_("%(what)s was kept: %(why)s") % {"what": label, "why": one.reason})
    return lines
