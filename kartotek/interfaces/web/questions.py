"""A list's address made into a question to the read door, and back."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.core.question import LARGEST_PAGE, PAGE_SIZE, Condition, Question

OWN = ("q", "sort", "after", "cols", "col", "f", "size", "add", "view", "of",
       "on", "span", "month", "week")  # fmt: skip
WITHOUT_VALUE = ("empty", "not_empty")
SEVERAL = ("in", "not_in", "yearly")


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list. `picked` are the chips: a field and the keys chosen.

    `of` is the uid of the saved view that it began with. A calendar takes its days from the field
    `on`, shows them as `span` says, and stands at `month` or `week`.
    """

    words: str = ""
    sort: str = ""
    after: str = ""
    columns: tuple[str, ...] | None = None
    picked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    filters: tuple[Condition, ...] = ()
    size: int = PAGE_SIZE
    of: str = ""
    on: str = ""
    span: str = ""
    month: str = ""
    week: str = ""

    @property
    def calendar(self) -> list[tuple[str, str]]:
        """What is said of a calendar, by the names of the address."""
        said = [("on", self.on), ("span", self.span), ("month", self.month), ("week", self.week)]
        return [one for one in said if one[1]]

    @property
    def narrows(self) -> bool:
        """Does it leave anything out?"""
        return bool(self.words or self.picked or self.filters)

    def chosen(self, field: str) -> tuple[str, ...]:
        return dict(self.picked).get(field, ())

    def question(self, columns: tuple[str, ...], *, count: bool) -> Question:
        """The same as a question; the door judges every name in it."""
        picked = tuple(Condition(name, "in", values) for name, values in self.picked)
        return Question(
            where=(*picked, *self.filters),
            columns=columns,
            sort=self.sort,
            after=self.after,
            size=self.size,
            words=self.words,
            count=count,
        )

    def query(self, **changes: Any) -> str:
        """The address of this list with some changes: "?sort=-name&…", or "" for none."""
        one = replace(self, **{"after": "", "size": PAGE_SIZE, **changes})
        pairs: list[tuple[str, str]] = [
            ("of", one.of), ("q", one.words), ("sort", one.sort), ("after", one.after)
        ]  # fmt: skip
        pairs.append(("cols", ",".join(one.columns or ())))
        pairs += [(name, value) for name, values in one.picked for value in values]
        pairs += [("f", written(condition)) for condition in one.filters]
        pairs = [(name, value) for name, value in (*pairs, *one.calendar) if value]
        return f"?{urlencode(pairs, safe=':,')}" if pairs else ""

    def normal(self) -> str:
        """The question alone, written one way only: what a saved view keeps, without "?".

        Of a calendar its field and its way, not its month: a view opens at today's.
        """
        picked = tuple(sorted((name, tuple(sorted(values))) for name, values in self.picked))
        filters = tuple(sorted(self.filters, key=written))
        kept = {"of": "", "month": "", "week": "", "picked": picked, "filters": filters}
        return self.query(**kept).removeprefix("?")

    def sparing(self, names: Container[str]) -> Asked:
        """The same without whatever names one of these fields."""

        def stays(name: str) -> bool:
            return name.split(".")[0] not in names and name not in names

        columns = tuple(name for name in self.columns or () if stays(name))
        return replace(
            self,
            sort=self.sort if stays(self.sort.removeprefix("-")) and "sort" not in names else "",
            columns=columns or None,
            picked=tuple(one for one in self.picked if stays(one[0])),
            filters=tuple(one for one in self.filters if stays(one.field)),
            after="",
            **{name: "" for name, value in self.calendar
               if name in names or (name == "on" and not stays(value))},
        )  # fmt: skip

    def narrowed(self, condition: Condition) -> Asked:
        """The same with one filter more."""
        return replace(self, filters=tuple(dict.fromkeys((*self.filters, condition))))

    def without(self, condition: Condition) -> str:
        """The address with one filter less."""
        return self.query(filters=tuple(one for one in self.filters if one != condition))

    def sorted_by(self, name: str, now: str) -> str:
        """The address of a column's header: upwards first, downwards at the second press."""
        return self.query(sort=f"-{name}" if now == name else name)


def asked(query: QueryDict) -> Asked:
    """Read an address. Names are not judged here: an unknown one is the door's to refuse.

    What the "Filter" menu sends (`add` and its parts) is read by `filters.added`.
    """
    filters = [read(text) for text in query.getlist("f") if text]
    # The menu of columns sends each by itself, beside those that the address had before.
    sent = query.getlist("col") if "col" in query else query.getlist("cols")
    columns = [name for text in sent for name in text.split(",") if name]
    picked = tuple(
        (name, values)
        for name in query
        if name.split(".")[0] not in OWN and (values := tuple(filter(None, query.getlist(name))))
    )
    return Asked(
        words=query.get("q", "").strip()[:200],
        sort=query.get("sort", "")[:100],
        after=query.get("after", "")[:500],
        columns=tuple(dict.fromkeys(columns)) or None,
        picked=picked,
        filters=tuple(dict.fromkeys(filters)),
        size=_size(query.get("size", "")),
        of=query.get("of", "")[:36],
        on=query.get("on", "")[:100],
        span=query.get("span", "")[:40],
        month=query.get("month", "")[:40],
        week=query.get("week", "")[:40],
    )


def chosen(query: QueryDict) -> tuple[UUID, ...]:
    """The rows that were selected: `uid`, one or several with commas between.

    The bar of a list sends all of them as one field, as a form has room for a thousand. Raises
    ValidationError for what is no uid.
    """
    sent = [uid for text in query.getlist("uid") for uid in text.split(",") if uid]
    try:
        return tuple(dict.fromkeys(map(UUID, sent)))
    except ValueError:
        raise ValidationError(_("These rows are not known. Reload the list.")) from None


def _size(text: str) -> int:
    """As many rows again as were shown; what is no number is not asked for by a page of ours."""
    is_number = text.isascii() and text.isdigit() and len(text) < 5
    return min(max(int(text), PAGE_SIZE), LARGEST_PAGE) if is_number else PAGE_SIZE


def read(text: str) -> Condition:
    """One filter as an address writes it: field:op:value, the value with commas where many."""
    field, _colon, rest = text.partition(":")
    op, _colon, value = rest.partition(":")
    if not op:
        raise ValidationError(
            {"f": _("The filter “%(text)s” is cut off. Remove it and add it again.")
             % {"text": text[:60]}}
        )  # fmt: skip
    if op in WITHOUT_VALUE:
        return Condition(field, op)
    return Condition(field, op, tuple(value.split(",")) if op in SEVERAL else value)


def written(condition: Condition) -> str:
    """The opposite of `read`."""
    if condition.op in WITHOUT_VALUE:
        return f"{condition.field}:{condition.op}"
    value = condition.value
    return f"{condition.field}:{condition.op}:" + (
        ",".join(value) if isinstance(value, tuple) else str(value)
    )
