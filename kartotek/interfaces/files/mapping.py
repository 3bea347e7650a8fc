"""Which column of a file goes where, and which kind of record, of which system, a file holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.sensitive import masked, why_sensitive
from kartotek.interfaces.files.targets import (
    BESIDE,
    NOWHERE,
    OWN,
    SAME,
    UID,
    Target,
    exists,
    holds_many,
    target_of,
)

LINE, REASON = "line", "why it was not imported"  # columns of a file of failed rows
SAMPLES = 3  # values of a column that are shown
NOT_BY_NAME = ("owner", "department")  # in another system's file these words mean its own

Known = dict[str, str]  # bare header → target
Choices = Mapping[int | str, str]  # place or header → target, "" to leave it out


@dataclass(frozen=True)
class Column:
    """One column: its header, where its values go; where they go nowhere, the reason why."""

    place: int
    header: str
    target: Target = NOWHERE
    reason: str = ""
    system: str = ""  # whose word the header is; "" where it is ours
    samples: tuple[str, ...] = ()
    match: str = ""  # what to do with a record that is here already; "" as for the whole
    makes: bool = False  # records that it names and that are not here
    dates: str = ""  # the order of day and month in its dates
    private: bool = False  # it looks like identity, bank or health data

    @property
    def field(self) -> str:
        return self.target.field


@dataclass(frozen=True)
class Asked:
    """What a person chose for columns, and some rows of the file to judge them by."""

    choices: Choices = field(default_factory=dict)
    rows: Sequence[Sequence[str]] = ()

    def choice(self, place: int, header: str) -> str | None:
        """What was chosen for one column; None where it is to be guessed."""
        return self.choices.get(place, self.choices.get(header))

    def of(self, place: int) -> list[str]:
        """The values of one column in these rows."""
        return [row[place].strip() for row in self.rows if place < len(row)]


@dataclass(frozen=True)
class Reading:
    """What a file is taken for: records of a type, in the words of a source ("" for our own)."""

    type: RecordType
    source: str = ""

    @property
    def system(self) -> str:
        """Whose ids the file brings: "salesforce leads" are Salesforce's."""
        return self.source.split(" ")[0]


def columns_of(
    actor: Actor,
    reading: Reading,
    headers: Sequence[str],
    language: str,
    asked: Asked = Asked(),
) -> list[Column]:
    """Every column of the file with its target; what was chosen wins over the guess.

    ValidationError for a choice that names no place there is, or one that is not open.
    """
    known = words_of(actor, reading, language)
    theirs = _theirs(reading)
    picked = {place: asked.choice(place, header) for place, header in enumerate(headers)}
    claimed = {target_of(text): headers[place] for place, text in picked.items() if text}
    taken: dict[Target, str] = {}
    found = []
    for place, header in enumerate(headers):
        chosen = picked[place]
        values = asked.of(place)
        text = known.get(bared(header), "") if chosen is None else chosen
        target = target_of(text)
        if chosen:
            _refuse_unknown(actor, reading.type, target)
        private = why_sensitive(header, values)
        reason = "" if chosen else private
        reason = reason or _reason(reading, header, text, taken if chosen else claimed | taken)
        reason = _("Left out by choice.") if chosen == "" else reason
        if not reason:
            taken[target] = header
        shown = header or _("column %(number)s") % {"number": place + 1}
        system = reading.system if bared(header) in theirs else ""
        told = [masked(value) for value in values] if private else values
        samples = tuple(dict.fromkeys(value for value in told if value))[:SAMPLES]
        target = NOWHERE if reason else target
        found.append(Column(place, shown, target, reason, system, samples, private=bool(private)))
    return found


def _refuse_unknown(actor: Actor, record_type: RecordType, target: Target) -> None:
    open_to = target.field in BESIDE or target.field in visible(actor, record_type)
    if not exists(record_type, target) or not open_to:
        raise ValidationError(
            _("%(plural)s have no place “%(name)s” for a column. Choose another.")
            % {"plural": record_type.plural, "name": target.text[:60]}
        )


def _reason(
    reading: Reading,
    header: str,
    text: str,
    taken: dict[Target, str],
) -> str:
    """Why a column is left out; "" where it is not."""
    target = target_of(text)
    if header in (LINE, REASON):
        return _("Written by Kartotek beside the rows that failed.")
    if text == OWN:
        return _("The other system keeps this for itself; Kartotek has its own.")
    if text == SAME:
        return _("The same stands in other columns.")
    if not target.field:
        return _("%(plural)s have no field of this name.") % {"plural": reading.type.plural}
    if target in taken and not holds_many(reading.type, target):
        return _("“%(other)s” fills the same field.") % {"other": taken[target]}
    kind = reading.type.fields.get(target.field)
    if kind is not None and not (kind.editable or kind.is_brought):
        return _("Kept by Kartotek itself.")
    return ""


