"""What is particular to some kinds of customers' fields: how they are read, compared, linked."""

from decimal import Decimal

import pytest

from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import DecimalNumber
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.measure import Measure, measure
from kartotek.core.merge import Merge, merge
from kartotek.core.question import Condition, Question
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.core.test_custom_fields import contact, field, names

pytestmark = pytest.mark.django_db
CHOICES = [{"key": "gold", "label": "Gold"}, {"key": "tin", "label": "Tin, old"}]


def company(actor, name):
    return write(actor, "companies", None, {"name": name}).uid


@pytest.mark.parametrize(
    ("typed", "language", "held"),
    [
        ("1,234.5", "en", "1234.5"),
        ("1.234,5", "pt", "1234.5"),
        ("1.234", "pt", "1234"),
        ("0,125", "nb", "0.125"),
        ("-0.5", "en", "-0.5"),
        (0.1, "en", "0.1"),
        (12, "lv", "12"),
        ("1 234,50", "lv", "1234.5"),
    ],
)
def test_a_decimal_number_is_read_in_its_reader_s_format(typed, language, held):
    assert DecimalNumber().parse(typed, Context(language=language)) == Decimal(held)


@pytest.mark.parametrize(
    "typed", ["1,5", "x", "1e5", "NaN", "1.2345678", "1000000000000", "0.123456789012345", True]
)
def test_what_is_no_decimal_number_or_could_not_be_kept_exactly_is_refused(typed):
    with pytest.raises(ValidationError):
        DecimalNumber().parse(typed, Context())


@pytest.mark.parametrize("text", ["1.234", "0.1", "999999999999.123", "-12.000001", "1234.5"])
@pytest.mark.parametrize("language", ["en", "pt", "nb", "lv", "hi"])
def test_a_decimal_number_comes_back_from_every_way_out(text, language):
    kind, here = DecimalNumber(), Context(language=language)
    value = kind.parse(Decimal(text), here)
    for out in (kind.plain(value), kind.export(value), kind.edit(value, here)):
        assert kind.parse(out, here) == value
    assert kind.load(kind.stored(value, None)) == value


def test_decimals_are_summed_exactly_and_compared_as_numbers(ann):
    field(ann, "Weight", kind="decimal")
    for name, weight in (("A", "0.1"), ("B", "0.2"), ("C", "10")):
        contact(ann, name, x_weight=weight)
    assert names(ann, where=(Condition("x_weight", "after", "0.15"),), sort="x_weight") == [
        "B",
        "C",
    ]
    found = measure(ann, "contacts", Measure(sums=("x_weight",)))
    assert found.total.sums == (Decimal("10.3"),)


def test_several_choices_are_found_by_each_of_them(ann):
    field(ann, "Metal", kind="several", choices=CHOICES)
    contact(ann, "Both", x_metal="Gold; Tin, old")
    contact(ann, "One", x_metal=["tin"])
    contact(ann, "None")
    asked = {
        ("is", "gold"): {"Both"},
        ("is", "tin"): {"Both", "One"},
        ("in", ("gold", "tin")): {"Both", "One"},
        ("is_not", "gold"): {"One", "None"},
        ("not_in", ("gold", "tin")): {"None"},
        ("empty", None): {"None"},
    }
    for (op, value), wanted in asked.items():
        assert set(names(ann, where=(Condition("x_metal", op, value),))) == wanted, op


def test_two_who_add_a_choice_each_keep_both_and_undo_takes_out_one_s_own(ann):
    field(ann, "Metal", kind="several", choices=CHOICES)
    uid = contact(ann)
    first = write(ann, "contacts", uid, {"x_metal": ["gold"]}, version=1)
    write(ann, "contacts", uid, {"x_metal": ["tin"]}, version=1)
    assert find_one(ann, "contacts", uid)["x_metal"] == ("gold", "tin")
    undo(ann, first.batch)
    assert find_one(ann, "contacts", uid)["x_metal"] == ("tin",)


