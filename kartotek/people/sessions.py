"""Django's sessions in the database, each found by one plain query."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from kartotek.core import workspace
from kartotek.core.dialect import dialect


class SessionStore(db.SessionStore):
    """Read at every request: making the same query from a model takes longer than answering it.

    Writing, signing and ending sessions stay Django's. `log_position` is how far the log reached
    when the session was read: what the request reads after that is no older.
    """

    log_position: int | None = None

    def _get_session_from_db(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data, (SELECT customization FROM core_workspace), "
                "(SELECT max(position) FROM core_change) FROM django_session "
                "WHERE session_key = %s AND expire_date > %s",
                [self.session_key, dialect().instant(datetime.now(UTC))],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        self.log_position = row[2] or 0
        workspace.notice(row[1] or 0)  # another process may have changed it just now
        return SimpleNamespace(session_data=row[0])
