"""Actions that a record type declares: one way to run them, whoever presses the button."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type
from kartotek.core.errors import NotFound
from kartotek.core.find import find_one
from kartotek.core.question import Row


def act(actor: Actor, named: AnyType, record: Row | UUID | str, name: str) -> Any:
    """Run the action `name` on one record; what it returns, usually a Saved."""
    record_type = the_type(named)
    if name not in record_type.actions:
        raise NotFound(_("There is no action “%(name)s” here.") % {"name": name[:60]})
    row = record if isinstance(record, Row) else find_one(actor, record_type, record)
    return record_type.actions[name].run(record_type, actor, row)
