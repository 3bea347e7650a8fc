"""The company's first facts, and another name, country, language or zone later on."""

from __future__ import annotations

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from kartotek.core import alphabet
from kartotek.core.dialect import dialect
from kartotek.core.workspace import WorkspaceFacts, forget


def settle_in(name: str, country: str, language: str, zone: str) -> None:
    """Set the facts; another language than before has the lists put in its alphabet by a job."""
    values = [name, country.upper(), language, zone]
    with transaction.atomic(), connection.cursor() as cursor:
        held = "" if connection.vendor == "sqlite" else " FOR UPDATE"
        cursor.execute(f"SELECT language FROM core_workspace{held}")
        row = cursor.fetchone()
        if row is not None:
            cursor.execute(
                "UPDATE core_workspace SET name=%s, country=%s, language=%s, zone=%s", values
            )
        else:
            cursor.execute(
                "INSERT INTO core_workspace "
                "(uid, name, country, language, zone, customization, settings) "
                "VALUES (%s, %s, %s, %s, %s, 0, '{}')",
                [dialect().uid(uuid7()), *values],
            )
        if language != (row[0] if row else WorkspaceFacts.language):
            alphabet.rewrite_later(language)
    forget()
