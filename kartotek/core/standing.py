"""How work in the background stands that ends in a receipt: for its page, its toast, the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django_tasks.base import Task

from kartotek.core import jobs, receipts
from kartotek.core.actor import Actor
from kartotek.core.errors import NotFound
from kartotek.core.receipts import ReceiptFacts


@dataclass(frozen=True)
class Standing:
    """How far such work has come; `rows` is 0 until its first commit."""

    state: str  # ready, running, done, failed
    rows: int
    done: int
    began: datetime
    receipt: ReceiptFacts | None


def standing(task: Task[..., Any], actor: Actor, job: UUID) -> Standing:
    """How a job of `task` stands, for who asked for it or who undoes what others did. NotFound."""
    facts = jobs.facts(job)
    reaches = jobs.is_of(facts, actor) or actor.rights.scope("*", "undo_others") != "none"
    if facts.task != task.module_path or not reaches:
        raise NotFound(_("There is no such act, or it is not yours to see."))
    receipt = receipts.read(actor, facts.result["receipt"]) if facts.state == "done" else None
    rows, done = facts.progress.get("rows", 0), facts.progress.get("done", 0)
    return Standing(facts.state, rows, done, facts.created_at, receipt)
