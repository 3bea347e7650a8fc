"""Rows that probably are records that are here already: listed, and what to do with each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kartotek.core.drafts import Draft
from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.twins import DECISIONS, LEAVE, UPDATE, Twin

SHOWN = 100  # rows of the list; what is chosen for all of them holds for the others too


def twins_of(draft: Draft) -> dict[str, Any]:
    """The list as the page shows it: what was decided stays in it, to be changed."""
    found = _all(draft)
    return {
        "twins": found[:SHOWN], "twins_more": len(found) - SHOWN,
        "twin_choices": [
            ("", _("Create all the same")), (UPDATE, _("Update that record")),
            (LEAVE, _("Leave the row out")),
        ],
        "twin_rows": draft.receipt.get("twin_rows", 0),
    }  # fmt: skip


def decided(draft: Draft, sent: QueryDict) -> dict[str, Any]:
    """The settings of a draft with what was posted for its list."""
    before, chosen = Decisions.of(draft.settings), {}
    for place, one in enumerate(_all(draft)):
        usual = one.do if place < SHOWN else ""
        do = sent.get("twins") or sent.get(f"twin-{one.line}", usual)
        if do == "create":
            do = ""
        if do not in DECISIONS:
            raise ValidationError(_("There is no such choice any more. Look at the page again."))
        if do:
            chosen[one.line] = replace(one, do=do)
    return {**draft.settings, **replace(before, twins=chosen).plain()}


def _all(draft: Draft) -> list[Twin]:
    found = {one["line"]: Twin.of(one) for one in draft.receipt.get("twins", ())}
    found |= Decisions.of(draft.settings).twins
    return [found[line] for line in sorted(found)]
