"""The trash: what was removed, by type, each with the button that brings it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web.frame import actor_of, fragment, is_partial, page, signed_in
from kartotek.interfaces.web.menu import TRASH, may


@signed_in
def trash(request: HttpRequest) -> HttpResponse:
    """Removed records of one type, the last removed first."""
    actor = actor_of(request)
    types = [one for one in catalogue() if may(actor, one, "view")]
    types.sort(key=lambda one: (not one.scoped, not one.in_menu))
    shown = _chosen(types, request.GET.get("type", ""))
    values = {"types": types, "type": shown, "rows": [], "next": "", "here": TRASH}
    if shown:
        found = find(actor, shown, _question(actor, shown, request.GET.get("after", "")))
        values |= {"rows": found.rows, "next": found.next}
    if is_partial(request):
        block = "more" if request.GET.get("after") else "list"
        return fragment(request, "trash.html", block, **values)
    return page(request, "trash.html", **values)


def _chosen(types: list[RecordType], key: str) -> RecordType | None:
    found = [one for one in types if one.key == key] if key else types
    if key and not found:
        raise NotFound(_("There is nothing called “%(key)s” here.") % {"key": key[:60]})
    return found[0] if found else None


def _question(actor: Actor, record_type: RecordType, after: str) -> Question:
    hidden = actor.rights.hides(record_type.key)
    wanted = (record_type.title, "changed_at", "changed_by")
    columns = tuple(name for name in wanted if name not in hidden)
    newest = "-changed_at" if "changed_at" in record_type.sort_names else ""
    return Question(removed=True, columns=columns, sort=newest, after=after)
