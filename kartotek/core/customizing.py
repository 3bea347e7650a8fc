"""What a customer changed of the record types: labels, choices, order, own fields. Made of rows.

Nothing is written here, and nothing declared is changed: each type is copied, and looks different.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core.fieldtypes import Choice, FieldType, Link, Offering
from kartotek.core.fieldtypes.base import JsonList
from kartotek.core.fieldtypes.custom import BY_KIND, Custom
from kartotek.core.recordtype import RECORD_TYPES, RecordType

SEARCHED = frozenset(
    {"text", "long_text", "choice", "several", "tags", "phone", "email", "url"}
)  # kinds that are made of words; of what is masked none is ever told
STEP = 1_000  # between the places of two fields that stand as they were declared
MOST_SEARCHED = 5  # of customers' fields, for each record type: more words, slower to find
MOST_INDEXES = 5  # of customers' fields, for each record type: each costs on every write


@dataclass(frozen=True)
class Setting:
    """What one row says of one field of one record type."""

    uid: UUID
    on: str
    name: str
    label: str
    kind: str  # "" for a field that was declared
    choices: tuple[Mapping[str, Any], ...]
    place: int | None
    required: bool
    hidden: bool
    in_list: bool
    indexed: bool
    hint: str
    searched: bool


def settings() -> dict[str, list[Setting]]:
    """Record type → what is set of its fields, in the order in which it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT uid, "on", name, label, kind, choices, place, required, hidden, in_list, '
            "indexed, hint, searched FROM core_customfield WHERE removed_at IS NULL ORDER BY id"
        )
        rows = cursor.fetchall()
    found: dict[str, list[Setting]] = {}
    for uid, on, name, label, kind, choices, place, *rest in rows:
        listed = JsonList().load(choices)
        uid = uid if isinstance(uid, UUID) else UUID(bytes=bytes(uid))
        one = Setting(uid, on, name, label, kind, listed, place, *rest)
        found.setdefault(on, []).append(one)
    return found


def customized(declared: Mapping[str, RecordType]) -> dict[str, RecordType]:
    """Every record type as it looks just now. Two queries."""
    there, built = settings(), indexes()
    return {key: _looks(one, there.get(key, []), built) for key, one in declared.items()}


