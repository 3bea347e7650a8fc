"""What a yearly calendar asks of the database: days of each year, by an index of their own."""

import pytest
from django.db import connection

from kartotek.core.calendar_view import Calendar
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.find import find
from kartotek.core.measure import Measure, measure
from kartotek.core.question import Condition, Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
YEARLY = [
    (key, one.calendar.field)
    for key, one in RECORD_TYPES.items()
    if one.calendar and one.calendar.yearly
]


@pytest.mark.parametrize(("key", "field"), YEARLY)
def test_the_days_of_each_year_are_looked_up_and_counted_in_an_index(key, field):
    record_type = catalogue()[key]
    kind = record_type.fields[field]
    sql, params = kind.condition("yearly", ("11-23", "02-29"), dialect())
    asked = f"SELECT count(*) FROM {record_type.table} WHERE removed_at IS NULL AND {sql}"
    with connection.cursor() as cursor:
        plan = explained(cursor, asked, params)
        assert indexed(cursor, f"{record_type.table[:16]}_{field[:8]}_y") in plan


def explained(cursor, sql, params):
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    cursor.execute(f"{explain} {sql}", params)
    return " ".join(str(row[-1]) for row in cursor.fetchall())


def indexed(cursor, name):
    """What a plan says where the index serves; PostgreSQL takes none while a table is empty, but
    spells a condition that an index holds as the index itself."""
    if connection.vendor == "sqlite":
        return name
    cursor.execute("SELECT pg_get_expr(indexprs, indrelid) FROM pg_index "
                   "WHERE indexrelid = %s::regclass", [name])  # fmt: skip
    return cursor.fetchone()[0].replace("(100)::numeric", "'100'::numeric")  # as a plan folds it


def test_contacts_have_their_birthdays_each_year():
    assert catalogue()["contacts"].calendar == Calendar("birthday", yearly=True)


def test_each_day_of_a_leap_year_is_found_by_itself_alone(ann):
    for born in ("1996-02-28", "1996-02-29", "1996-03-01", "0987-11-23", "9999-12-31"):
        write(ann, "contacts", None, {"name": born, "birthday": born})
    for day, wanted in [("02-28", "1996-02-28"), ("02-29", "1996-02-29"), ("03-01", "1996-03-01"),
                        ("11-23", "0987-11-23"), ("12-31", "9999-12-31")]:  # fmt: skip
        asked = (Condition("birthday", "yearly", day),)
        assert [row.title for row in find(ann, "contacts", Question(asked))] == [wanted]
        assert measure(ann, "contacts", Measure(asked)).total.count == 1
