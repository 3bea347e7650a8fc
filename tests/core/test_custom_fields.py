"""Fields that a customer adds, and what is changed of the given ones, seen through the doors."""

from dataclasses import replace

import pytest
from uuid_utils.compat import uuid7

from kartotek.core.actor import Rights
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.context import Context
from kartotek.core.errors import Conflict, PermissionDenied, ValidationError
from kartotek.core.fieldtypes.custom import BY_KIND
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Condition, Question
from kartotek.core.remove import remove, restore
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.core.write_many import Wish, write_many

pytestmark = pytest.mark.django_db
# Of which one reads what one wrote, and that need nothing else to be there.
KINDS = sorted(BY_KIND.keys() - {"masked", "link"})
LOYALTY = "x_loyalty_number"


def field(actor, label="Loyalty number", **values):
    return write(actor, "customfields", None, {"on": "contacts", "label": label, **values})


def contact(actor, name="Ola", **values):
    return write(actor, "contacts", None, {"name": name, **values}).uid


def names(actor, **asked):
    return [row["name"] for row in find(actor, "contacts", Question(columns=("name",), **asked))]


def test_a_new_field_is_known_at_once_and_holds_what_is_written(ann):
    field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    assert find_one(ann, "contacts", uid)[LOYALTY] == "A-17"
    assert LOYALTY in visible(ann, "contacts")
    assert str(catalogue()["contacts"].fields[LOYALTY].label) == "Loyalty number"


