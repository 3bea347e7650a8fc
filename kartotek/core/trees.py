"""Records that hang below others of their own type: a tree, in which nothing is below itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Pointer
from kartotek.core.recordtype import RecordType


def refuse_circle(
    record_type: RecordType,
    name: str,
    values: Mapping[str, Any],
    old: Mapping[str, Any] | None,
    uid: Any,
) -> None:
    """ValidationError where the link `name` would put a record below itself.

    What is new has nothing below it, and what stays where it is needs no look.
    """
    above = values.get(name)
    if old is None or not isinstance(above, Pointer):
        return
    before = old.get(name)
    if isinstance(before, Pointer) and before.id == above.id:
        return
    column = record_type.fields[name].column
    with connection.cursor() as cursor:
        cursor.execute(
            # UNION, so a circle that is there already ends where it closes.
            f"WITH RECURSIVE up(id) AS (SELECT CAST(%s AS bigint) UNION SELECT t.{column} "
            f"FROM {record_type.table} t JOIN up ON t.id = up.id) "
            f"SELECT 1 FROM up JOIN {record_type.table} me ON me.id = up.id WHERE me.uid = %s",
            [above.id, dialect().uid(uid)],
        )
        if cursor.fetchone():
            raise ValidationError(
                {name: _("That would put this below itself. Choose another one.")}
            )
