"""The lines inside a record: what two people did to them made one, and told for the log. Pure.

They are compared as the log holds them (`plain`): what others changed is known from there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.errors import Clash, ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Pointer
from kartotek.core.recordtype import PartType, RecordType

PartReader = Callable[[dict[str, FieldType], dict[str, Any]], dict[str, Any]]
Plain = dict[str, Any]
MOST_PARTS = 1_000
BESIDE_FIELDS = ("uid", "position")  # what a line carries that is none of its fields


@dataclass(frozen=True)
class Sent:
    """The lines as somebody sent them: what to write of each (None: taken out), in which order."""

    lines: dict[UUID, dict[str, Any] | None]
    places: dict[UUID, int]
    is_whole: bool  # a list stands for all lines, an object only for those it names


@dataclass(frozen=True)
class PartChange:
    """One row inside a record: made, changed or (values None) taken out."""

    part: str
    uid: UUID
    values: dict[str, Any] | None
    position: int
    is_new: bool


def merge_parts(
    record_type: RecordType,
    raw: dict[str, Any],
    current: dict[str, list[dict[str, Any]]],
    since: dict[str, Any],
    read: PartReader,
) -> tuple[dict[str, list[dict[str, Any]]], list[Clash]]:
    """The wanted rows of every part: a list sent stands for the whole, an object for a patch.

    A clash holds all lines of each side; `yours` is the list with every line you changed as you
    changed it, and beside them what they did.
    """
    wanted = {name: [dict(one) for one in current.get(name, [])] for name in record_type.parts}
    clashes: list[Clash] = []
    for name, given in raw.items():
        part = record_type.parts[name]
        rows, clash = _merged(part, _sent(part, given, read), wanted[name], since.get(name, {}))
        wanted[name] = rows
        clashes += [clash] if clash else []
        if len(rows) > MOST_PARTS:
            raise _too_many(part)
    return wanted, clashes


def _merged(
    part: PartType, sent: Sent, rows: list[dict[str, Any]], since: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], Clash | None]:
    now = {row["uid"]: row for row in rows}
    theirs = {uid: _plain_line(part, row) for uid, row in now.items()}
    base = _base(part, theirs, since)
    yours = _yours(part, sent, base, theirs)
    if any(_differs(base.get(uid), theirs.get(uid), mine) for uid, mine in yours.items()):
        return rows, Clash(part.name, _told(base), _told(theirs), _told(_kept(sent, theirs, yours)))
    blank = {name: kind.load(kind.empty) for name, kind in part.fields.items()}
    for uid in yours:
        values = sent.lines.get(uid)
        if values is None:
            now.pop(uid, None)
        else:
            now[uid] = {**blank, **now.get(uid, {}), "uid": uid, **values}
    found = [now[uid] for uid in _order(sent, now)]
    _refuse_empty(part, found, known=theirs.keys())
    return found, None


def _refuse_empty(part: PartType, rows: list[dict[str, Any]], known: Collection[UUID]) -> None:
    """A new line holds what every line must, whether it was sent or not."""
    for number, row in enumerate(rows, start=1):
        for name, kind in part.fields.items():
            if kind.required and kind.is_empty(row[name]) and row["uid"] not in known:
                error = ValidationError(_("Fill this in; it is the one thing needed here."))
                raise _in_line(part, number, labelled(kind, error))


def labelled(kind: FieldType, error: ValidationError) -> ValidationError:
    """What is wrong with one field of a line, after the field's name."""
    text = " ".join(error.messages)
    return ValidationError(_("%(label)s: %(text)s") % {"label": kind.label, "text": text})


def _differs(base: Plain | None, theirs: Plain | None, mine: Plain | None) -> bool:
    return theirs not in (base, mine)


def _base(part: PartType, theirs: dict[UUID, Plain], since: Mapping[str, Any]) -> dict[UUID, Plain]:
    """The lines as the sender knew them: today's, with what others did taken back."""
    lines = dict(theirs)
    places: dict[UUID, tuple[int, int]] = {uid: (n, 1) for n, uid in enumerate(theirs)}
    for text, before in since.items():
        uid = UUID(text)
        if before is None:
            lines.pop(uid, None)
            continue
        fields = {name: value for name, value in before.items() if name in part.fields}
        lines[uid] = {**_blank(part), **lines.get(uid, {}), **fields}
        if "position" in before:
            places[uid] = (before["position"], 0)
    return {uid: lines[uid] for uid in sorted(lines, key=lambda uid: places.get(uid, (0, 0)))}


def _yours(
    part: PartType, sent: Sent, base: dict[UUID, Plain], theirs: dict[UUID, Plain]
) -> dict[UUID, Plain | None]:
    """What the sender did to lines: those only sent back as they were known are left out."""
    gone = {uid: None for uid in base if uid not in sent.lines} if sent.is_whole else {}
    found: dict[UUID, Plain | None] = {}
    for uid, values in {**sent.lines, **gone}.items():
        mine = None
        if values is not None:
            known = base.get(uid) or theirs.get(uid) or _blank(part)
            mine = {**known, **_plain(part, values)}
        if mine != base.get(uid):
            found[uid] = mine
    return found


def _kept(
    sent: Sent, theirs: dict[UUID, Plain], yours: dict[UUID, Plain | None]
) -> dict[UUID, Plain]:
    """The lines were yours to win: what they did beside yours would still stay."""
    lines = {uid: line for uid, line in {**theirs, **yours}.items() if line is not None}
    return {uid: lines[uid] for uid in _order(sent, lines)}