def test_it_stands_in_form_and_where_asked_in_the_columns(ann):
    field(ann, in_list=True)
    assert LOYALTY in catalogue()["contacts"].form_groups[-1]
    assert catalogue()["contacts"].column_names[-1] == LOYALTY


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_value_comes_back_changes_and_is_emptied(ann, kind):
    choices = [{"key": "gold", "label": "Gold"}, {"key": "tin", "label": "Tin"}]
    field(ann, "Thing", kind=kind, choices=choices if kind in ("choice", "several") else [])
    known = catalogue()["contacts"].fields["x_thing"]
    first, second = known.sample(2), known.sample(1)
    uid = contact(ann, x_thing=first)
    wanted = known.parse(first, Context())
    assert find_one(ann, "contacts", uid)["x_thing"] == wanted
    write(ann, "contacts", uid, {"x_thing": second})
    assert find_one(ann, "contacts", uid)["x_thing"] == known.parse(second, Context())
    write(ann, "contacts", uid, {"x_thing": None})
    assert known.is_empty(find_one(ann, "contacts", uid)["x_thing"])
    assert [len(line.fields) for line in history(ann, "contacts", uid, Context())][:2] == [1, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_comparison_of_every_kind_is_answered(ann, kind):
    choices = [{"key": "gold", "label": "Gold"}, {"key": "tin", "label": "Tin"}]
    field(ann, "Thing", kind=kind, choices=choices if kind in ("choice", "several") else [])
    known = catalogue()["contacts"].fields["x_thing"]
    value = known.export(known.parse(known.sample(1), Context()))
    contact(ann, "Has", x_thing=known.sample(1))
    contact(ann, "Lacks")
    for op in known.operators:
        asked = [value] if op in ("in", "not_in") else value
        there = names(ann, where=(Condition("x_thing", op, asked),))
        if op in ("is", "in", "not_empty", "starts", "yearly"):
            assert there == ["Has"], op
        elif op in ("is_not", "not_in", "empty"):
            assert there == ["Lacks"], op
        else:
            assert there == [], op


@pytest.mark.parametrize("kind", ["text", "number", "decimal", "date", "datetime", "email"])
def test_a_list_is_sorted_by_it_empty_ones_last(ann, kind):
    field(ann, "Thing", kind=kind)
    known = catalogue()["contacts"].fields["x_thing"]
    for seed in (2, 1, 3):
        value = f"{seed} Å" if kind == "text" else known.sample(seed)
        contact(ann, f"N{seed}", x_thing=value)
    contact(ann, "Empty")
    assert names(ann, sort="x_thing") == ["N1", "N2", "N3", "Empty"]
    assert names(ann, sort="-x_thing") == ["N3", "N2", "N1", "Empty"]


def test_pages_by_a_field_of_ones_own_show_every_record_once(ann):
    field(ann, "Thing", kind="number")
    for n in range(12):
        contact(ann, f"N{n}", **({"x_thing": n % 3} if n % 4 else {}))
    seen, after = [], ""
    while True:
        page = find(ann, "contacts", Question(sort="x_thing", size=5, after=after))
        seen += [row.uid for row in page]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 12


def test_undo_of_the_field_hides_it_and_its_undo_brings_the_values_back(ann):
    made = field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    undone = undo(ann, made.batch)
    assert LOYALTY not in visible(ann, "contacts")
    with pytest.raises(ValidationError):
        find(ann, "contacts", Question(where=(Condition(LOYALTY, "is", "A-17"),)))
    undo(ann, undone.batch)
    assert find_one(ann, "contacts", uid)[LOYALTY] == "A-17"


def test_a_removed_field_takes_no_history_along_and_comes_back(ann):
    made = field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    write(ann, "contacts", uid, {LOYALTY: "B-2"})
    remove(ann, "customfields", made.uid)
    assert history(ann, "contacts", uid, Context())[0].fields == ()
    write(ann, "contacts", uid, {"name": "Kari"})
    restore(ann, "customfields", made.uid)
    row = find_one(ann, "contacts", uid)
    assert (row["name"], row[LOYALTY]) == ("Kari", "B-2")


def test_undo_lists_a_change_whose_field_is_gone(ann):
    made = field(ann)
    uid = contact(ann)
    change = write(ann, "contacts", uid, {LOYALTY: "B-2"})
    remove(ann, "customfields", made.uid)
    assert [kept.field for kept in undo(ann, change.batch).kept] == [LOYALTY]


def test_the_undo_of_a_change_puts_the_value_back(ann):
    field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    change = write(ann, "contacts", uid, {LOYALTY: ""})
    undo(ann, change.batch)
    assert find_one(ann, "contacts", uid)[LOYALTY] == "A-17"


def test_two_who_change_it_at_once_are_asked(ann):
    field(ann)
    uid = contact(ann, **{LOYALTY: "A"})
    write(ann, "contacts", uid, {LOYALTY: "B"}, version=1)
    with pytest.raises(Conflict) as refused:
        write(ann, "contacts", uid, {LOYALTY: "C"}, version=1)
    clash = refused.value.clashes[0]
    assert (clash.base, clash.theirs, clash.yours) == ("A", "B", "C")


def test_many_rows_carry_it_new_and_changed(ann):
    field(ann)
    old = contact(ann, "Old", **{LOYALTY: "1"})
    wishes = [Wish(old, {LOYALTY: "2"}), Wish(uuid7(), {"name": "New", LOYALTY: "3"}),
              Wish(uuid7(), {"name": "Bare"})]  # fmt: skip
    assert [one.did for one in write_many(ann, "contacts", wishes)] == [
        "updated", "created", "created"]  # fmt: skip
    assert [find_one(ann, "contacts", wish.uid)[LOYALTY] for wish in wishes] == ["2", "3", ""]


def test_a_required_field_is_asked_for_in_the_quick_form_and_refused_empty(ann):
    field(ann, required=True)
    assert LOYALTY in catalogue()["contacts"].quick_names
    with pytest.raises(ValidationError) as refused:
        contact(ann)
    assert list(refused.value.message_dict) == [LOYALTY]


def test_a_hidden_field_gives_the_error_of_a_misspelt_one_and_keeps_its_values(ann):
    made = field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    write(ann, "customfields", made.uid, {"hidden": True})
    with pytest.raises(ValidationError):
        find(ann, "contacts", Question(columns=(LOYALTY,)))
    assert LOYALTY not in str(catalogue()["contacts"].form_groups)
    write(ann, "customfields", made.uid, {"hidden": False})
    assert find_one(ann, "contacts", uid)[LOYALTY] == "A-17"


def test_a_given_field_gets_another_label_and_another_place(ann):
    write(ann, "customfields", None,
          {"on": "contacts", "name": "birthday", "label": "Name day", "place": 1})  # fmt: skip
    kinds = catalogue()["contacts"]
    assert str(kinds.fields["birthday"].label) == "Name day"
    assert kinds.form_groups[0][1] == "birthday"


def test_choices_of_a_given_field_are_renamed_added_and_put_away(ann):
    facet = catalogue()["contacts"].facet
    first = catalogue()["contacts"].fields[facet].choices[0][0]
    choices = [{"key": first, "label": "Brand new", "hidden": True}, {"label": "Gone cold"}]
    write(ann, "customfields", None, {"on": "contacts", "name": facet, "choices": choices})
    kind = catalogue()["contacts"].fields[facet]
    assert dict(kind.choices)[first] == "Brand new"
    assert first not in dict(kind.offered)
    uid = contact(ann, **{facet: "gone_cold"})
    assert kind.show(find_one(ann, "contacts", uid)[facet], Context()) == "Gone cold"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"label": "Phones"}, "label"),
        ({"label": "phones"}, "label"),
        ({"label": ""}, "label"),
        ({"label": "Tier", "kind": "choice"}, "choices"),
        ({"label": "Odd", "kind": "flag", "required": True}, "required"),
        ({"label": "Odd", "on": "nothing"}, "on"),
        ({"label": "Odd", "name": "x_odd'; DROP TABLE"}, "name"),
        ({"label": "", "name": "nosuchfield", "kind": ""}, "kind"),
        ({"name": "name", "kind": "", "hidden": True}, "hidden"),
    ],
)
def test_a_field_that_would_confuse_is_refused_by_name(ann, values, named):
    with pytest.raises(ValidationError) as refused:
        write(ann, "customfields", None, {"on": "contacts", **values})
    assert list(refused.value.message_dict) == [named]
    assert find(ann, "customfields", Question(count=True)).count == 0


def test_the_name_of_a_removed_field_is_not_given_away_with_its_values(ann):
    made = field(ann)
    remove(ann, "customfields", made.uid)
    with pytest.raises(ValidationError, match="trash"):
        field(ann)


def test_what_was_chosen_when_it_was_made_stays(ann):
    made = field(ann)
    for name, value in (("kind", "number"), ("on", "companies"), ("name", "x_other")):
        with pytest.raises(ValidationError) as refused:
            write(ann, "customfields", made.uid, {name: value})
        assert list(refused.value.message_dict) == [name]


def test_only_an_administrator_makes_fields(world):
    for actor in (world.manager, world.bob, world.cyd, world.reader):
        with pytest.raises(PermissionDenied):
            field(actor)
    assert "customfields" not in str(visible(world.bob, "contacts"))


def test_a_role_that_hides_it_sees_it_nowhere(ann):
    field(ann)
    uid = contact(ann, **{LOYALTY: "A-17"})
    rights = Rights(verbs=ann.rights.verbs, hidden={"contacts": frozenset({LOYALTY})})
    blind = replace(ann, rights=rights)
    assert LOYALTY not in find_one(blind, "contacts", uid).values
    with pytest.raises(ValidationError):
        write(blind, "contacts", uid, {LOYALTY: "B"})
