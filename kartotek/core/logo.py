"""The company's logo: one small picture, kept in the database itself.

A copy of the database is a copy of the logo, too: files on the disk are swept when no record names
them, and a restore brings only the database back. At most 1 MB, so the row weighs nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection, transaction

from kartotek.core import workspace
from kartotek.core.picture import Picture, picture_of

THE_ONE = 1  # the id of the only row


@dataclass(frozen=True)
class Logo:
    """What stands on every page: the SHA-256 of its bytes names it in its address."""

    digest: str
    media_type: str
    data: bytes


def logo(digest: str) -> Logo | None:
    """The present logo, where it is the one of this digest; else None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, media_type, data FROM core_logo WHERE digest = %s", [digest])
        row = cursor.fetchone()
    return Logo(row[0], row[1], bytes(row[2])) if row else None


def set_logo(data: bytes) -> Picture:
    """Take these bytes for the logo, in the place of the last one. ValidationError: no picture."""
    found = picture_of(data)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_logo")
        cursor.execute(
            "INSERT INTO core_logo (id, digest, media_type, width, height, data) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [THE_ONE, hashlib.sha256(data).hexdigest(), found.media_type, found.width,
             found.height, data],
        )  # fmt: skip
    workspace.forget()
    return found


def remove_logo() -> bool:
    """Take the logo away; was there one?"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_logo")
        was = bool(cursor.rowcount)
    workspace.forget()
    return was
