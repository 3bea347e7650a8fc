"""The file of --map: where columns go, and what is decided for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.core.management import CommandError
from django.utils.translation import gettext as _

_KEYS = {"to": "targets", "match": "matches", "dates": "dates"}


@dataclass
class ColumnMap:
    """By header: the target, what to do with a record that is here already, the order of dates."""

    targets: dict[int | str, str] = field(default_factory=dict)
    matches: dict[int | str, str] = field(default_factory=dict)
    dates: dict[int | str, str] = field(default_factory=dict)


def read_map(path: Path | None) -> ColumnMap:
    """Column → target, or an object with "to", "match" and "dates", as the file says."""
    found = ColumnMap()
    for header, said in _object(path).items():
        told = {"to": said} if isinstance(said, str) else said
        if not isinstance(told, dict) or not told.keys() <= _KEYS.keys() or not _are_texts(told):
            raise CommandError(
                _("“%(file)s”: say for “%(column)s” a field, or an object such as {\"to\": "
                  "\"phones.mobile\", \"match\": \"fill\"}.")
                % {"file": str(path), "column": header[:60]}
            )  # fmt: skip
        for key, into in _KEYS.items():
            if key in told:
                getattr(found, into)[header] = told[key]
    return found


def _are_texts(told: dict[str, Any]) -> bool:
    return all(isinstance(one, str) for one in told.values())


def _object(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(
            _("“%(file)s” cannot be read as JSON: %(why)s. Write it like {\"Mobile\": "
              "\"phones.mobile\"}.") % {"file": str(path), "why": error}
        ) from None  # fmt: skip
    if not isinstance(found, dict):
        raise CommandError(
            _("“%(file)s” must hold one object: column → field.") % {"file": str(path)}
        )
    return found
