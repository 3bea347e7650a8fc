"""What is set for the whole company, changed: checked field by field, noted, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from zoneinfo import available_timezones

from babel.core import get_global
from django.db import transaction
from django.utils.translation import gettext as _

from kartotek.core import workspace as kept
from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.logo import remove_logo, set_logo
from kartotek.core.question import Question
from kartotek.core.security import note
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.write import write
from kartotek.people.company_settings import SETTINGS, checked_settings, shown, typed

FIELDS = ("name", "country", "language", "zone")
LONGEST_NAME = 120  # letters, as of a department
KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "image/svg+xml": "SVG"}


def may_change(actor: Actor) -> bool:
    """Who decides over people decides over the company."""
    return actor.rights.scope("members", "edit") == "all"


def change_company(
    actor: Actor,
    sent: Mapping[str, str],
    languages: Collection[str],
    *,
    logo: bytes | None = None,
    drops_logo: bool = False,
) -> tuple[str, ...]:
    """Set what was sent; the names of the fields that are others than before.

    `languages` are the codes that may be chosen; `logo` the bytes of another one, and `drops_logo`
    takes the present one away. ValidationError says by field what cannot be, PermissionDenied who
    may not; then nothing has changed.
    """
    if not may_change(actor):
        raise PermissionDenied(_("Only an administrator sets up the company. Ask one."))
    try:
        with transaction.atomic():
            kept.hold()
            kept.forget()  # what stands in the table is what is changed
            before = kept.workspace()
            after = _checked(before, sent, languages)
            told = _told(before, after)
            _store(actor, before, after)
            told |= _other_logo(before, logo, drops_logo)
            if told:
                lines = [f"{name}: {was} → {now}" for name, (was, now) in told.items()]
                note("company_changed", actor=actor, changed="; ".join(lines))
    finally:
        kept.forget()  # a change that was rolled back must not be remembered
    return tuple(told)


def _told(before: WorkspaceFacts, after: WorkspaceFacts) -> dict[str, tuple[str, str]]:
    """What is another than before: by name, as it was and as it is."""
    was, now = ({name: str(getattr(one, name)) for name in FIELDS}
                | {name: typed(one.settings, name) for name in SETTINGS}
                for one in (before, after))  # fmt: skip
    return {name: (shown(was[name]), shown(now[name])) for name in was if was[name] != now[name]}


def _store(actor: Actor, before: WorkspaceFacts, after: WorkspaceFacts) -> None:
    if any(getattr(before, name) != getattr(after, name) for name in FIELDS):
        settle_in(after.name, after.country, after.language, after.zone)
    if before.settings != after.settings:
        kept.keep_settings(after.settings)
    if before.name != after.name:
        _rename(actor, before.name, after.name)


def _other_logo(
    before: WorkspaceFacts, data: bytes | None, is_dropped: bool
) -> dict[str, tuple[str, str]]:
    was = shown(before.logo[:8])
    if data is not None:
        try:
            found = set_logo(data)
        except ValidationError as refused:
            raise ValidationError({"logo": " ".join(refused.messages)}) from None
        now = f"{KINDS[found.media_type]} {found.width} × {found.height}"
        return {} if kept.workspace().logo == before.logo else {"logo": (was, now)}
    return {"logo": (was, shown(""))} if is_dropped and remove_logo() else {}


def _checked(
    before: WorkspaceFacts, sent: Mapping[str, str], languages: Collection[str]
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
    settings, others = checked_settings(after, sent, languages)
    if refused | others:
        raise ValidationError(refused | others)
    return replace(after, settings=settings)


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
