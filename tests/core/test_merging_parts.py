"""The lines inside a record: what two people did to them merges, or is asked as a whole."""

from uuid import UUID, uuid4

import pytest

from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.find import find_one
from kartotek.core.undo import restore_version
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


def lines(ann, uid):
    """The lines of a bill as somebody sends them back."""
    rows = find_one(ann, "bills", uid)["lines"]
    return [{**row, "uid": str(row["uid"])} for row in rows]


def told(rows):
    return [(row["text"], row["quantity"]) for row in rows]


@pytest.fixture
def bill(ann):
    made = [{"text": "Fish", "quantity": 1}, {"text": "Ice", "quantity": 2}]
    return write(ann, "bills", None, {"name": "One", "lines": made}).uid


def clash(ann, bill, mine, theirs):
    """Theirs is written, mine refused: what the refusal says of the lines."""
    write(ann, "bills", bill, {"lines": theirs}, version=1)
    with pytest.raises(Conflict) as refused:
        write(ann, "bills", bill, {"lines": mine}, version=1)
    (one,) = refused.value.clashes
    return one, refused.value.version


def test_each_changed_another_line_and_both_changes_stay(ann, bill):
    fish, ice = lines(ann, bill)
    write(ann, "bills", bill, {"lines": [{**fish, "quantity": 9}, ice]}, version=1)
    write(ann, "bills", bill, {"lines": [fish, {**ice, "quantity": 7}]}, version=1)
    assert told(lines(ann, bill)) == [("Fish", 9), ("Ice", 7)]


def test_each_added_a_line_and_both_lines_stay(ann, bill):
    both = lines(ann, bill)
    write(ann, "bills", bill, {"lines": [{"text": "Theirs"}, *both]}, version=1)
    write(ann, "bills", bill, {"lines": [*both, {"text": "Mine"}]}, version=1)
    assert {row["text"] for row in lines(ann, bill)} == {"Fish", "Ice", "Theirs", "Mine"}


def test_a_line_that_only_moved_may_be_changed_by_another(ann, bill):
    fish, ice = lines(ann, bill)
    write(ann, "bills", bill, {"lines": [ice]}, version=1)
    write(ann, "bills", bill, {"lines": [fish, {**ice, "quantity": 7}]}, version=1)
    assert told(lines(ann, bill)) == [("Ice", 7)]


def test_a_clash_shows_all_lines_of_each_side_and_names_them(ann, bill):
    fish, ice = lines(ann, bill)
    one, _version = clash(
        ann, bill, [{**fish, "quantity": 5}, ice], [{**fish, "quantity": 9}, ice, {"text": "New"}]
    )
    assert one.field == "lines"
    assert told(one.base) == [("Fish", 1), ("Ice", 2)]
    assert told(one.theirs) == [("Fish", 9), ("Ice", 2), ("New", None)]
    assert told(one.yours) == [("Fish", 5), ("Ice", 2), ("New", None)]
    assert [row["uid"] for row in one.base] == [fish["uid"], ice["uid"]]


def test_yours_wins_its_line_and_keeps_what_they_did_beside_it(ann, bill):
    fish, ice = lines(ann, bill)
    one, version = clash(
        ann, bill, [{**fish, "quantity": 5}, ice], [{**fish, "quantity": 9}, {"text": "New"}]
    )
    write(ann, "bills", bill, {"lines": one.yours}, version=version)
    assert told(lines(ann, bill)) == [("Fish", 5), ("New", None)]


def test_yours_may_be_a_line_they_took_out(ann, bill):
    fish, ice = lines(ann, bill)
    one, version = clash(ann, bill, [{**fish, "quantity": 5}, ice], [ice])
    assert told(one.theirs) == [("Ice", 2)]
    write(ann, "bills", bill, {"lines": one.yours}, version=version)
    assert told(lines(ann, bill)) == [("Fish", 5), ("Ice", 2)]


def test_both_made_the_same_change_and_nobody_is_asked(ann, bill):
    fish, ice = lines(ann, bill)
    for _person in "ab":
        write(ann, "bills", bill, {"lines": [{**fish, "quantity": 9}, ice]}, version=1)
    assert told(lines(ann, bill)) == [("Fish", 9), ("Ice", 2)]


def test_a_line_changed_and_then_taken_out_is_restored_whole(ann, bill):
    fish, ice = lines(ann, bill)
    write(ann, "bills", bill, {"lines": [{**fish, "quantity": 9}, ice]})
    write(ann, "bills", bill, {"lines": [ice]})
    restore_version(ann, "bills", bill, 1)
    assert told(lines(ann, bill)) == [("Fish", 1), ("Ice", 2)]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("x", "Expected a list of lines"),
        (["x"], "Line 1: Expected the fields of a line"),
        ([{"text": "New"}, None], "Line 2: Expected the fields of a line"),
        ([{"text": "New", "colour": "red"}], "Line 1: A line has no field “colour”."),
        ([{"text": "New", "quantity": "many"}], "Line 1: quantity: “many” is not a whole number."),
        ([{"quantity": 1}], "Line 1: Text: Fill this in"),
        ([{"uid": "x", "text": "New"}], "Line 1: “x” is no uid."),
        ({"x": {"text": "New"}}, "Line 1: “x” is no uid."),
        ({str(UUID(int=7)): "x"}, "Line 1: Expected the fields of a line"),
        ({str(UUID(int=7)): {"text": "New", "position": "first"}}, "Line 1: A position is"),
        ([{"text": "New"}] * 1001, "At most 1000 lines"),
    ],
)
def test_lines_that_do_not_parse_are_named_and_nothing_is_written(sent, says, ann, bill):
    with pytest.raises(ValidationError) as refused:
        write(ann, "bills", bill, {"lines": sent})
    (message,) = refused.value.message_dict["lines"]
    assert message.startswith(says)
    assert told(lines(ann, bill)) == [("Fish", 1), ("Ice", 2)]


def test_one_line_sent_twice_is_refused(ann, bill):
    fish, _ice = lines(ann, bill)
    with pytest.raises(ValidationError, match="stands here twice"):
        write(ann, "bills", bill, {"lines": [fish, {**fish, "quantity": 9}]})


def test_the_uid_of_another_records_line_is_refused(ann, bill):
    other = write(ann, "bills", None, {"name": "Two"}).uid
    fish, _ice = lines(ann, bill)
    with pytest.raises(ValidationError, match="uid"):
        write(ann, "bills", other, {"lines": [fish]})
    assert lines(ann, other) == []


def test_a_line_made_elsewhere_keeps_its_uid(ann, bill):
    uid = uuid4()
    write(ann, "bills", bill, {"lines": [{"uid": str(uid), "text": "Made offline"}]})
    assert [row["uid"] for row in lines(ann, bill)] == [str(uid)]
