"""What may be known of a type: the one answer for every door."""

import pytest

from kartotek.core import catalogue as kept
from kartotek.core.actor import EVERYTHING, Actor, Rights
from kartotek.core.catalogue import catalogue, forget, knows, the_type, unknown_field, visible
from kartotek.core.errors import NotFound
from kartotek.core.recordtype import RECORD_TYPES

ANN = Actor(kind="member", name="Ann", rights=EVERYTHING)


def blind(type_key: str, *names: str) -> Actor:
    hidden = {type_key: frozenset(names)}
    return Actor(kind="member", name="Bob", rights=Rights(EVERYTHING.verbs, hidden))


def test_a_type_is_named_by_its_key_its_class_or_itself():
    contacts = the_type("contacts")
    assert contacts.key == "contacts"
    assert the_type(type(contacts)) is contacts and the_type(contacts) is contacts


def test_an_unknown_type_is_told_by_the_name_that_was_asked_for():
    with pytest.raises(NotFound) as told:
        the_type("x" * 70)
    assert str(told.value) == f"There is nothing called “{'x' * 60}” here."


def test_every_type_that_is_declared_is_there():
    assert list(catalogue()) == list(RECORD_TYPES.values())
    assert "contacts" in catalogue() and "nothing" not in catalogue()


def test_the_snapshot_is_kept_until_it_is_to_be_forgotten():
    before = catalogue()
    assert catalogue() is before
    forget()
    assert kept._snapshot is None and catalogue() is not before


def test_fields_and_parts_are_seen_but_what_is_hidden():
    on = next(one for one in catalogue() if one.parts)
    part = next(iter(on.parts))
    seen = visible(ANN, on)
    assert seen == (on.fields.keys() | on.parts.keys()) - on.hidden and part in seen
    assert visible(blind(on.key, part, on.title), on) == seen - {part, on.title}


def test_what_the_customization_hides_nobody_sees(monkeypatch):
    contacts = the_type("contacts")
    monkeypatch.setattr(contacts, "hidden", frozenset({"phones"}), raising=False)
    kept._seen.cache_clear()
    assert "phones" not in visible(ANN, contacts) and "name" in visible(ANN, contacts)
    kept._seen.cache_clear()


@pytest.mark.parametrize("column", ["name", "company", "company.name", "owner.name"])
def test_a_column_is_known_here_or_one_step_on(column):
    assert knows(ANN, "contacts", column)


@pytest.mark.parametrize(
    "column",
    ["nothing", "company.nothing", "nothing.name", "name.name", "phones.name", "", "company.",
     "company.company.name"],
)  # fmt: skip
def test_what_is_not_there_is_not_known(column):
    assert not knows(ANN, "contacts", column)


def test_what_is_hidden_is_known_neither_here_nor_one_step_on():
    assert not knows(blind("contacts", "company"), "contacts", "company")
    assert not knows(blind("contacts", "company"), "contacts", "company.name")
    assert not knows(blind("companies", "name"), "contacts", "company.name")
    assert knows(blind("companies", "name"), "contacts", "company")


def test_a_part_one_step_on_is_no_column():
    pairs = [
        (one.key, f"{name}.{part}")
        for one in catalogue()
        for name, kind in one.fields.items()
        if getattr(kind, "target", "")
        for part in catalogue()[kind.target].parts
    ]
    assert pairs and not any(knows(ANN, on, column) for on, column in pairs)


def test_a_hidden_field_is_told_as_a_misspelt_one_is():
    error = unknown_field(the_type("contacts"), "x" * 70)
    assert error.message_dict == {"x" * 60: [f"Contacts have no field “{'x' * 60}”."]}
