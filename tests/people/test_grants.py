"""What a role may do, as lines: how they are read, refused, and told."""

import pytest

from kartotek.core.actor import SCOPES, VERBS
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.people.grants import MOST_LINES, Grants, Guards, Lines, type_label

HERE = Context()
NAMED_VERBS, NAMED_SCOPES = ", ".join(VERBS), ", ".join(SCOPES)
VIEW = {"on": "contacts", "verb": "view", "scope": "own"}
HIDDEN = {"on": "contacts", "field": "phones", "guard": "hidden"}


def refusal(kind, raw):
    with pytest.raises(ValidationError) as refused:
        kind.parse(raw, HERE)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    "raw",
    [
        "contacts view own", "  contacts   view  own \n\n",
        '[{"on":"contacts","verb":"view","scope":"own"}]',
        '  ["contacts view own"]', [VIEW], (VIEW,), ["", {}, "contacts view own"],
        [{"on": " contacts ", "verb": "view", "scope": "own", "more": 1}],
    ],
)  # fmt: skip
def test_a_line_is_read_however_it_is_written(raw):
    assert Grants().parse(raw, HERE) == (VIEW,)


@pytest.mark.parametrize("raw", [None, "", [], "\n \n"])
def test_nothing_is_no_line(raw):
    assert Grants().parse(raw, HERE) == ()


def test_lines_are_sorted_and_of_two_about_the_same_the_later_holds():
    read = Grants().parse("notes edit own\ncontacts view all\nnotes edit none\n* view own", HERE)
    assert [" ".join(one.values()) for one in read] == [
        "* view own", "contacts view all", "notes edit none",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw", ["x", "contacts view", "contacts view own all", [{"on": "contacts"}],
            [{"verb": "view", "scope": "own"}], ["contacts view"]]
)  # fmt: skip
def test_a_line_has_three_words(raw):
    assert refusal(Grants(), raw).endswith("is no such line. Write three words: on verb scope.")


def test_a_line_that_is_none_is_named_as_far_as_it_fits():
    assert refusal(Grants(), "x" * 70).startswith(f"“{'x' * 60}” is no such line.")
    assert refusal(Guards(), "contacts").endswith("Write three words: on field guard.")


def test_a_damaged_list_is_told():
    assert refusal(Grants(), '[{"on"').startswith("These lines are damaged.")


def test_so_many_lines_fit_and_no_more():
    lines = ["contacts view own"] * 2_000
    assert MOST_LINES == 2_000 and Grants().parse(lines, HERE) == (VIEW,)
    assert refusal(Grants(), [*lines, ""]) == "At most 2000 lines fit."


@pytest.mark.parametrize(
    ("kind", "line", "told"),
    [
        (Grants(), "nothing view own", "“nothing” says nothing here. There are: *, "),
        (Grants(), "contacts look own", f"“look” says nothing here. There are: {NAMED_VERBS}."),
        (Grants(), "contacts view some", f"“some” says nothing here. There are: {NAMED_SCOPES}."),
        (Guards(), "* name hidden", "“*” says nothing here. There are: "),
        (Guards(), "contacts name shown",
         "“shown” says nothing here. There are: hidden, masked, read_only."),
        (Grants(), f"{'x' * 50} view own", f"“{'x' * 40}” says nothing"),
    ],
)  # fmt: skip
def test_a_word_that_says_nothing_is_refused_with_those_there_are(kind, line, told):
    assert told in refusal(kind, line)


def test_the_types_are_offered_in_their_order():
    assert ", ".join(["*", *sorted(RECORD_TYPES)]) in refusal(Grants(), "nothing view own")
    assert f"are: {', '.join(sorted(RECORD_TYPES))}." in refusal(Guards(), "nothing a hidden")


@pytest.mark.parametrize("guard", ["hidden", "masked", "read_only"])
def test_a_field_is_guarded_in_three_ways(guard):
    line = {**HIDDEN, "guard": guard}
    assert Guards().parse(f"contacts phones {guard}", HERE) == (line,)


def test_a_list_inside_a_record_is_not_masked_but_hidden():
    on, part = next((key, part) for key, one in RECORD_TYPES.items() for part in one.parts)
    assert refusal(Guards(), f"{on} {part} masked").startswith("Lists inside a record")
    assert Guards().parse(f"{on} {part} hidden", HERE)
    assert Guards().parse(f"{on} {part} read_only", HERE)


def test_lines_leave_as_they_came():
    lines = (VIEW, {"on": "*", "verb": "edit", "scope": "none"})
    assert Grants().edit(lines, HERE) == "contacts view own\n* edit none"
    assert Grants().plain(lines) == [*lines] and Grants().plain(lines)[0] is not VIEW
    assert Grants().parse(Grants().export(lines), HERE) == tuple(
        sorted(lines, key=lambda one: one["on"])
    )
    assert (Grants().edit(None, HERE), Grants().plain(None), Grants().export(())) == ("", [], "")


def test_lines_are_told_in_words():
    lines = (VIEW, {"on": "*", "verb": "bulk_edit", "scope": "department"})
    assert Grants().show(lines, HERE) == (
        "see contacts: own, change many everything else: departments"
    )
    assert Guards().show((HIDDEN, {**HIDDEN, "field": "gone", "guard": "read_only"}), HERE) == (
        f"contacts, {RECORD_TYPES['contacts'].fields['phones'].label}: hidden, "
        "contacts, gone: read-only"
    )
    assert (Grants().show(None, HERE), Guards().show(None, HERE)) == ("", "")


@pytest.mark.parametrize(
    "line", [{**VIEW, "verb": "fly"}, {**VIEW, "scope": "world"}, {"verb": "fly", "scope": "world"}]
)
def test_a_right_of_another_version_is_not_told(line):
    assert Grants().show((line, VIEW), HERE) == "see contacts: own"


def test_a_guard_of_another_version_is_not_told():
    assert Guards().show(({**HIDDEN, "guard": "locked"},), HERE) == ""
    assert Guards().show(({"on": "gone", "field": "x", "guard": "masked"},), HERE) == (
        "gone, x: masked"
    )


def test_a_type_has_its_plural_and_an_unknown_one_its_key():
    assert type_label("*") == "everything else"
    assert (type_label("contacts"), type_label("gone")) == ("contacts", "gone")


@pytest.mark.parametrize("seed", range(12))
def test_samples_are_lines_that_can_be_read(seed):
    for kind in (Grants(), Guards()):
        (line,) = kind.parse(kind.sample(seed), HERE)
        assert [line] == kind.sample(seed)
    assert Grants().sample(seed) == [
        {"on": "*", "verb": VERBS[seed % 11], "scope": SCOPES[seed % 4]}
    ]
    (guard,) = Guards().sample(seed)
    assert RECORD_TYPES[guard["on"]].customizable
    assert guard["field"] == f"x_field_{seed}"
    assert guard["guard"] == ("hidden", "masked", "read_only")[seed % 3]


def test_programs_are_told_three_words_of_each_line():
    item = Grants().schema["items"]
    assert Grants().schema["type"] == "array" and item["type"] == "object"
    assert item["required"] == ["on", "verb", "scope"]
    assert item["properties"] == {name: {"type": "string"} for name in item["required"]}
    assert (Grants.kind, Guards.kind) == ("grants", "guards")
    assert Guards().schema["items"]["required"] == ["on", "field", "guard"]


def test_lines_of_no_kind_are_checked_by_nobody():
    with pytest.raises(NotImplementedError):
        Lines().check("contacts", "view", "own")