def indexes() -> set[str]:
    """The indexes of customers' fields that are there and whole."""
    if connection.vendor == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND substr(name, 1, 3) = 'cf_'"
    else:
        sql = (
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indisvalid AND left(c.relname, 3) = 'cf_'"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def index_name(record_type: RecordType, name: str) -> str:
    """What the index of a customer's field is called; 62 letters at most."""
    return f"cf_{record_type.table[:16]}_{name}"


def _looks(declared: RecordType, changes: list[Setting], built: set[str]) -> RecordType:
    one = copy.copy(declared)  # also where nothing changed: what is kept by its identity is old
    one.fields = {name: kind.anew() for name, kind in declared.fields.items()}
    if not declared.customizable:
        one.follow()
        return one
    known = {}
    for setting in changes:
        if made_for(setting.kind) is not None:
            one.fields[setting.name] = _added(setting)
        elif setting.name in one.fields:
            one.fields[setting.name] = _changed(one.fields[setting.name], setting)
        elif setting.name in one.parts:
            part = one.parts[setting.name]
            named = setting.label or part.named
            one.parts = {**one.parts, setting.name: replace(part, named=named)}
        else:
            continue  # of a field that this version does not have
        known[setting.name] = setting
    one.hidden = frozenset(name for name, setting in known.items() if setting.hidden)
    wanted = [name for name, setting in known.items() if setting.kind and setting.indexed]
    one.wanted = {name: index_name(one, name) for name in wanted[:MOST_INDEXES]}
    one.walks = {name: index for name, index in one.wanted.items() if index in built}
    for name in one.walks:
        one.fields[name].is_indexed = True
    vars(one).update(_laid_out(declared, one.hidden, known))
    vars(one).update(_found_by(declared, known))
    one.follow()
    return one


def _found_by(declared: RecordType, known: Mapping[str, Setting]) -> dict[str, Any]:
    """What is searched besides: a role that does not see one of these finds by none of them."""
    more = [
        name
        for name, one in known.items()
        if one.kind in SEARCHED and one.searched and not one.hidden
    ][:MOST_SEARCHED]
    if not more:
        return {}
    return {
        "search": {**declared.search, **dict.fromkeys(more, 1)},
        "guarded": " ".join([*declared.guarded.split(), *more]),
    }


LINK = "link:"  # stands before the key of the type that a field links to


def made_for(kind: str) -> type[Custom] | None:
    """The class behind the word for a kind; None where this version has no such kind."""
    sort, colon, target = kind.partition(":")
    if sort == "link":
        return BY_KIND[sort] if target in RECORD_TYPES else None
    return None if colon else BY_KIND.get(sort)


def _added(setting: Setting) -> FieldType:
    made: Any = made_for(setting.kind)
    options: dict[str, Any] = {"required": setting.required and not setting.hidden}
    if issubclass(made, Offering):
        plain = made(_choices(setting), **options)
        plain.put_away = _put_away(setting)
    elif issubclass(made, Link):
        target = RECORD_TYPES[setting.kind.removeprefix(LINK)]
        plain = made(target.model._meta.label, "keep", **options)
        plain.target = target.key
    else:
        plain = made(**options)
    kind: FieldType = plain.at(setting.name, setting.label)
    kind.hint = setting.hint
    return kind


def _changed(declared: FieldType, setting: Setting) -> FieldType:
    kind = copy.copy(declared)
    kind.label = setting.label or declared.label
    kind.required = declared.required or setting.required
    kind.hint = setting.hint
    if isinstance(kind, Choice) and isinstance(declared, Choice) and setting.choices:
        named = _choices(setting)
        kept = {key for key, _label in named}
        # What the house was delivered with stays known: its values may stand in records.
        rest = [(key, label) for key, label in declared.choices if key not in kept]
        kind.choices = [*named, *rest]
        kind.put_away = _put_away(setting)
    return kind


def _choices(setting: Setting) -> list[tuple[str, Any]]:
    return [(str(one["key"]), str(one["label"])) for one in setting.choices]


def _put_away(setting: Setting) -> frozenset[str]:
    return frozenset(str(one["key"]) for one in setting.choices if one.get("hidden"))


def _laid_out(
    declared: RecordType, hidden: frozenset[str], known: Mapping[str, Setting]
) -> dict[str, str]:
    """The form, the columns and the quick form, as texts like the declared ones."""
    added = [one for one in known.values() if one.kind and not one.hidden]
    columns = [name for name in declared.column_names if name.split(".")[0] not in hidden]
    columns += [one.name for one in added if one.in_list]
    quick = [name for name in declared.quick_names if name not in hidden]
    quick += [
        one.name
        for one in known.values()
        if one.required and not one.hidden and one.name not in quick
    ]
    return {
        "columns": " ".join(columns),
        "quick": " ".join(quick),
        "form": " | ".join(" ".join(group) for group in _form(declared, hidden, known)),
    }


def places(declared: RecordType, known: Mapping[str, Setting]) -> list[tuple[int, int, str]]:
    """(place, group of the declared form, name) of every field of the form, in their order."""
    found: list[tuple[int, int, str]] = []
    for group, names in enumerate(declared.form_groups):
        begun = len(found)
        found += [((begun + n) * STEP, group, name) for n, name in enumerate(names)]
    last = len(declared.form_groups)
    named = {name for _place, _group, name in found}
    # A required field is asked for wherever something is added, whatever the declared form holds.
    more = [one for one in known.values() if one.name not in named and (one.kind or one.required)]
    begun = len(found)
    found += [((begun + n) * STEP, last, one.name) for n, one in enumerate(more)]
    moved = {name: one.place for name, one in known.items() if one.place is not None}
    return sorted(
        ((moved.get(name, place), group, name) for place, group, name in found),
        key=lambda each: (each[0], each[2] not in moved),
    )


def _form(
    declared: RecordType, hidden: frozenset[str], known: Mapping[str, Setting]
) -> list[list[str]]:
    """The form's groups: who was moved stands in the group of the field before it."""
    groups: dict[int, list[str]] = {}
    here = 0
    for _place, group, name in places(declared, known):
        is_moved = name in known and known[name].place is not None
        here = here if is_moved else group
        if name not in hidden:
            groups.setdefault(here, []).append(name)
    return [groups[group] for group in sorted(groups)]
