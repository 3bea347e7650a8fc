"""Filters of every sort of value, and of links to what is hidden, removed or out of reach."""

from uuid import uuid4

import pytest

from kartotek.core.actor import Rights
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.question import Condition, Group, Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ann):
    """One record with everything, one with other values, one with nothing."""
    acme = write(ann, "companies", None, {"name": "Acme", "employees": 50, "industry": "it"}).uid
    other = write(ann, "companies", None, {"name": "Other", "employees": 7}).uid
    write(ann, "companies", None, {"name": "Bare"})
    write(ann, "contacts", None, {
        "name": "Full", "job_title": "Buyer", "company": str(acme), "birthday": "1980-05-01",
        "do_not_call": True, "lifecycle": "customer", "phones": "+47 22 00 00 01",
        "emails": "full@example.com", "last_contacted": "2026-05-01T10:00:00+00:00",
        "tags": ["fair"], "source": "web", "remember": "Likes tea.",
    })  # fmt: skip
    write(ann, "contacts", None, {
        "name": "Half", "job_title": "Chef", "company": str(other), "birthday": "1990-05-01",
        "lifecycle": "lead", "phones": "+47 22 00 00 02",
        "last_contacted": "2026-06-01T10:00:00+00:00",
    })  # fmt: skip
    write(ann, "contacts", None, {"name": "None"})
    return {"acme": str(acme), "other": str(other)}


def names(actor, key, *where):
    return {row.title for row in find(actor, key, Question(where=where, size=100))}


CASES = [
    ("job_title", "is", "Buyer", {"Full"}),
    ("job_title", "is_not", "Buyer", {"Half", "None"}),
    ("job_title", "in", ["Buyer", "Chef"], {"Full", "Half"}),
    ("job_title", "not_in", ["Buyer"], {"Half", "None"}),
    ("job_title", "empty", None, {"None"}),
    ("job_title", "not_empty", None, {"Full", "Half"}),
    ("name", "starts", "Ful", {"Full"}),
    ("job_title", "starts", "Bu", {"Full"}),
    ("lifecycle", "is", "customer", {"Full"}),
    ("lifecycle", "is_not", "customer", {"Half", "None"}),
    ("lifecycle", "in", ["customer", "lead"], {"Full", "Half"}),
    ("lifecycle", "in", [], set()),
    ("lifecycle", "not_in", [], {"Full", "Half", "None"}),
    ("lifecycle", "empty", None, {"None"}),
    ("birthday", "is", "1980-05-01", {"Full"}),
    ("birthday", "before", "1985-01-01", {"Full"}),
    ("birthday", "after", "1985-01-01", {"Half"}),
    ("birthday", "is_not", "1980-05-01", {"Half", "None"}),
    ("birthday", "empty", None, {"None"}),
    ("birthday", "yearly", "05-01", {"Full", "Half"}),
    ("birthday", "yearly", "2026-05-01", {"Full", "Half"}),
    ("birthday", "yearly", ["04-30", "05-01"], {"Full", "Half"}),
    ("birthday", "yearly", ["04-30", "05-02"], set()),
    ("birthday", "yearly", "01-05", set()),
    ("birthday", "yearly", "02-29", set()),
    ("birthday", "yearly", [], set()),
    ("do_not_call", "is", True, {"Full"}),
    ("do_not_call", "is_not", True, {"Half", "None"}),
    ("last_contacted", "before", "2026-05-15", {"Full"}),
    ("last_contacted", "after", "2026-05-15", {"Half"}),
    ("last_contacted", "empty", None, {"None"}),
    ("last_contacted", "not_empty", None, {"Full", "Half"}),
    ("phones", "is", "+47 22 00 00 01", {"Full"}),
    ("phones", "empty", None, {"None"}),
    ("phones", "not_empty", None, {"Full", "Half"}),
    ("emails", "is", "FULL@example.com", {"Full"}),
    ("emails", "is", "nobody@example.com", set()),
    ("tags", "empty", None, {"Half", "None"}),
    ("tags", "not_empty", None, {"Full"}),
    ("remember", "empty", None, {"Half", "None"}),
    ("remember", "not_empty", None, {"Full"}),
    ("company", "empty", None, {"None"}),
    ("company", "not_empty", None, {"Full", "Half"}),
    ("owner", "is", "me", {"Full", "Half", "None"}),
]


@pytest.mark.parametrize(("field", "op", "value", "wanted"), CASES)
def test_each_operator_leaves_the_right_records(field, op, value, wanted, three, ann):
    assert names(ann, "contacts", Condition(field, op, value)) == wanted


@pytest.mark.parametrize(
    "value", ["02-30", "13-01", "00-00", "", None, "1-5", "11-23) OR (1=1", "١١-٢٣", "x"]
)
def test_what_is_no_day_of_a_year_is_refused_with_a_hint(value, three, ann):
    with pytest.raises(ValidationError) as refused:
        names(ann, "contacts", Condition("birthday", "yearly", value))
    assert refused.value.messages[0].endswith("is no day of a year. Write it like 11-21.")


def test_only_a_date_comes_again_each_year(three, ann):
    with pytest.raises(ValidationError):
        names(ann, "contacts", Condition("last_contacted", "yearly", "05-01"))


