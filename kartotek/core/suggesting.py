"""The search for duplicates over everything: a job in chunks that leaves suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import alike, candidates, jobs, receipts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import PermissionDenied
from kartotek.core.recordtype import RecordType

CHUNK = 1_000  # pairs compared in one commit
BEAT = 20_000  # records read between two signs of life

Ids = tuple[int, int]


def look_again(actor: Actor, named: AnyType) -> UUID:
    """Put down the job that looks for duplicates among all records of a type; one at a time.

    PermissionDenied for who may merge none of them.
    """
    record_type = the_type(named)
    if actor.rights.scope(record_type.key, "merge") == "none":
        raise PermissionDenied(_("Your role does not merge these. Ask an administrator."))
    asked = {"by": jobs.signed(actor), "type": record_type.key}
    return jobs.put_down(suggest, asked, key=job_key(record_type))


def job_key(record_type: RecordType) -> str:
    return f"alike {record_type.key}"


@task()
@jobs.in_chunks
def suggest(by: dict[str, Any], type: str) -> dict[str, str]:
    """Compare what may be the same, keep what is alike; ends in a receipt."""
    run, record_type = jobs.running(), catalogue()[type]
    found = candidates.candidates(record_type, _beat)
    left = [pair for pair in found.pairs if pair > tuple(run.progress.get("position", ()))]
    for start in range(0, len(left), CHUNK):
        with run.chunk() as progress:
            progress.update(rows=len(found.pairs), stage="comparing")
            _compare(record_type, left[start : start + CHUNK], progress, run.uid)
    with run.chunk() as progress:
        actor = jobs.signer(by).because("alike", run.uid)
        with translation.override(actor.language):
            _drop_stale(record_type, run.uid)
            progress["receipt"] = str(_receipt(actor, record_type, found, progress))
    return {"receipt": run.progress["receipt"]}


def _beat(read: int) -> None:
    """Say that it lives, and how far it has come."""
    run = jobs.running()
    if read - run.progress.get("read", -BEAT) >= BEAT:
        with run.chunk() as progress:
            progress["read"] = read


def _compare(
    record_type: RecordType, pairs: Sequence[Ids], progress: dict[str, Any], run: UUID
) -> None:
    """Score some pairs and keep those that are worth a look; the progress counts each once."""
    sides = candidates.sides_of(record_type, sorted({id for pair in pairs for id in pair}))
    known = _known(record_type, pairs)
    kept = []
    for pair in pairs:
        one, other = sides.get(pair[0]), sides.get(pair[1])
        reasons = alike.reasons(one, other, title=record_type.title) if one and other else []
        score = round(alike.points(reasons), 2)
        if score < alike.SHIPPED.suggest:
            _count(progress, "skipped")
            continue
        was = known.get(pair)
        _count(progress, "created" if was is None else "updated" if was != score else "unchanged")
        told = [[one.field, one.sort, one.percent, one.points] for one in reasons]
        kept.append((pair, score, told))
    _store(record_type, kept, run)
    progress["position"] = list(pairs[-1])
    progress["done"] = progress.get("done", 0) + len(pairs)


def _count(progress: dict[str, Any], what: str) -> None:
    progress[what] = progress.get(what, 0) + 1


def _known(record_type: RecordType, pairs: Sequence[Ids]) -> dict[Ids, float]:
    """The score of those that an earlier search left: their older records lie in one range."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT one, other, score FROM core_suggestion WHERE "type" = %s '
            "AND one >= %s AND one <= %s",
            [record_type.key, pairs[0][0], pairs[-1][0]],
        )
        return {(one, other): score for one, other, score in cursor.fetchall()}


def _store(record_type: RecordType, kept: Sequence[tuple[Ids, float, Any]], run: UUID) -> None:
    """Keep suggestions; what a person said to a pair stays said."""
    speak, now = dialect(), jobs.moment()
    with connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO core_suggestion ("type", one, other, score, reasons, state, at, run) '
            "VALUES (%s, %s, %s, %s, %s, 'open', %s, %s) "
            'ON CONFLICT ("type", one, other) DO UPDATE SET '
            "score = excluded.score, reasons = excluded.reasons, run = excluded.run",
            [
                [record_type.key, *pair, score, jobs.dump(told), now, speak.uid(run)]
                for pair, score, told in kept
            ],
        )


def _drop_stale(record_type: RecordType, run: UUID) -> None:
    """What this search did not find again is no suggestion any more; what was said is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_suggestion WHERE \"type\" = %s AND state = 'open' AND run <> %s",
            [record_type.key, dialect().uid(run)],
        )


def _receipt(
    actor: Actor, record_type: RecordType, found: candidates.Candidates, progress: dict[str, Any]
) -> UUID:
    figures = {
        name: progress.get(name, 0) for name in ("created", "updated", "unchanged", "skipped")
    }
    label = _("Search for duplicates: %(plural)s") % {"plural": record_type.plural}
    return receipts.record(
        "alike", label, actor, rows=progress.get("done", 0), **figures,
        detail={"type": record_type.key, "records": found.records,
                "too_common": found.too_common},
    )  # fmt: skip
