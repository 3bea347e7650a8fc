"""A page by column says what a page of rows says, to each actor the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kartotek.core.by_column import can_stack
from kartotek.core.catalogue import catalogue, the_type, visible
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import ItemList, Link, Links
from kartotek.core.fieldtypes.custom import BY_KIND
from kartotek.core.find import find, find_columns
from kartotek.core.question import Condition, Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.revealing import revealing
from kartotek.core.write import write
from tests.contract.samples import made, part_sample, sample
from tests.world import NOBODY

pytestmark = pytest.mark.django_db


def names_of(actor, key):
    record_type = the_type(key)
    return tuple(
        name for name in sorted(visible(actor, record_type)) if can_stack(record_type, (name,))
    )


def as_rows(record_type, page):
    """The rows of `find` with their links told as a page by column tells them."""
    for row in page:
        values = {}
        for name in page.columns:
            held = row[name]
            if isinstance(record_type.fields.get(name), Link) and held is not None:
                held = str(held.uid) if held.uid else None
            if isinstance(held, date):
                held = held.isoformat()
            values[name] = [dict(one) for one in held] if name in record_type.parts else held
        yield str(row.uid), values


def of_stack(record_type, stack):
    for place, uid in enumerate(stack.uids):
        values = {name: column[place] for name, column in stack.columns.items()}
        for name, held in values.items():
            if name in record_type.parts:
                values[name] = [dict(one) for one in held]
            elif isinstance(held, date):
                values[name] = held.isoformat()
            elif isinstance(record_type.fields[name], ItemList) and isinstance(held, str):
                values[name] = tuple(json.loads(held))
        yield uid, values


def same(actor, key, question):
    record_type = the_type(key)
    page, stack = find(actor, key, question), find_columns(actor, key, question, {})
    assert dict(of_stack(record_type, stack)) == dict(as_rows(record_type, page))
    assert list(stack.uids) == [str(row.uid) for row in page] and stack.next == page.next
    return stack


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_every_type_is_told_the_same_by_column(key, world):
    record_type = RECORD_TYPES[key]
    for seed in (1, 2, 3):
        parts = {part: [part_sample(world.ann, record_type, part, 1)] for part in record_type.parts}
        write(world.ann, key, None, sample(world.ann, record_type, seed) | parts)
    for actor in (world.ann, world.bob, world.dan):
        same(actor, key, Question(columns=names_of(actor, key), size=2, sort="id"))


def test_a_link_out_of_reach_is_told_as_nothing(world):
    firm = write(world.dan, "companies", None, {"name": "Out of reach"}).uid
    person = write(world.bob, "contacts", None, {"name": "Ola"}).uid
    write(world.ann, "contacts", person, {"company": str(firm)})
    question = Question(columns=("name", "company"))
    assert same(world.bob, "contacts", question).columns["company"] == [None]
    assert same(world.ann, "contacts", question).columns["company"] == [str(firm)]


def test_pages_follow_each_other_with_filter_and_sort(ann):
    for n in range(7):
        write(ann, "contacts", None, {"name": f"P{n % 3}", "source": "x" if n else ""})
    where = (Condition("source", "is", "x"),)
    question, seen = Question(columns=("name",), where=where, size=2, sort="-name"), []
    while True:
        stack = same(ann, "contacts", question)
        seen += stack.uids
        if not stack.next:
            break
        question = replace(question, after=stack.next)
    assert len(set(seen)) == len(seen) == 6


def test_a_hidden_field_is_unknown_and_nobody_is_told_nothing(world):
    made(world.ann, the_type("contacts"), 1)
    hidden = replace(world.ann.rights, hidden={"contacts": frozenset({"source"})})
    with pytest.raises(ValidationError, match="no field"):
        find_columns(
            replace(world.ann, rights=hidden), "contacts", Question(columns=("source",)), {}
        )
    nobody = find_columns(NOBODY, "contacts", Question(columns=("name",)), {})
    assert len(nobody) == 0 and nobody.columns == {"name": ()}


def test_links_to_several_and_what_leads_further_are_no_plain_columns():
    for record_type in catalogue():
        several = [name for name, kind in record_type.fields.items() if isinstance(kind, Links)]
        assert not any(can_stack(record_type, (name,)) for name in several)
        assert not can_stack(record_type, (f"{record_type.title}.x",))
        assert can_stack(record_type, (record_type.title, *record_type.parts))


def test_fields_that_a_customer_added_are_told_the_same_masked_ones_too(world):
    choices = [{"key": "gold", "label": "Gold"}, {"key": "tin", "label": "Tin"}]
    for kind in BY_KIND:
        sort = "link:companies" if kind == "link" else kind
        values = {"on": "contacts", "label": f"Own {kind}", "kind": sort}
        more = {"choices": choices} if kind in ("choice", "several") else {}
        write(world.ann, "customfields", None, values | more)
    for seed in (1, 2):
        made(world.ann, catalogue()["contacts"], seed)
    write(world.ann, "contacts", None, {"name": "Bare"})
    own = {name for name in names_of(world.ann, "contacts") if name.startswith("x_")}
    assert len(own) == len(BY_KIND)
    for actor in (world.ann, revealing(world.ann)):
        same(actor, "contacts", Question(columns=tuple(sorted(own)), size=2, sort="id"))


@pytest.mark.parametrize("micros", [0, 1, 120_000, 999_999])
def test_a_moment_is_spelt_to_its_last_digit(micros, ann):
    at = datetime(2026, 1, 2, 3, 4, 5, micros, UTC)
    write(ann, "contacts", None, {"name": "Timed", "last_contacted": at.isoformat()})
    stack = same(ann, "contacts", Question(columns=("last_contacted",), sort="id"))
    assert stack.columns["last_contacted"] == [at.isoformat()]


def test_records_come_in_the_order_that_was_asked(ann):
    for name in ("B", "C", "A"):
        write(ann, "contacts", None, {"name": name})
    stack = same(ann, "contacts", Question(columns=("name",), sort="-name"))
    assert list(stack.columns["name"]) == ["C", "B", "A"]