def test_a_phone_is_kept_as_typed_and_found_however_it_is_written(ann):
    field(ann, "Night line", kind="phone")
    contact(ann, "Ola", x_night_line="+47 22 00 11 22")
    contact(ann, "Kari", x_night_line="ask the porter")
    for asked in ("+4722001122", "+47 2200 1122"):
        assert names(ann, where=(Condition("x_night_line", "is", asked),)) == ["Ola"]
    assert names(ann, where=(Condition("x_night_line", "is_not", "+4722001122"),)) == ["Kari"]


def test_a_mail_address_is_one_in_any_case_and_what_is_none_is_refused(ann):
    field(ann, "Bills to", kind="email")
    contact(ann, "Ola", x_bills_to="Ola <Ola@Example.com>")
    assert names(ann, where=(Condition("x_bills_to", "is", "ola@example.COM"),)) == ["Ola"]
    with pytest.raises(ValidationError, match="no e-mail address"):
        contact(ann, x_bills_to="somewhere")


def test_a_link_is_named_followed_filtered_and_told_in_the_history(ann):
    field(ann, "Advised by", kind="link:companies")
    fjord, berg = company(ann, "Fjord"), company(ann, "Berg")
    uid = contact(ann, x_advised_by=str(fjord))
    row = find_one(ann, "contacts", uid, ("x_advised_by", "x_advised_by.name"))
    assert (row["x_advised_by"].uid, row["x_advised_by"].title) == (fjord, "Fjord")
    assert row["x_advised_by.name"] == "Fjord"
    changed = write(ann, "contacts", uid, {"x_advised_by": str(berg)})
    told = str(history(ann, "contacts", uid, Context())[0])
    assert "Fjord" in told and "Berg" in told
    assert names(ann, where=(Condition("x_advised_by", "is", str(fjord)),)) == []
    undo(ann, changed.batch)
    assert names(ann, where=(Condition("x_advised_by", "is", str(fjord)),)) == ["Ola"]
    found = measure(ann, "contacts", Measure(by=("x_advised_by",)))
    assert [one.keys[0].title for one in found.groups] == ["Fjord"]


def test_a_removed_record_is_still_named_and_a_merged_one_leads_to_who_stayed(ann):
    field(ann, "Advised by", kind="link:companies")
    fjord, berg = company(ann, "Fjord"), company(ann, "Berg")
    uid = contact(ann, x_advised_by=str(fjord))
    merged = merge(ann, "companies", Merge(berg, (fjord,), {}))
    assert find_one(ann, "contacts", uid)["x_advised_by"].title == "Berg"
    undo(ann, merged.batch)
    remove(ann, "companies", fjord)
    held = find_one(ann, "contacts", uid)["x_advised_by"]
    assert (held.title, held.removed) == ("Fjord", True)


def test_a_linked_record_out_of_reach_is_a_dash_and_cannot_be_linked(world):
    ann, dan = world.ann, world.dan
    field(ann, "Advised by", kind="link:companies")
    fjord = company(ann, "Fjord")
    uid = write(dan, "contacts", None, {"name": "Own"}).uid
    write(ann, "contacts", uid, {"x_advised_by": str(fjord)})
    assert not find_one(dan, "contacts", uid)["x_advised_by"].is_reachable
    with pytest.raises(ValidationError):
        write(dan, "contacts", None, {"name": "New", "x_advised_by": str(fjord)})


def test_a_link_to_a_type_that_is_not_there_is_no_kind(ann):
    for kind in ("link", "link:nothing", "link:customfields"):
        with pytest.raises(ValidationError, match="one of the choices"):
            field(ann, "Thing", kind=kind)


def test_a_choice_of_an_added_field_that_is_put_away_is_not_offered(ann):
    field(ann, "Tier", kind="choice", choices="Gold\n- Tin")
    kind = catalogue()["contacts"].fields["x_tier"]
    assert [key for key, _label in kind.offered] == ["gold"]
    assert [row["name"] for row in find(ann, "contacts", Question(columns=("name",)))] == []
