"""Settings, Privacy: what tells of people here, how long it is kept, and who was erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from kartotek.core import erased, retention
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Condition, Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.retention import Due, act, due, shown_since
from kartotek.core.retention_rule import ERASE
from kartotek.core.viewing import view_of
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import context_of, page, signed_in
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.interfaces.web.questions import asked
from kartotek.pages.settings.admitting import admitted

ONLY = _lazy("Only an administrator sets how long data are kept. Ask one.")

TEMPLATE, RULE = "pages/privacy/settings.html", "pages/privacy/rule.html"
SHOWN = 50  # of who was erased, the last ones


@dataclass(frozen=True)
class Kept:
    """One rule as the page shows it; `due` is None where its view is gone, with the reason."""

    row: Row
    label: str
    due: Due | None
    why: str = ""


@signed_in
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held of people, the rules with what is due by each, and the list of erased ones."""
    actor = admitted(request, ONLY, retention.TYPE)
    rules = find(actor, retention.TYPE, Question(size=LARGEST_PAGE))
    gone = erased.every()
    told = {
        "here": SETTINGS, "types": _personal(), "rules": [_kept(actor, row) for row in rules],
        "gone": [(one, _label(one.type)) for one in gone[::-1][:SHOWN]], "count": len(gone),
        "type_key": retention.TYPE,
    }  # fmt: skip
    return page(request, TEMPLATE, **told)


def _personal() -> list[tuple[RecordType, str]]:
    return [
        (one, ", ".join(str(kind.label) for kind in one.personal))
        for one in catalogue()
        if one.personal
    ]


def _kept(actor: Actor, row: Row) -> Kept:
    try:
        return Kept(row, _label(row["on"]), _due(actor, row))
    except (NotFound, ValidationError) as error:
        why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return Kept(row, _label(row["on"]), None, why)


def _label(key: str) -> str:
    return str(catalogue()[key].plural) if key in catalogue() else key


def _due(actor: Actor, row: Row) -> Due:
    return due(actor, row.uid, _conditions(actor, row))


def _conditions(actor: Actor, row: Row) -> tuple[Condition, ...]:
    """The filters of the view that a rule is limited to. NotFound where the view is gone."""
    named = row["view"]
    if not named:
        return ()
    if named.removed or named.uid is None:
        raise NotFound(_("The view of this rule is gone. Choose another, or none."))
    view = view_of(actor, named.uid)
    if view.on != row["on"]:
        raise ValidationError(_("The view of this rule is of other records. Choose another."))
    question = asked(QueryDict(view.query)).question((), count=False)
    if question.words:
        raise ValidationError(_("A view with words to search for limits no rule. Use filters."))
    return tuple(one for one in question.where if isinstance(one, Condition))


@signed_in
def rule(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET lists what is due by a rule; POST asks a second time, then does it."""
    actor = admitted(request, ONLY, retention.TYPE)
    rows = find(actor, retention.TYPE, Question(uids=(uid,)))
    if not rows.rows:
        raise NotFound(_("There is no such rule any more."))
    row = rows.rows[0]
    now = _due(actor, row)
    if request.method != "POST":
        return _listed(request, now, step=1)
    if "seal" not in request.POST:
        return _listed(request, now, step=2)
    try:
        done = act(actor, now, request.POST.get("seal", ""))
    except ValidationError as error:
        return _listed(request, now, step=1, error=" ".join(error.messages))
    if done.receipt is not None:
        return HttpResponseRedirect(url("erased", args=[done.receipt]))
    return HttpResponseRedirect(f"{url('retention', args=[uid])}?done={done.records}")


def _listed(request: HttpRequest, now: Due, *, step: int, error: str = "") -> HttpResponse:
    context, record_type = context_of(request), catalogue()[now.rule["on"]]
    done = request.GET.get("done", "")
    told: dict[str, Any] = {
        "here": SETTINGS, "due": now, "type": record_type, "step": step, "error": error,
        "rows": [(row, shown_since(now, row, context)) for row in now.page],
        "since": record_type.fields[now.rule["since"]].label,
        "erases": now.rule["act"] == ERASE, "type_key": retention.TYPE, "done": _said(done),
    }  # fmt: skip
    return page(request, RULE, status=422 if error else 200, **told)


def _said(count: str) -> str:
    if not (count.isascii() and count.isdigit() and len(count) < 6):
        return ""
    text = ngettext("%(count)s record lies in the trash now.",
                    "%(count)s records lie in the trash now.", int(count))  # fmt: skip
    return text % {"count": count}
