"""What every record type keeps, merely by existing. A new one is tested by being declared."""

from uuid import uuid4

import orjson
import pytest

from kartotek.core.actor import Rights
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Condition, Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove, restore
from kartotek.core.search import search
from kartotek.core.undo import restore_version, undo
from kartotek.core.write import write
from tests.contract.samples import first_text, least, made, part_sample, sample
from tests.world import NOBODY

pytestmark = pytest.mark.django_db
every_type = pytest.mark.parametrize("key", sorted(RECORD_TYPES))
scoped_type = pytest.mark.parametrize(
    "key", sorted(key for key, one in RECORD_TYPES.items() if one.scoped)
)
# What is shown to all by a flag is otherwise its owner's own (see tests/core/test_viewing.py).
common_type = pytest.mark.parametrize(
    "key", sorted(key for key, one in RECORD_TYPES.items() if not one.open_by)
)
with_parts = pytest.mark.parametrize("key", ["contacts", "bills"])


def plain(record_type, row):
    """A row's own fields as the log and the API hold them, without what the door keeps."""
    return {
        name: kind.plain(row[name])
        for name, kind in record_type.fields.items()
        if kind.editable and name in row.values
    }


def stamp(row):
    return (
        row.version,
        {k: v for k, v in row.values.items() if k not in ("changed_at", "changed_by")},
    )


@every_type
def test_a_created_record_reads_back_as_it_was_written(key, ann):
    record_type = catalogue()[key]
    values = sample(ann, record_type, 1)
    row = find_one(ann, key, write(ann, key, None, values).uid)
    for name, raw in values.items():
        kind = record_type.fields[name]
        wanted = kind.plain(kind.parse(raw, Context()))
        assert kind.plain(row[name]) == wanted, name
    assert row.version == 1


@every_type
def test_it_stands_in_the_list_once(key, ann):
    saved = made(ann, catalogue()[key])
    uids = [row.uid for row in find(ann, key, Question(size=500))]
    assert uids.count(saved.uid) == 1


