"""Numbers, days and moments as a person has chosen to write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kartotek.core.context import Context, Formats
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Moment, formats
from kartotek.core.fieldtypes.decimals import DecimalNumber
from kartotek.core.fieldtypes.simple import Date, Number

DAY, AT = date(2026, 11, 4), datetime(2026, 11, 4, 14, 30, tzinfo=UTC)


def choosing(language="en", **chosen):
    return Context(language, "NO", "UTC", Formats(**chosen))


@pytest.mark.parametrize(
    ("key", "shown"),
    [("dot", "04.11.2026"), ("slash", "04/11/2026"), ("us", "11/04/2026"), ("iso", "2026-11-04")],
)
@pytest.mark.parametrize("language", ["en", "nb", "hi", "en-us"])
def test_a_day_is_written_as_chosen_and_read_back(language, key, shown):
    context = choosing(language, date=key)
    assert Date().show(DAY, context) == shown
    assert Date().parse(shown, context) == DAY
    assert Date().parse("2026-11-04", context) == DAY
    assert Moment().show(AT, context).startswith(shown)


@pytest.mark.parametrize("language", ["en", "nb", "lv", "pt-br", "hi"])
@pytest.mark.parametrize(("key", "point"), [("comma", ","), ("point", ".")])
def test_a_number_is_written_as_chosen_and_read_back(language, key, point):
    context, value = choosing(language, number=key), Decimal("1234567.25")
    shown = DecimalNumber().show(value, context)
    assert shown.endswith(f"567{point}25") and shown.count(point) == 1
    assert DecimalNumber().parse(shown, context) == value
    assert DecimalNumber().parse(DecimalNumber().edit(value, context), context) == value
    assert Number().parse(Number().show(1234567, context), context) == 1234567
    assert formats.number(1234, context) == {"comma": "1\u00a0234", "point": "1,234"}[key]


@pytest.mark.parametrize(
    ("key", "hour"), [("24", "14:30:00"), ("12", "2:30:00\u202fPM"), ("", "2:30:00\u202fPM")]
)
def test_the_clock_is_as_chosen(key, hour):
    shown = Moment().show(AT, choosing(date="iso", clock=key))
    assert shown.replace(" PM", "\u202fPM") == f"2026-11-04, {hour}"


def test_with_nothing_chosen_all_is_as_the_language_has_it():
    assert Moment().show(AT, Context("nb")) == "4. nov. 2026, 14:30:00"
    assert Number().show(1234, Context("nb")) == "1\u00a0234"
    assert Date().show(DAY, choosing("nb", number="point")) == "4. nov. 2026"
    unknown = choosing("nb", date="mayan", number="roman", clock="sun")
    assert Date().show(DAY, unknown) == "4. nov. 2026"
    assert Number().show(1234, unknown) == "1\u00a0234"


def test_a_comma_is_no_point_where_a_point_was_chosen():
    with pytest.raises(ValidationError):
        DecimalNumber().parse("1,5", choosing("nb", number="point"))
    assert DecimalNumber().parse("1,5", choosing("en", number="comma")) == Decimal("1.5")
