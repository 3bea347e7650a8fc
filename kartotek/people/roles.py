"""The five built-in roles: for each verb the widest scope. Roles made by hand come later."""

from __future__ import annotations

from kartotek.core.actor import EVERYTHING, VERBS, Rights

# What the company is made of: read by all, changed by few.
_COMPANY = ("members", "departments", "customfields")
_LOOK = {"view": "all"}
_PERSONAL = ("savedviews",)  # everybody keeps their own; what is shared is open by its declaration
_OWN = dict.fromkeys(("view", "create", "edit", "remove", "see_history"), "own")


def _rights(**scopes: str) -> Rights:
    verbs = {"*": {verb: scopes.get(verb, "none") for verb in VERBS}}
    verbs.update({key: {**dict.fromkeys(VERBS, "none"), **_LOOK} for key in _COMPANY})
    verbs.update({key: {**dict.fromkeys(VERBS, "none"), **_OWN} for key in _PERSONAL})
    return Rights(verbs=verbs)


BUILT_IN: dict[str, Rights] = {
    "administrator": EVERYTHING,
    "manager": _rights(
        view="all", create="all", edit="all", remove="all", export="all", bulk_edit="all",
        merge="all", see_history="all", undo_others="department", **{"import": "all"},
    ),
    "sales": _rights(
        view="department", create="department", edit="department", remove="own",
        see_history="department", merge="own", bulk_edit="own", export="none",
        **{"import": "own"},
    ),
    "service": _rights(
        view="all", create="all", edit="department", remove="own", see_history="all",
    ),
    "read_only": _rights(view="all", see_history="all"),
}  # fmt: skip


def rights_of(role: str) -> Rights:
    """The rights of a role's key; an unknown one has none."""
    return BUILT_IN.get(role, Rights())
