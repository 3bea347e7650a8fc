"""What the page of the columns decides beside them: what to do with a record that is here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kartotek.core.drafts import Draft
from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.dates import ORDERS, labels_of_orders
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.rules import OF_A_COLUMN, WHOLE, labels_of_match
from kartotek.interfaces.web.bringing.files_room import Recognised


def decided_of(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """The settings of a draft with what was posted for them; what was not stays."""
    decided = Decisions.of(draft.settings)
    if request.POST.get("type", draft.type) != draft.type:
        decided = replace(decided, twins={})  # they are records of another type
    if "match" in request.POST:
        matches = {place: rule for place, rule in _by_place(request, "match").items() if rule}
        _refuse_unknown([request.POST["match"]], WHOLE)
        _refuse_unknown(matches.values(), OF_A_COLUMN)
        decided = replace(decided, match=request.POST["match"], matches=matches)
    if dates := _by_place(request, "dates"):
        _refuse_unknown(dates.values(), ORDERS)
        decided = replace(decided, dates=dates)
    if "make-offered" in request.POST:
        decided = replace(decided, make="make" in request.POST)
    return {**draft.settings, **decided.plain()}


def shown(draft: Draft, found: Recognised) -> dict[str, Any]:
    """What the page of the columns shows of it; records are made unless one says otherwise."""
    decided = Decisions.of(draft.settings)
    return {
        "offered": found.made, "make": decided.make or "make" not in draft.settings,
        "date_orders": labels_of_orders(),
        "match": decided.match, "matches": decided.matches,
        "match_labels": labels_of_match(whole=True),
        "match_labels_of_a_column": labels_of_match(whole=False),
    }  # fmt: skip


def _by_place(request: HttpRequest, word: str) -> dict[int, str]:
    """Place → what was posted for the column, under names such as "match-3"."""
    start = f"{word}-"
    return {
        int(name.removeprefix(start)): str(value)
        for name, value in request.POST.items()
        if name.startswith(start) and name.removeprefix(start).isdecimal()
    }


def _refuse_unknown(given: Any, known: tuple[str, ...]) -> None:
    if not set(given) <= set(known):
        raise ValidationError(_("There is no such choice any more. Look at the page again."))
