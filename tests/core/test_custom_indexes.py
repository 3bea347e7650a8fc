"""Indexes of customers' fields: lists are walked by them, and they come and go with the wish."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from kartotek.core import custom_indexes, customizing
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.question import Condition, Question
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.core.write_many import Wish, write_many

pytestmark = pytest.mark.django_db
INDEX = "cf_crm_contact_x_thing"
COLUMNS = ("name", "x_thing")


@pytest.fixture(params=["text", "number", "date", "choice"])
def thing(request, ann):
    choices = [{"label": f"T{n}"} for n in range(4)] if request.param == "choice" else []
    values = {"on": "contacts", "label": "Thing", "kind": request.param, "indexed": True}
    return write(ann, "customfields", None, {**values, "choices": choices})


def fill(actor):
    kind = catalogue()["contacts"].fields["x_thing"]
    values = [kind.sample(n % 4) if n % 5 else None for n in range(40)]
    write_many(
        actor, "contacts",
        [Wish(uuid7(), {"name": f"N{n}", "x_thing": value}) for n, value in enumerate(values)],
    )  # fmt: skip
    connection.check_constraints()  # as a commit does: PostgreSQL makes no index before


def walked(actor, sort):
    found, after = [], ""
    while True:
        asked = Question(columns=COLUMNS, sort=sort, size=7, after=after)
        page = find(actor, "contacts", asked)
        found += [(row["name"], row["x_thing"]) for row in page]
        after = page.next
        if not after:
            return found


def test_it_is_made_and_the_lists_stay_the_same_with_it(thing, ann, bob):
    fill(ann)
    kind = catalogue()["contacts"].fields["x_thing"]
    sorts = ["x_thing", "-x_thing"] if kind.sortable else []
    one = find(ann, "contacts", Question(where=(Condition("name", "is", "N1"),), columns=COLUMNS))
    where = (Condition("x_thing", "is", kind.export(one.rows[0]["x_thing"])),)
    asked = Question(where=where, columns=("name",), sort="name")
    before = [walked(actor, sort) for sort in sorts for actor in (ann, bob)]
    few = [row["name"] for row in find(ann, "contacts", asked)]
    assert custom_indexes.mend() == [INDEX]
    assert catalogue()["contacts"].walks == {"x_thing": INDEX}
    assert [walked(actor, sort) for sort in sorts for actor in (ann, bob)] == before
    assert [row["name"] for row in find(ann, "contacts", asked)] == few
    assert "N1" in few


def test_a_sorted_list_walks_it(ann):
    values = {"on": "contacts", "label": "Thing", "kind": "number", "indexed": True}
    write(ann, "customfields", None, values)
    fill(ann)
    custom_indexes.mend()
    with CaptureQueriesContext(connection) as told:
        find(ann, "contacts", Question(sort="x_thing"))
    if connection.vendor == "sqlite":
        assert any(f"INDEXED BY {INDEX}" in one["sql"] for one in told)


def test_it_goes_with_the_wish_and_with_the_field(ann):
    values = {"on": "contacts", "label": "Thing", "kind": "number", "indexed": True}
    made = write(ann, "customfields", None, values)
    custom_indexes.mend()
    assert customizing.indexes() == {INDEX}
    gone = remove(ann, "customfields", made.uid)
    assert custom_indexes.mend() == [INDEX]
    assert customizing.indexes() == set()
    undo(ann, gone.batch)
    assert custom_indexes.mend() == [INDEX]
    assert custom_indexes.mend() == []


def test_at_most_five_of_a_type(ann):
    for n in range(5):
        values = {"on": "contacts", "label": f"Thing {n}", "indexed": True}
        write(ann, "customfields", None, values)
    with pytest.raises(ValidationError) as refused:
        write(ann, "customfields", None, {"on": "contacts", "label": "Sixth", "indexed": True})
    assert list(refused.value.message_dict) == ["indexed"]
