"""What is set for the whole company, changed: checked field by field, noted, all or nothing."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict, replace
from zoneinfo import available_timezones

from babel.core import get_global
from django.db import transaction
from django.utils.translation import gettext as _

from kartotek.core import workspace as kept
from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.security import note
from kartotek.core.workspace import WorkspaceFacts, settle_in
from kartotek.core.write import write

FIELDS = ("name", "country", "language", "zone")
LONGEST_NAME = 120  # letters, as of a department


def may_change(actor: Actor) -> bool:
    """Who decides over people decides over the company."""
    return actor.rights.scope("members", "edit") == "all"


def change_company(
    actor: Actor, sent: Mapping[str, str], languages: Container[str]
) -> tuple[str, ...]:
    """Set what was sent; the names of the fields that are others than before.

    `languages` are the codes that may be chosen. ValidationError says by field what cannot be,
    PermissionDenied who may not; then nothing has changed.
    """
    if not may_change(actor):
        raise PermissionDenied(_("Only an administrator sets up the company. Ask one."))
    kept.forget()  # what stands in the table is what is changed
    before = kept.workspace()
    after = _checked(before, sent, languages)
    changed = tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))
    if not changed:
        return ()
    try:
        with transaction.atomic():
            settle_in(after.name, after.country, after.language, after.zone)
            if "name" in changed:
                _rename(actor, before.name, after.name)
            was, now = asdict(before), asdict(after)
            told = "; ".join(f"{name}: {was[name] or '–'} → {now[name]}" for name in changed)
            note("company_changed", actor=actor, changed=told)
    finally:
        kept.forget()  # a change that was rolled back must not be remembered
    return changed


def _checked(
    before: WorkspaceFacts, sent: Mapping[str, str], languages: Container[str]
) -> WorkspaceFacts:
    """The facts as they are to be; what stays as it is was right once."""

    def tidy(name: str) -> str:
        typed = " ".join(sent.get(name, getattr(before, name)).split())
        return "".join(filter(str.isprintable, typed))

    after = replace(before, name=tidy("name"), country=tidy("country").upper(),
                    language=tidy("language"), zone=tidy("zone"))  # fmt: skip
    wrong = {
        "name": _name_refusal(after.name),
        "country": "" if after.country in get_global("territory_zones")
        else _("Choose one of the countries."),
        "language": "" if after.language in languages else _("Choose one of the languages."),
        "zone": "" if after.zone in available_timezones() else _("Choose one of the time zones."),
    }  # fmt: skip
    refused = {
        name: why
        for name, why in wrong.items()
        if why and (name == "name" or getattr(before, name) != getattr(after, name))
    }
    if refused:
        raise ValidationError(refused)
    return after


def _name_refusal(name: str) -> str:
    if not name:
        return _("Type the name of your company.")
    if len(name) > LONGEST_NAME:
        return _("A name has at most %(most)s letters.") % {"most": LONGEST_NAME}
    return ""


def _rename(actor: Actor, old: str, new: str) -> None:
    """The department that is the company itself goes by its new name."""
    found = find(actor, "departments", Question(columns=("name", "parent"), size=500))
    own = [row.uid for row in found if row["name"] == old and not row["parent"]]
    if own:
        write(actor, "departments", own[0], {"name": new})
