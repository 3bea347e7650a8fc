"""Acts taken back: at once, or by a job that can be asked how far it has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kartotek.core import idempotency
from kartotek.core.actor import Actor
from kartotek.core.standing import standing
from kartotek.core.undo import Undone
from kartotek.core.undo_job import undo_batch, undo_or_later
from kartotek.core.undo_receipt import NAMES
from kartotek.interfaces.api.routing import as_json, key_of, route

FIGURES = ("rows", "created", "updated", "unchanged", "skipped", "failed")


def _undo(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    answer = idempotency.answered_once(
        actor, key_of(request), ["undo", str(batch)], lambda: _undone(actor, batch)
    )
    if "job" not in answer:
        return as_json(answer)
    response = as_json(answer, 202)
    response["Location"] = reverse("api-undo", args=[answer["job"]])
    return response


def _undone(actor: Actor, batch: UUID) -> dict[str, Any]:
    done = undo_or_later(actor.because("api"), batch)
    if not isinstance(done, Undone):
        return {"job": str(done), "batch": str(done)}
    kept = [dict(zip(NAMES, one.plain(), strict=True)) for one in done.kept]
    return {"batch": str(done.batch), "records": done.records, "kept": kept}


def _standing(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    now = standing(undo_batch, actor, batch)
    receipt = now.receipt and {
        "uid": str(now.receipt.uid), **{name: getattr(now.receipt, name) for name in FIGURES},
        "kept": now.receipt.detail["kept"], "more": now.receipt.detail["more"],
    }  # fmt: skip
    return as_json({"batch": str(batch), "state": now.state, "changes": now.rows,
                    "done": now.done, "receipt": receipt})  # fmt: skip


the_undo = route(GET=_standing, POST=_undo)