def _order(sent: Sent, rows: Iterable[UUID]) -> list[UUID]:
    """A list brings its order along; a patch may say where a line stood."""
    known = list(rows)
    if sent.is_whole:
        return list(dict.fromkeys([*(uid for uid in sent.places if uid in set(known)), *known]))
    # A line put back goes before the one that took its place.
    places = {uid: (place, 1) for place, uid in enumerate(known)}
    places |= {uid: (place, 0) for uid, place in sent.places.items() if uid in places}
    return sorted(known, key=lambda uid: places[uid])


def _told(lines: dict[UUID, Plain]) -> list[Plain]:
    return [{"uid": str(uid), **line} for uid, line in lines.items()]


def _sent(part: PartType, given: Any, read: PartReader) -> Sent:
    """The lines parsed; ValidationError names the line that does not parse."""
    is_whole = isinstance(given, list | tuple)
    if not is_whole and not isinstance(given, dict):
        raise ValidationError({part.name: _("Expected a list of lines here.")})
    if len(given) > MOST_PARTS:
        raise _too_many(part)
    sent = Sent({}, {}, is_whole)
    entries = [(None, line) for line in given] if is_whole else list(given.items())
    for number, (uid, line) in enumerate(entries):
        try:
            _take(part, sent, uid, line, read)
        except ValidationError as error:
            raise _in_line(part, number + 1, error) from None
    return sent


def _take(part: PartType, sent: Sent, key: Any, line: Any, read: PartReader) -> None:
    """Enter one line; `key` is its uid in a patch, where a line of None is taken out."""
    if line is None and not sent.is_whole:
        sent.lines[_uid(key)] = None
        return
    if not isinstance(line, dict):
        raise ValidationError(_("Expected the fields of a line here."))
    uid = _uid(line.get("uid") if sent.is_whole else key)
    if uid in sent.lines:
        raise ValidationError(_("This line stands here twice. Send it once."))
    sent.lines[uid] = read(part.fields, line)
    if sent.is_whole:
        sent.places[uid] = len(sent.places)
    elif line.get("position") is not None:
        sent.places[uid] = _place(line["position"])


def _uid(given: Any) -> UUID:
    """The uid of a line; a new line may leave it out."""
    if given is None or isinstance(given, UUID):
        return given or uuid7()
    try:
        return UUID(str(given))
    except ValueError:
        raise ValidationError(
            _("“%(uid)s” is no uid. Leave it out for a new line.") % {"uid": str(given)[:60]}
        ) from None


def _place(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= MOST_PARTS:
        raise ValidationError(
            _("A position is a number from 0 to %(most)s.") % {"most": MOST_PARTS}
        )
    return given


def _in_line(part: PartType, number: int, error: ValidationError) -> ValidationError:
    text = " ".join(error.messages)
    return ValidationError(
        {part.name: _("Line %(line)s: %(text)s") % {"line": number, "text": text}}
    )


def _too_many(part: PartType) -> ValidationError:
    return ValidationError(
        {part.name: _("At most %(most)s lines fit in one record.") % {"most": MOST_PARTS}}
    )


def _plain(part: PartType, values: Mapping[str, Any]) -> Plain:
    return {name: part.fields[name].plain(value) for name, value in values.items()
            if name in part.fields}  # fmt: skip


def _plain_line(part: PartType, row: Mapping[str, Any]) -> Plain:
    return {name: kind.plain(row[name]) for name, kind in part.fields.items()}


def _blank(part: PartType) -> Plain:
    return {name: kind.plain(kind.load(kind.empty)) for name, kind in part.fields.items()}


def part_changes(
    record_type: RecordType,
    current: dict[str, list[dict[str, Any]]],
    wanted: dict[str, list[dict[str, Any]]],
) -> tuple[list[PartChange], dict[str, Any], dict[str, Any]]:
    """The rows to make, change and take out, and how the log tells it: part → uid → fields."""
    if not any(current.values()) and not any(wanted.values()):
        return [], {}, {}
    changes: list[PartChange] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, part in record_type.parts.items():
        old = {one["uid"]: (one, place) for place, one in enumerate(current.get(name, []))}
        new = {one["uid"]: (one, place) for place, one in enumerate(wanted.get(name, []))}
        was: dict[str, Any] = {}
        now: dict[str, Any] = {}
        for uid in dict.fromkeys([*old, *new]):
            logged = _logged(part, old.get(uid), new.get(uid))
            if logged is None:
                continue
            was[str(uid)], now[str(uid)] = logged
            row, place = new.get(uid, (None, 0))
            changes.append(PartChange(name, uid, row, place, uid not in old))
        if now:
            before[name], after[name] = was, now
    return changes, before, after


def _logged(part: PartType, old: Any, new: Any) -> tuple[Any, Any] | None:
    """(before, after) of one row as the log keeps it; None where nothing changed."""
    if old is None or new is None:
        full = [
            None if one is None else {**_plain_line(part, one[0]), "position": one[1]}
            for one in (old, new)
        ]
        return full[0], full[1]
    changed = [
        name
        for name, kind in part.fields.items()
        if _compared(kind, old[0][name]) != _compared(kind, new[0][name])
    ]
    if not changed and old[1] == new[1]:
        return None
    told = [_plain(part, {name: one[0][name] for name in changed}) for one in (old, new)]
    if old[1] != new[1]:
        told[0]["position"], told[1]["position"] = old[1], new[1]
    return told[0], told[1]


def _compared(kind: FieldType, value: Any) -> Any:
    """Links by the record they point at: not every one of them has its uid at hand."""
    if isinstance(kind, Link):
        return value.id if isinstance(value, Pointer) else None
    return kind.plain(value)
