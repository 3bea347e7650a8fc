"""What happened with one record, and what its type declares to be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from kartotek.core.act import act
from kartotek.core.actor import Actor
from kartotek.core.aside import SHARE, Aside
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Ref
from kartotek.core.history import Entry, FieldChange
from kartotek.core.recordtype import RecordType
from kartotek.core.timeline import timeline
from kartotek.core.workspace import workspace
from kartotek.interfaces.api.asking import refuse_unknown, size_of
from kartotek.interfaces.api.body import ref_of
from kartotek.interfaces.api.routing import as_json, as_saved, key_of, route, version_of

ASKED = ("after", "size")


def _history(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID
) -> HttpResponse:
    refuse_unknown(request.GET, ASKED)
    size = size_of(request.GET)
    try:
        page = timeline(
            actor, record_type, uid, workspace().context,
            before=request.GET.get("after", ""), limit=size, only_changes=True,
        )  # fmt: skip
    except ValidationError as error:  # of the cursor, which is called "after" here as in lists
        raise ValidationError({"after": error.messages}) from None
    entries = [_entry(one.entry) for one in page.entries if one.entry is not None]
    return as_json({"entries": entries, "next": page.next or None})


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "at": entry.at,
        "who": entry.who,
        "cause": entry.cause,
        "verb": entry.verb,
        "batch": entry.batch,
        "fields": [_change(one) for one in entry.fields],
        **({entry.verb: _aside(entry.aside)} if entry.aside else {}),
    }


def _aside(told: Aside) -> dict[str, Any]:
    """What changed nothing of the record: whom it was opened to, or by whom it was locked."""
    whom = {"by": ref_of(told.whom)}
    if told.verb == SHARE:
        whom = {"to": told.to, "with": ref_of(told.whom)}
    return {**whom, "before": told.before, "after": told.after}


def _change(change: FieldChange) -> dict[str, Any]:
    line = {"line": change.line} if change.line else {}
    return {"field": change.field, **line,
            "before": _plain(change.was), "after": _plain(change.now)}  # fmt: skip


def _plain(value: Any) -> Any:
    """What stands in the log, its links written as in a record."""
    if isinstance(value, Ref):
        return ref_of(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _act(
    request: HttpRequest, actor: Actor, record_type: RecordType, uid: UUID, action: str
) -> HttpResponse:
    version = version_of(request)
    acting = actor.because("api")
    saved = act(acting, record_type, uid, action, version=version, key=key_of(request))
    return as_saved(actor, record_type, saved, 200)


the_history = route(GET=_history)
the_action = route(POST=_act)
