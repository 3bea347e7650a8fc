"""Links in forms: which records one may choose, and what was chosen or is to be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.core.search import Hit, search
from kartotek.core.write import write
from kartotek.interfaces.web.forms import Chosen
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in

MOST = 7


@dataclass(frozen=True)
class Option:
    """One record to choose: its name, a line that tells it apart, whether its name was meant."""

    uid: str
    title: str
    line: str
    is_likely: bool = False
    has_face: bool = True


@signed_in
def options(request: HttpRequest, type_key: str) -> HttpResponse:
    """The records whose words begin like what was typed, for the list under a link's input."""
    record_type = catalogue()[type_key]
    actor, text = actor_of(request), request.GET.get("q", "").strip()
    may_make = actor.rights.scope(type_key, "create") != "none" and "new" in request.GET
    found = _searched(request, record_type, text) if text else _first(actor, record_type)
    known = any(words.fold(one.title) == words.fold(text) for one in found)
    return fragment(
        request, "field.html", "options", options=found, target=record_type,
        new=text if may_make and text and not known else "",
    )  # fmt: skip


def _searched(request: HttpRequest, record_type: RecordType, text: str) -> list[Option]:
    context = context_of(request)
    found = []
    for hit in search(actor_of(request), text, types=[record_type.key], limit=MOST):
        shown = [
            record_type.fields[name].show(hit.values.get(name), context)
            for name in (hit.subtitle, hit.line)
            if name in record_type.fields
        ]
        line = " · ".join(part for part in shown if part)
        found.append(Option(str(hit.uid), hit.title or "–", line, begins(hit.title, text)))
    return found


def begins(title: str, text: str) -> bool:
    """Does each word typed begin a word of the title? Others are offered, not taken unasked."""
    known = words.split(title)
    return all(any(one.startswith(word) for one in known) for word in words.split(text))


def _first(actor: Actor, record_type: RecordType) -> list[Option]:
    page = find(actor, record_type, Question(columns=(record_type.title,), size=MOST))
    return [Option(str(row.uid), row.title or "–", "") for row in page]


def settled(actor: Actor, kind: Any, value: Any, *, make: bool = False, key: str = "") -> Any:
    """What was sent with each link made a uid; `make` creates what is named but not there.

    Raises ValidationError where words were typed that name no record.
    """
    if isinstance(kind, Link) and isinstance(value, Chosen):
        return _uid_of(actor, kind, value, make=make, key=key)
    if isinstance(value, Chosen):
        return entries(actor, value)
    fields = getattr(kind, "fields", None)
    if fields is None or not isinstance(value, list):
        return value
    return [
        {
            name: settled(actor, fields.get(name), one, make=make, key=f"{key}.{n}")
            for name, one in row.items()
        }
        if isinstance(row, dict)
        else row  # the door says what is wrong with it
        for n, row in enumerate(value)
    ]


def _uid_of(actor: Actor, kind: Link, chosen: Chosen, *, make: bool, key: str) -> str:
    if chosen.uid or not chosen.text:
        return chosen.uid if chosen.text else ""
    record_type = catalogue()[kind.target]
    for hit in search(actor, chosen.text, types=[kind.target], limit=MOST):
        if words.fold(hit.title) == words.fold(chosen.text):
            return str(hit.uid)
    if make and actor.rights.scope(kind.target, "create") != "none":
        made = write(
            actor, record_type, None, {record_type.title: chosen.text},
            uid=_uuid(chosen.new), key=f"{key}.{kind.name}" if key else "",
        )  # fmt: skip
        return str(made.uid)
    raise ValidationError(
        _("There is no “%(text)s”. Choose one from the list.") % {"text": chosen.text[:60]}
    )


def _uuid(text: str) -> Any:
    try:
        return UUID(text)
    except ValueError:
        return None


def takers(actor: Actor) -> list[RecordType]:
    """The types that take part in relationships, as far as the actor views them."""
    able = (one for one in catalogue() if one.takes_part)
    return [one for one in able if actor.rights.scope(one.key, "view") != "none"]


def entries(actor: Actor, chosen: Chosen) -> list[dict[str, str]] | str:
    """What an editor sent as the write door takes it. ValidationError for words that name none."""
    if not chosen.text or chosen.uid.startswith("["):
        return chosen.uid if chosen.text else []
    type_key, slash, uid = chosen.uid.partition("/")
    if slash:
        return [{"type": type_key, "uid": uid}]
    hit = _meant(actor, chosen.text)
    return [{"type": hit.type, "uid": str(hit.uid)}]


def _meant(actor: Actor, text: str) -> Hit:
    """The one record that is called so."""
    hits = search(actor, text, types=[one.key for one in takers(actor)], limit=MOST)
    same = [hit for hit in hits if words.fold(hit.title) == words.fold(text)]
    if len(same) == 1:
        return same[0]
    if same:
        raise ValidationError(
            _("Several are called “%(text)s”. Choose one from the list.") % {"text": text[:60]}
        )
    raise ValidationError(
        _("There is no “%(text)s”. Choose one from the list.") % {"text": text[:60]}
    )