def words_of(actor: Actor, reading: Reading, language: str) -> Known:
    """What a column may be called → its target: the source's words, and then our own."""
    return _with_theirs(actor, reading, names_of(actor, reading.type, language))


def _with_theirs(actor: Actor, reading: Reading, own: Known) -> Known:
    """Our own words with those of the source, which say more about its columns than ours."""
    if not reading.source:
        return own
    own = {bare: name for bare, name in own.items() if name not in NOT_BY_NAME}
    seen = visible(actor, reading.type)
    theirs = {
        bare: text
        for bare, text in _theirs(reading).items()
        if (field := target_of(text).field) in seen or field in BESIDE or not field
    }
    return {**own, **theirs}


def _theirs(reading: Reading) -> Known:
    table = reading.type.imports.get(reading.source, {})
    return {_bared(header): text for header, text in table.items()}


def names_of(actor: Actor, record_type: RecordType, language: str) -> Known:
    """What a column may be called → field: its name, its label in English, in `language` and in
    that of the actor."""
    seen = visible(actor, record_type)
    labels: dict[str, Any] = {
        name: one.label for name, one in (record_type.fields | record_type.parts).items()
        if name in seen
    }  # fmt: skip
    found = {UID: UID, **{_bared(name): name for name in labels}}
    for tongue in ("en", language, actor.language):
        with translation.override(tongue):
            for name, label in labels.items():
                found.setdefault(_bared(str(label)), name)
    return found


def bared(header: str) -> str:
    """Letters and digits alone: "E-mail", "email" and "E mail" are one name."""
    return re.sub(r"[\W_]+", "", header.casefold())


# Of our own words only: every file asks for the same ones, and nobody's header is kept.
_bared = lru_cache(maxsize=4096)(bared)


def guessed(actor: Actor, headers: Sequence[str], language: str, key: str = "") -> Reading:
    """The type and the source that most columns fit; of the type `key` where it is given.

    ValidationError where nothing fits, or several types alike.
    """
    types = [catalogue()[key]] if key else list(catalogue())
    fits: dict[tuple[str, str], int] = {}
    bare = [bared(header) for header in headers]
    for record_type in types:
        own = names_of(actor, record_type, language)
        for source in ("", *record_type.imports):
            reading = Reading(record_type, source)
            count = _fit(reading, bare, _with_theirs(actor, reading, own))
            if count:
                fits[record_type.key, source] = count
    most = max(fits.values(), default=0)
    best = [named for named, count in fits.items() if count == most]
    if not best:
        if key:
            return Reading(types[0])
        raise ValidationError(
            _("No column of this file is known (%(columns)s). Name the columns like the fields, "
              "or say what it holds with --type.")
            % {"columns": ", ".join(headers)[:200]}
        )  # fmt: skip
    if len({key for key, _source in best}) > 1:
        raise ValidationError(
            _("This file could hold any of: %(types)s. Say which with --type.")
            % {"types": ", ".join(dict.fromkeys(key for key, _source in best))}
        )
    return Reading(catalogue()[best[0][0]], best[0][1])


def _fit(reading: Reading, headers: Sequence[str], known: Known) -> int:
    """How many columns are understood; 0 where no record could come of them.

    In another system's words the columns must be mostly its own: two that are called alike
    everywhere make no export of it.
    """
    understood = {bare: known[bare] for bare in headers if bare in known}
    filled = {target_of(text).field for text in understood.values()} - {""}
    record_type = reading.type
    names = {record_type.title, *record_type.title_from.replace("|", " ").split()}
    if not (names & filled or (UID in filled and len(filled) > 1)):
        return 0
    if not reading.source:
        return len(understood)
    theirs = _theirs(reading)
    return len(understood) if sum(bare in theirs for bare in understood) >= 3 else 0


def chosen(actor: Actor, key: str, headers: Sequence[str], language: str) -> Reading:
    """The type named, or the one the columns speak for; in the words that fit best."""
    if key and key not in catalogue():
        known = ", ".join(one.key for one in catalogue())
        raise ValidationError(
            _("There is no type “%(key)s”. Known are: %(known)s.")
            % {"key": key[:60], "known": known}
        )
    return guessed(actor, headers, language, key)
