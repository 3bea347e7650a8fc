"""The security log: lines come, and none is changed or taken out, not even by SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from kartotek.core.security import note, recent


@pytest.mark.parametrize(
    "rewrite", ["UPDATE core_securityline SET kind = 'other'", "DELETE FROM core_securityline"]
)
def test_the_database_itself_refuses_to_rewrite_a_line(bob, rewrite):
    note("export", actor=bob, type="contacts")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(rewrite)
    assert [(kind, detail) for kind, _address, detail in recent(("export",), 60)] == [
        ("export", {"type": "contacts"})
    ]


def test_the_newest_lines_of_the_asked_kinds_come_first(bob):
    for number in range(3):
        note("reveal", actor=bob, number=number)
    note("export", actor=bob)
    assert [detail["number"] for _k, _a, detail in recent(("reveal",), 60)] == [2, 1, 0]