@every_type
def test_an_edit_changes_that_field_and_nothing_else(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    name = first_text(record_type)
    before = plain(record_type, find_one(ann, key, saved.uid))
    write(ann, key, saved.uid, {name: "Changed on purpose"})
    after = find_one(ann, key, saved.uid)
    assert plain(record_type, after) == {**before, name: "Changed on purpose"}
    assert after.version == 2


@every_type
def test_an_edit_that_changes_nothing_leaves_no_line(key, ann):
    record_type = catalogue()[key]
    values = sample(ann, record_type, 1)
    saved = write(ann, key, None, values)
    again = write(ann, key, saved.uid, values)
    assert (again.version, again.changed) == (1, ())
    assert len(history(ann, key, saved.uid, Context())) == 1


@every_type
def test_a_stale_edit_of_the_same_field_conflicts_and_writes_nothing(key, ann):
    name = first_text(catalogue()[key])
    saved = made(ann, catalogue()[key])
    base = find_one(ann, key, saved.uid)[name]
    write(ann, key, saved.uid, {name: "Theirs"}, version=1)
    before = stamp(find_one(ann, key, saved.uid))
    with pytest.raises(Conflict) as refused:
        write(ann, key, saved.uid, {name: "Yours"}, version=1)
    clash = refused.value.clashes[0]
    assert (clash.base, clash.theirs, clash.yours) == (base, "Theirs", "Yours")
    assert stamp(find_one(ann, key, saved.uid)) == before


@every_type
def test_a_stale_edit_of_another_field_merges(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    name = first_text(record_type)
    other = next(n for n, kind in record_type.fields.items() if kind.editable and n != name)
    theirs, yours = sample(ann, record_type, 2), sample(ann, record_type, 3)
    if other == "owner":
        yours = {"owner": str(ann.member_uid)}
    write(ann, key, saved.uid, {name: theirs[name]}, version=1)
    write(ann, key, saved.uid, {other: yours[other]}, version=1)
    row = find_one(ann, key, saved.uid)
    kind = record_type.fields[other]
    assert row[name] == theirs[name]
    assert kind.plain(row[other]) == kind.plain(kind.parse(yours[other], Context()))


@every_type
def test_a_removed_record_leaves_list_and_search_and_comes_back_with_its_uid(key, ann):
    saved = made(ann, catalogue()[key])
    remove(ann, key, saved.uid)
    assert saved.uid not in [row.uid for row in find(ann, key, Question(size=500))]
    assert saved.uid in [row.uid for row in find(ann, key, Question(removed=True))]
    restore(ann, key, saved.uid)
    assert saved.uid in [row.uid for row in find(ann, key, Question(size=500))]


@every_type
def test_undo_of_an_edit_puts_every_value_back(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type, 1)
    before = plain(record_type, find_one(ann, key, saved.uid))
    edit = write(ann, key, saved.uid, sample(ann, record_type, 2))
    undone = undo(ann, edit.batch)
    assert undone.kept == []
    assert plain(record_type, find_one(ann, key, saved.uid)) == before


@every_type
def test_undo_of_an_undo_brings_the_edit_back(key, ann):
    name = first_text(catalogue()[key])
    saved = made(ann, catalogue()[key])
    edit = write(ann, key, saved.uid, {name: "Second thought"})
    undo(ann, undo(ann, edit.batch).batch)
    assert find_one(ann, key, saved.uid)[name] == "Second thought"


@every_type
def test_undo_leaves_what_has_moved_on_and_says_so(key, ann):
    name = first_text(catalogue()[key])
    saved = made(ann, catalogue()[key])
    first = write(ann, key, saved.uid, {name: "First"})
    write(ann, key, saved.uid, {name: "Second"})
    undone = undo(ann, first.batch)
    assert [kept.field for kept in undone.kept] == [name]
    assert find_one(ann, key, saved.uid)[name] == "Second"


@every_type
def test_undo_of_a_creation_removes_and_its_undo_brings_back(key, ann):
    saved = made(ann, catalogue()[key])
    undone = undo(ann, saved.batch)
    assert find_one(ann, key, saved.uid).removed
    undo(ann, undone.batch)
    assert not find_one(ann, key, saved.uid).removed


@every_type
def test_an_older_version_is_restored_as_a_new_one(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type, 1)
    before = plain(record_type, find_one(ann, key, saved.uid))
    write(ann, key, saved.uid, sample(ann, record_type, 2))
    restore_version(ann, key, saved.uid, 1)
    row = find_one(ann, key, saved.uid)
    assert plain(record_type, row) == before
    assert row.version == 3


@every_type
def test_history_tells_every_line_with_labels(key, ann):
    name = first_text(catalogue()[key])
    saved = made(ann, catalogue()[key])
    write(ann, key, saved.uid, {name: "Renamed"})
    remove(ann, key, saved.uid)
    lines = history(ann, key, saved.uid, Context())
    assert [line.verb for line in lines] == ["remove", "update", "create"]
    assert lines[1].fields[0].after == "Renamed"
    assert all(line.who == "Ann" for line in lines)


@every_type
def test_search_finds_it_by_the_beginning_of_its_title(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    write(ann, key, saved.uid, {record_type.title: "Quxwort Zephyr"})
    assert saved.uid in [hit.uid for hit in search(ann, "zeph quxw")]
    remove(ann, key, saved.uid)
    assert saved.uid not in [hit.uid for hit in search(ann, "zeph quxw")]


@common_type
def test_the_five_roles_do_what_they_may_and_no_more(key, world):
    saved = made(world.ann, catalogue()[key])
    for actor in (world.ann, world.manager, world.cyd, world.reader):
        assert find_one(actor, key, saved.uid).uid == saved.uid
    with pytest.raises(PermissionDenied):
        write(world.reader, key, None, {first_text(catalogue()[key]): "No"})
    with pytest.raises(PermissionDenied):
        write(world.reader, key, saved.uid, {first_text(catalogue()[key]): "No"})
    with pytest.raises(PermissionDenied):
        remove(world.reader, key, saved.uid)


@every_type
def test_an_actor_without_rights_finds_nothing_at_all(key, ann):
    saved = made(ann, catalogue()[key])
    assert find(NOBODY, key, Question(count=True)).count == 0
    assert search(NOBODY, "a") == []
    for act in (
        lambda: find_one(NOBODY, key, saved.uid),
        lambda: write(NOBODY, key, saved.uid, {}),
        lambda: remove(NOBODY, key, saved.uid),
        lambda: history(NOBODY, key, saved.uid, Context()),
    ):
        with pytest.raises(NotFound):
            act()


@scoped_type
def test_another_departments_record_does_not_exist_for_sales(key, world):
    record_type = catalogue()[key]
    values = least(world.dan, record_type, "Hidden away")
    saved = write(world.dan, key, None, values)
    assert saved.uid not in [row.uid for row in find(world.bob, key, Question(size=500))]
    with pytest.raises(NotFound):
        find_one(world.bob, key, saved.uid)
    with pytest.raises(NotFound):
        write(world.bob, key, saved.uid, {record_type.title: "Mine"})
    hits = search(world.bob, "hidden away")
    # What a record must lead to may be open to all, as the kind of a relationship is.
    assert [one for one in hits if catalogue()[one.type].scoped] == []


@every_type
def test_a_hidden_field_and_a_misspelt_one_give_the_same_error(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    name = record_type.title
    blind = ann.because("web")
    blind = type(blind)(**{**blind.__dict__, "rights": Rights(
        verbs=ann.rights.verbs, hidden={key: frozenset({name})})})  # fmt: skip

    def says(actor, field, ask):
        with pytest.raises(ValidationError) as refused:
            ask(actor, field)
        return str(refused.value).replace(field, "…")

    for ask in (
        lambda actor, field: find(actor, key, Question(columns=(field,))),
        lambda actor, field: find(actor, key, Question(sort=field)),
        lambda actor, field: find(actor, key, Question(where=(Condition(field, "is", "x"),))),
        lambda actor, field: write(actor, key, saved.uid, {field: "x"}),
    ):
        assert says(blind, name, ask) == says(ann, "nosuchfield", ask)
    assert search(blind, "a") == search(
        blind, "a", types=[one.key for one in catalogue() if one.key != key]
    )
    lines = history(blind, key, saved.uid, Context())
    assert all(change.field != name for line in lines for change in line.fields)


@every_type
def test_what_the_door_keeps_cannot_be_typed_in(key, ann):
    saved = made(ann, catalogue()[key])
    before = stamp(find_one(ann, key, saved.uid))
    for name in ("version", "id", "uid", "removed_at", "created_at", "changed_by", "custom"):
        with pytest.raises(ValidationError):
            write(ann, key, saved.uid, {name: "1"})
    assert stamp(find_one(ann, key, saved.uid)) == before


@every_type
def test_every_field_that_does_not_parse_is_named_in_one_error(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    broken = {
        name: "\u0000no such thing" * 400
        for name, kind in record_type.fields.items()
        if kind.editable and kind.kind in ("number", "date", "datetime", "choice", "link", "text")
    }
    with pytest.raises(ValidationError) as refused:
        write(ann, key, saved.uid, broken)
    assert refused.value.message_dict.keys() == broken.keys()


@every_type
def test_a_link_to_what_is_not_there_is_refused_by_name(key, ann):
    record_type = catalogue()[key]
    saved = made(ann, record_type)
    for name, kind in record_type.fields.items():
        if isinstance(kind, Link) and kind.editable:
            with pytest.raises(ValidationError) as refused:
                write(ann, key, saved.uid, {name: str(uuid4())})
            assert list(refused.value.message_dict) == [name]


@every_type
def test_an_idempotency_key_writes_once(key, ann):
    values = least(ann, catalogue()[key], "Only one")
    first = write(ann, key, None, values, key="k1")
    again = write(ann, key, None, values, key="k1")
    assert first == again
    with pytest.raises(ValidationError):
        write(ann, key, None, {**values, catalogue()[key].title: "Another"}, key="k1")


@every_type
def test_every_value_survives_plain_and_stored_and_export(key, ann):
    for kind in catalogue()[key].fields.values():
        raw = kind.sample(3)
        if raw is None:
            continue
        value = kind.parse(raw, Context())
        assert kind.parse(kind.plain(value), Context()) == value, kind.name
        assert kind.parse(kind.export(value), Context()) == value, kind.name
        orjson.dumps(kind.plain(value))


@every_type
def test_no_integer_id_stands_in_a_row(key, ann):
    record_type = catalogue()[key]
    row = find_one(ann, key, made(ann, record_type).uid)
    numbers = [n for n, kind in record_type.fields.items() if kind.kind == "number"]
    whole = [v for n, v in row.values.items() if type(v) is int and n not in numbers]
    assert whole == []
    assert "Pointer" not in repr(row)


@scoped_type
def test_the_owner_and_department_come_from_the_actor(key, bob):
    record_type = catalogue()[key]
    row = find_one(bob, key, write(bob, key, None, least(bob, record_type, "Mine")).uid)
    assert (row["owner"].title, row["department"].title) == ("Bob", "Sales")


@with_parts
def test_parts_are_made_changed_ordered_and_taken_out_with_their_parent(key, ann):
    record_type = catalogue()[key]
    name = next(iter(record_type.parts))
    lines = [part_sample(ann, record_type, name, seed) for seed in (2, 4)]
    saved = write(ann, key, None, {record_type.title: "With lines", name: lines})
    first, second = find_one(ann, key, saved.uid)[name]
    write(
        ann,
        key,
        saved.uid,
        {name: [{"uid": second["uid"]}, part_sample(ann, record_type, name, 6)]},
    )
    after = find_one(ann, key, saved.uid)[name]
    assert [row["uid"] for row in after][0] == second["uid"]
    assert first["uid"] not in [row["uid"] for row in after]
    undo_last = history(ann, key, saved.uid, Context())[0].batch
    undo(ann, undo_last)
    assert [row["uid"] for row in find_one(ann, key, saved.uid)[name]] == [
        first["uid"],
        second["uid"],
    ]


@with_parts
def test_two_people_who_each_add_a_line_keep_both(key, ann):
    record_type = catalogue()[key]
    name = next(iter(record_type.parts))
    saved = write(ann, key, None, {record_type.title: "Shared"})
    write(ann, key, saved.uid, {name: [part_sample(ann, record_type, name, 2)]}, version=1)
    write(ann, key, saved.uid, {name: [part_sample(ann, record_type, name, 4)]}, version=1)
    assert len(find_one(ann, key, saved.uid)[name]) == 2


def test_every_type_with_parts_is_in_the_part_tests():
    types = {one.key for one in catalogue() if one.parts}
    assert types == set(with_parts.args[1])


def test_no_model_of_a_record_is_without_its_type():
    from django.apps import apps

    from kartotek.core.record import Record

    declared = {one.model for one in catalogue()}
    assert {model for model in apps.get_models() if issubclass(model, Record)} == declared
