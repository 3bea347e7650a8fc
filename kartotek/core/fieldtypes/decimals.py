"""Decimal numbers: kept as whole millionths, because SQLite has no decimals but floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.fieldtypes import formats
from kartotek.core.fieldtypes.base import Dialect, refuse
from kartotek.core.fieldtypes.simple import Number

PLACES = 6  # behind the point
MOST_DIGITS = 15  # in all: what a JSON reader's float gives back exactly
LIMIT = Decimal(10) ** 12  # so that the millionths fit in 64 bits
_SHOWN = "#,##0.######"
_EDITED = "0.######"


class DecimalNumber(Number):
    """A number with up to six places behind the point, read and shown in the person's format."""

    kind = "decimal"
    schema = {"type": ["number", "null"]}

    def parse(self, raw: Any, context: Context) -> Any:
        """A Decimal, or None for nothing."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
            raise refuse(_("Expected a number here."))
        text = _plainly(raw, context) if isinstance(raw, str) else str(raw)
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise refuse(
                _("“%(raw)s” is not a number. Write it like 1234.5.") % {"raw": str(raw)[:40]}
            )
        return _held(found)

    def plain(self, value: Decimal | None) -> int | float | None:
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else float(value)

    def stored(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.scaleb(PLACES))

    def load(self, stored: Any) -> Decimal | None:
        return None if stored is None else of_millionths(int(stored))

    def show(self, value: Any, context: Context) -> str:
        return "" if value is None else _written(value, _SHOWN, context)

    def edit(self, value: Decimal | None, context: Context) -> str:
        return "" if value is None else _written(value, _EDITED, context)

    def export(self, value: Decimal | None) -> str:
        """Exactly three places get a fourth: "1.234" is a thousand and more to many readers."""
        if value is None:
            return ""
        text = f"{value:f}"
        return f"{text}0" if len(text.partition(".")[2]) == 3 else text

    def sample(self, seed: int) -> Any:
        return f"{10 + seed * 7}.{seed % 8 + 1}"


def of_millionths(count: int) -> Decimal:
    """A sum or a value as it stands in the database, as the number that it is."""
    found = Decimal(count).scaleb(-PLACES)
    return Decimal(int(found)) if found == found.to_integral_value() else found.normalize()


def _plainly(text: str, context: Context) -> str:
    """What a person typed, with a point before its places and nothing between its thousands."""
    text = re.sub(r"[\s\u00a0\u202f']", "", text).replace("\u2212", "-")  # a true minus
    point, group = formats.signs(context)
    sign, ends = re.escape(group), re.escape(point)
    if re.fullmatch(rf"-?[1-9]\d{{0,2}}({sign}\d{{2,3}})*{sign}\d{{3}}({ends}\d+)?", text):
        text = text.replace(group, "")
    text = text.replace(point, ".") if text.count(point) == 1 and "." not in text else text
    return text if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", text) else "NaN"


def _held(found: Decimal) -> Decimal:
    """The same, without needless noughts; ValidationError for one that cannot be kept exactly."""
    if not -100 < found.adjusted() < 100 or abs(found) >= LIMIT:
        raise refuse(_("This number is too large; it must be less than a million millions."))
    found = found.normalize()
    places = max(0, -int(found.as_tuple().exponent))
    if places > PLACES:
        raise refuse(
            _("At most %(most)s places behind the point can be kept. Round it.") % {"most": PLACES}
        )
    if len(found.as_tuple().digits) > MOST_DIGITS:
        raise refuse(_("This number is too long to keep exactly; at most 15 digits fit."))
    return found.quantize(Decimal(1).scaleb(-places))


def _written(value: Decimal, pattern: str, context: Context) -> str:
    return formats.number(value, context, pattern)
