"""The roles that Kartotek is delivered with: for each verb the widest scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core.actor import EVERYTHING, VERBS, Rights

ADMINISTRATOR = "administrator"
# What the company is made of: read by all, changed by few.
_COMPANY = ("members", "departments", "roles", "customfields", "retentionrules")
_LOOK = {"view": "all"}
_PERSONAL = ("savedviews",)  # everybody keeps their own; what is shared is open by its declaration
_OWN = dict.fromkeys(("view", "create", "edit", "remove", "see_history"), "own")

Verbs = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Shipped:
    """One role as it was delivered."""

    key: str
    label: Any
    about: Any
    rights: Rights


def foundation() -> Verbs:
    """What every role but the administrator may do with the company's own records."""
    verbs: Verbs = {key: {**dict.fromkeys(VERBS, "none"), **_LOOK} for key in _COMPANY}
    verbs.update({key: {**dict.fromkeys(VERBS, "none"), **_OWN} for key in _PERSONAL})
    return verbs


def _rights(**scopes: str) -> Rights:
    return Rights(verbs={"*": {verb: scopes.get(verb, "none") for verb in VERBS}, **foundation()})


_ALL = [
    Shipped(ADMINISTRATOR, _("Administrator"), _("May do everything."), EVERYTHING),
    Shipped(
        "manager", _("Manager"), _("Leads people: sees, changes and exports everything."),
        _rights(
            view="all", create="all", edit="all", remove="all", export="all", bulk_edit="all",
            merge="all", see_history="all", undo_others="department", **{"import": "all"},
        ),
    ),
    Shipped(
        "sales", _("Sales"), _("Sees the customers of their departments."),
        _rights(
            view="department", create="department", edit="department", remove="own",
            see_history="department", merge="own", bulk_edit="own", export="none",
            **{"import": "own"},
        ),
    ),
    Shipped(
        "service", _("Service"), _("Sees every customer, changes those of their departments."),
        _rights(view="all", create="all", edit="department", remove="own", see_history="all"),
    ),
    Shipped(
        "orders", _("Orders"), _("Sees and changes every customer, removes only their own."),
        _rights(view="all", create="all", edit="all", remove="own", see_history="all"),
    ),
    Shipped(
        "executive", _("Executive"), _("Reads and exports everything, changes nothing."),
        _rights(view="all", see_history="all", export="all"),
    ),
    Shipped(
        "read_only", _("Read-only"), _("Reads everything, changes nothing."),
        _rights(view="all", see_history="all"),
    ),
]  # fmt: skip
SHIPPED: dict[str, Shipped] = {one.key: one for one in _ALL}
