"""Many records in one request: what became of each, as one act that one request takes back."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import idempotency, log, receipts
from kartotek.core.actor import Actor
from kartotek.core.acts import remember
from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.gathering_many import Wish
from kartotek.core.locking import Moved
from kartotek.core.recordtype import RecordType
from kartotek.core.write_many import Outcome, write_many
from kartotek.interfaces.api.body import MOST_BULK, sent
from kartotek.interfaces.api.problems import told
from kartotek.interfaces.api.routing import as_json, key_of, route

MOST_ROWS = 2_000  # what one transaction of the write door takes
IN_A_ROW = ("uid", "version", "values")
NAMED = 20  # malformed rows told of in one answer
LARGEST_VERSION = 2**31 - 1


def _bulk(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    body = sent(request, MOST_BULK)
    rows = _rows(body)
    # To change many at once is a right of its own; to add them one by one is open anyway.
    acting = actor.because("api", uuid7()).within(record_type.key, "edit", "bulk_edit")
    answer = idempotency.answered_once(
        actor, key_of(request), [record_type.key, "bulk", rows],
        lambda: _written(acting, record_type, rows),
    )  # fmt: skip
    return as_json(answer, 207 if answer["refused"] else 200)


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows as they were sent; ValidationError names those that are none."""
    unknown = [name for name in body if name != "rows"]
    if unknown:
        raise ValidationError({unknown[0][:60]: _("Send the records as “rows”, and nothing else.")})
    rows = body.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        raise ValidationError(
            {"rows": _("Send a list of 1 to %(most)s rows.") % {"most": MOST_ROWS}}
        )
    errors = {f"rows.{place}": why for place, row in enumerate(rows) if (why := _wrong(row))}
    uids = [_as_uid(row.get("uid")) if isinstance(row, dict) else None for row in rows]
    times = Counter(uids)
    for place, uid in enumerate(uids):
        if uid is not None and times[uid] > 1:
            errors[f"rows.{place}"] = _("This uid stands in more than one row. Send it once.")
    if errors:
        raise ValidationError({name: errors[name] for name in list(errors)[:NAMED]})
    return rows


def _wrong(row: Any) -> str:
    """Why this is no row; "" where it is one. Its values are for the write door to judge."""
    if not isinstance(row, dict) or not isinstance(row.get("values"), dict):
        return _("A row is an object with “values”.")
    if unknown := [name for name in row if name not in IN_A_ROW]:
        return _("A row has no “%(name)s”. It has: %(known)s.") % {
            "name": unknown[0][:60], "known": ", ".join(IN_A_ROW)}  # fmt: skip
    version = row.get("version")
    is_version = type(version) is int and 1 <= version <= LARGEST_VERSION
    if version is not None and not is_version:
        return _("A version is the number that the record came with.")
    if version is not None and row.get("uid") is None:
        return _("A version belongs to a uid. Send both, or neither.")
    return "" if row.get("uid") is None or _as_uid(row["uid"]) else _("This is no uid.")


def _as_uid(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _written(actor: Actor, record_type: RecordType, rows: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        outcomes = write_many(actor, record_type, [_wish(row) for row in rows])
    except Moved:  # others changed the same records, again and again
        raise Conflict([], 0) from None
    with transaction.atomic():
        answer = _figures(actor, record_type, outcomes)
    results = [
        _result(outcome, named=row.get("uid") is not None)
        for outcome, row in zip(outcomes, rows, strict=True)
    ]
    return {**answer, "results": results}


def _wish(row: dict[str, Any]) -> Wish:
    """A row with a version changes what is there; without one it makes what is not there yet."""
    uid, version = _as_uid(row.get("uid")), row.get("version")
    return Wish(uid or uuid7(), row["values"], version, only_change=version is not None)


def _figures(actor: Actor, record_type: RecordType, outcomes: list[Outcome]) -> dict[str, Any]:
    """How many rows became what, as the log tells it; the act is named and its receipt kept."""
    assert actor.batch is not None
    did = Counter(outcome.did for outcome in outcomes)
    verbs = log.verbs_of_batch(actor.batch, record_type.key)
    figures = {
        "rows": len(outcomes),
        "created": verbs.get("create", 0),
        "updated": verbs.get("update", 0),
        "unchanged": did["unchanged"],
    }
    batch = receipt = None
    if verbs:
        batch, label = actor.batch, str(record_type.plural)
        receipt = receipts.record(
            "bulk", label, actor, **figures, failed=did["refused"], batch=batch
        )
        remember(actor, batch, None, label)
    names = {"batch": batch and str(batch), "receipt": receipt and str(receipt)}
    return {**names, **figures, "refused": did["refused"]}


def _result(outcome: Outcome, *, named: bool) -> dict[str, Any]:
    if outcome.error is None:
        return {"uid": str(outcome.uid), "did": outcome.did, "version": outcome.version}
    uid = str(outcome.uid) if named else None
    return {"uid": uid, "did": "refused", "problem": told(outcome.error)}


the_bulk = route(POST=_bulk)
