"""Ids in other systems: what another system calls a record, kept so that it is met again."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import refuse, texted
from kartotek.core.fieldtypes.lists import listed
from kartotek.core.fieldtypes.tags import Tags

MOST_IDS = 20
LONGEST_ID = 200  # letters
_FORM = re.compile(r"([a-z0-9][a-z0-9_.-]{0,29}):(.+)", re.DOTALL)


class ExternalIds(Tags):
    """Ids as "system:id", for example "salesforce:0010U000010rDCoQAM"; each once.

    Each is an identifier of the record: an import that brings it again means this record.
    """

    kind = "external_ids"
    operators: tuple[str, ...] = ("empty", "not_empty")

    def parse(self, raw: Any, context: Context) -> tuple[str, ...]:
        if raw is None or raw == "":
            return ()
        given = raw.splitlines() if isinstance(raw, str) else listed(raw)
        found = dict.fromkeys(texted(one).strip() for one in given)
        found.pop("", None)
        for one in found:
            if len(one) > LONGEST_ID or not _FORM.fullmatch(one):
                raise refuse(
                    _("“%(raw)s” is no id of another system. Write it like salesforce:0010U0001.")
                    % {"raw": one[:40]}
                )
        if len(found) > MOST_IDS:
            raise refuse(_("At most %(most)s of these fit in one record.") % {"most": MOST_IDS})
        return tuple(found)

    def edit(self, value: Any, context: Context) -> str:
        return "\n".join(value or ())

    def export(self, value: Any) -> str:
        return "\n".join(value or ())

    def traces(self, value: Any) -> list[str]:
        return [id for _kind, id in map(identifier, value or ())]

    def words(self, value: Any) -> list[str]:
        return []

    def identifiers(self, value: Any, context: Context) -> list[tuple[str, str]]:
        return [identifier(one) for one in value or ()]

    def sample(self, seed: int) -> Any:
        return [f"other-crm:{seed:06d}"]


def identifier(one: str) -> tuple[str, str]:
    """The identifier (kind, value) of "system:id"."""
    system, _colon, id = one.partition(":")
    return f"id {system}", id
