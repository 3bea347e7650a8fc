"""Where a text still stands: in which tables, search indexes and stored files of the house."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.everything import rows_of_everything


def leftovers(*texts: str) -> list[str]:
    """The rows and files that hold any of the texts, whatever its case."""
    wanted = [text.casefold() for text in texts]
    with connection.cursor() as cursor:
        rows = rows_of_everything(cursor)
    found = [row for row in rows if any(text in row.casefold() for text in wanted)]
    for path in Path(settings.DATA).glob("files/**/*"):
        if path.is_file():
            held = path.read_bytes().decode("utf-8", "replace").casefold()
            found += [str(path)] if any(text in held for text in wanted) else []
    return found
