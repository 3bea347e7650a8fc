"""The list of who was erased, beside the copies and in none of them: every restore replays it.

One JSON object a line: uid, type, moment, by whom, digests of ids in other systems.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from kartotek.core import erased
from kartotek.core.erased import Gone
from kartotek.operations import copies
from kartotek.operations.processes import sync_file, sync_folder

NAME = "erased.jsonl"


class ListDamaged(Exception):
    """A list that cannot be read; the sentence says which."""


def keep() -> Path:
    """Write the whole list beside the copies, on the disk before this returns."""
    path = copies.folder() / NAME
    fresh = path.with_name(f".{NAME}-{os.getpid()}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    fresh.write_bytes(b"".join(_line(one) for one in erased.every()))
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)
    return path


def beside(copy: Path) -> list[Gone] | None:
    """The list that lies beside a copy; None where there is none. Raises ListDamaged."""
    path = copy.parent / NAME
    if not path.is_file():
        return None
    try:
        return [_read(line) for line in path.read_bytes().splitlines() if line.strip()]
    except (ValueError, KeyError, TypeError) as error:
        raise ListDamaged(
            _("the list of who was erased (%(path)s) is damaged. Bring a whole one, or move it "
              "away where nobody is to be erased again.") % {"path": path}
        ) from error  # fmt: skip


def together(*lists: Iterable[Gone] | None) -> list[Gone]:
    """Several lists as one, each record once."""
    found = {one.uid: one for each in lists for one in each or ()}
    return list(found.values())


def _line(one: Gone) -> bytes:
    plain = {"uid": str(one.uid), "type": one.type, "at": one.at.isoformat(), "by": one.who,
             "ids": list(one.names)}  # fmt: skip
    return orjson.dumps(plain, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> Gone:
    plain = orjson.loads(line)
    at = datetime.fromisoformat(plain["at"])
    return Gone(UUID(plain["uid"]), str(plain["type"]), at, str(plain["by"]), tuple(plain["ids"]))