def test_a_customers_date_comes_again_each_year_too(three, ann):
    write(ann, "customfields", None, {"on": "contacts", "label": "Since", "kind": "date"})
    write(ann, "contacts", None, {"name": "Own", "x_since": "2012-02-29"})
    assert names(ann, "contacts", Condition("x_since", "yearly", "02-29")) == {"Own"}
    assert names(ann, "contacts", Condition("x_since", "yearly", "02-28")) == set()


@pytest.mark.parametrize(
    ("op", "which", "wanted"),
    [
        ("is", ["acme"], {"Full"}),
        ("is_not", ["acme"], {"Half", "None"}),
        ("in", ["acme", "other"], {"Full", "Half"}),
    ],
)
def test_a_link_is_filtered_by_the_uid_of_its_target(op, which, wanted, three, ann):
    value = [three[name] for name in which] if op == "in" else three[which[0]]
    assert names(ann, "contacts", Condition("company", op, value)) == wanted


@pytest.mark.parametrize(
    ("op", "value", "wanted"),
    [("is", 50, {"Acme"}), ("before", 10, {"Other"}), ("after", 10, {"Acme"}),
     ("in", [7, 50], {"Acme", "Other"}), ("is_not", 7, {"Acme", "Bare"}),
     ("empty", None, {"Bare"})],
)  # fmt: skip
def test_numbers_are_compared_as_numbers(op, value, wanted, three, ann):
    assert names(ann, "companies", Condition("employees", op, value)) == wanted


def test_groups_join_with_and_and_or(three, ann):
    buyer, chef = Condition("job_title", "is", "Buyer"), Condition("job_title", "is", "Chef")
    assert names(ann, "contacts", Group((buyer, chef), any=True)) == {"Full", "Half"}
    assert names(ann, "contacts", Group((buyer, chef))) == set()
    deep = Group((Group((buyer, chef), any=True), Condition("name", "starts", "H")))
    assert names(ann, "contacts", deep) == {"Half"}


def test_every_operator_of_every_field_is_taken_by_both_databases(ann):
    for key in RECORD_TYPES:
        for name, kind in catalogue()[key].fields.items():
            for op in kind.operators:
                value = kind.sample(1)
                value = [value] if op in ("in", "not_in") else value
                if value in (None, [None]) and op not in ("empty", "not_empty"):
                    value = [str(uuid4())] if op == "in" else str(uuid4())
                find(ann, key, Question(where=(Condition(name, op, value),)))


def test_a_link_to_what_is_not_there_matches_nothing_and_says_nothing(three, ann, world):
    hidden = write(world.dan, "companies", None, {"name": "Secret"}).uid
    for uid in (uuid4(), hidden):
        assert names(world.bob, "contacts", Condition("company", "is", str(uid))) == set()


def test_what_is_no_uid_is_refused_by_the_fields_name(ann):
    with pytest.raises(ValidationError) as refused:
        names(ann, "contacts", Condition("company", "is", "acme"))
    assert list(refused.value.message_dict) == ["company"]


def test_an_operator_that_a_field_does_not_take_is_refused_with_those_it_takes(ann):
    with pytest.raises(ValidationError, match="before"):
        names(ann, "companies", Condition("employees", "starts", "5"))


def test_a_hidden_field_cannot_be_filtered_not_even_inside_a_group(ann):
    blind = Rights(verbs=ann.rights.verbs, hidden={"contacts": frozenset({"birthday"})})
    actor = type(ann)(**{**ann.__dict__, "rights": blind})
    part = Condition("birthday", "before", "2000-01-01")
    for where in (part, Group((part,)), Group((Group((part,), any=True),))):
        with pytest.raises(ValidationError, match="no field"):
            names(actor, "contacts", where)


@pytest.mark.parametrize(
    "field", ["id", "removed_at", "name; DROP TABLE crm_contact", '"name"', ""]
)
def test_a_hostile_field_or_sort_is_an_unknown_one(field, ann):
    with pytest.raises(ValidationError):
        names(ann, "contacts", Condition(field, "is", "x"))
    if field != "id":
        with pytest.raises(ValidationError):
            find(ann, "contacts", Question(sort=field or "-"))


def test_more_than_fifty_conditions_are_refused(ann):
    many = tuple(Condition("name", "is", str(number)) for number in range(51))
    for where in (many, (Group(many, any=True),)):
        with pytest.raises(ValidationError, match="50"):
            find(ann, "contacts", Question(where=where))


def test_a_percent_sign_and_an_underscore_are_letters(ann):
    write(ann, "contacts", None, {"name": "100% real"})
    write(ann, "contacts", None, {"name": "100x real"})
    assert names(ann, "contacts", Condition("name", "starts", "100%")) == {"100% real"}


def test_a_beginning_is_compared_in_the_alphabet_of_the_workspace(ann):
    settle_in("Fjord", "NO", "nb", "Europe/Oslo")
    for name in ("Ås", "As", "Østby"):
        write(ann, "contacts", None, {"name": name})
    assert names(ann, "contacts", Condition("name", "starts", "Å")) == {"Ås"}
    assert names(ann, "contacts", Condition("name", "starts", "øst")) == {"Østby"}
