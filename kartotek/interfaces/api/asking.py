"""The query of a list made into a question to the read door."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.core.question import LARGEST_PAGE, PAGE_SIZE, Condition, Question

KNOWN = ("q", "sort", "after", "size", "fields", "f", "count")
SEVERAL = ("in", "not_in", "yearly")  # operators that take several values, between commas
BARE = ("empty", "not_empty")  # operators that take none


def question_of(query: QueryDict) -> Question:
    """The question; ValidationError names every parameter that is unknown or malformed."""
    refuse_unknown(query, KNOWN)
    fields = query.get("fields", "")
    return Question(
        where=conditions_of(query),
        columns=tuple(dict.fromkeys(fields.split(","))) if fields else None,
        sort=query.get("sort", ""),
        after=query.get("after", ""),
        size=size_of(query),
        words=query.get("q", ""),
        count=_flag("count", query.get("count", "0")),
    )


def conditions_of(query: QueryDict) -> tuple[Condition, ...]:
    """What `f` asks for, each of which must hold."""
    return tuple(condition_of(text) for text in query.getlist("f"))


def refuse_unknown(given: Iterable[str], known: tuple[str, ...]) -> None:
    """ValidationError names every parameter of a query, or value of a body, that is not known."""
    errors = {
        name[:60]: [_("There is no such parameter. Known are: %(known)s.")
                    % {"known": ", ".join(known)}]
        for name in given if name not in known
    }  # fmt: skip
    if errors:
        raise ValidationError(errors)


def condition_of(text: str) -> Condition:
    """The condition that a text like field:is:value writes; ValidationError names “f”."""
    name, _colon, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if not name or not op or (not colon and op not in BARE):
        raise ValidationError(
            {"f": _("“%(text)s” is no filter. Write it like field:is:value.") % {"text": text[:60]}}
        )
    if op in SEVERAL:
        return Condition(name, op, value.split(",") if value else [])
    return Condition(name, op, value)


def size_of(query: QueryDict) -> int:
    """How many rows a page has; ValidationError where that is no number, or too many."""
    text = query.get("size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValidationError(
            {"size": _("A page has 1 to %(most)s rows.") % {"most": LARGEST_PAGE}}
        )
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise ValidationError({name: _("Write 1 or 0.")})
    return text == "1"
