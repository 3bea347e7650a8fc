"""Imports from the dropped file to the receipt: what was chosen, how it stands, what came of it.

A draft is seen by the member who began it, and by roles that undo what others did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_tasks.base import Task
from uuid_utils.compat import uuid7

from kartotek.core import jobs
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.files import FileFacts
from kartotek.core.jobs import dump, load
from kartotek.core.reading import as_uuid

COLUMNS, CHECKING, CHECKED = "columns", "checking", "checked"
IMPORTING, DONE, FAILED = "importing", "done", "failed"
UNPACKING = "unpacking"  # an archive on its way to "packed"
PACKED = "packed"  # an archive: its settings name the drafts of its files
KEPT = "kept"  # no type here holds its rows yet: offered again later
AT_WORK = (CHECKING, IMPORTING, UNPACKING)
OPEN = (COLUMNS, CHECKED, FAILED, KEPT)  # in these the choices may be changed
MOST_ATTEMPTS = 10
FILE_KEPT = timedelta(days=30)
_SETTINGS = "settings"  # among the choices: no place of a column is called so
_NAMES = "uid, member, who, at, name, file, failed, type, choices, state, job, receipt, acts, error"


@dataclass(frozen=True)
class Draft:
    """One import: `choices` is place of a column → target, "" to leave it out.

    `settings` is what was decided besides, as JSON; what it means is the files room's business.
    """

    uid: UUID
    member: int | None
    who: str
    at: datetime
    name: str
    file: UUID | None
    failed: UUID | None
    type: str
    choices: dict[int, str]
    state: str
    job: UUID | None
    receipt: dict[str, Any]
    acts: tuple[UUID, ...]
    error: str
    settings: dict[str, Any]


def begin(
    actor: Actor,
    file: FileFacts,
    type_key: str,
    *,
    state: str = COLUMNS,
    decided: dict[str, Any] | None = None,
    uid: UUID | None = None,
) -> UUID:
    """A draft for a whole file of this actor's."""
    if not file.is_whole:
        raise ValidationError(_("The file has not come in whole. Drop it again."))
    uid, speak = uid or uuid7(), dialect()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_importdraft (uid, member, who, at, name, file, type, choices, state, "
            "acts, error) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '[]', '')",
            [
                speak.uid(uid), actor.member, actor.name[:200], speak.instant(datetime.now(UTC)),
                file.name, speak.uid(file.uid), type_key[:40], _kept({}, decided or {}), state,
            ],
        )  # fmt: skip
    return uid


def read(actor: Actor, uid: UUID) -> Draft:
    """A draft that this actor may see. NotFound for others."""
    found = _found("uid = %s", [dialect().uid(uid)], 1)
    if not found or not _may_see(actor, found[0]):
        raise NotFound(_("There is no such import, or it is not yours to see."))
    return found[0]


def recent(actor: Actor, most: int) -> list[Draft]:
    """This actor's own, the newest first."""
    if actor.member is None:
        return []
    return _found("member = %s", [actor.member], most)


def the_file(draft: Draft) -> UUID:
    """The file of a draft. NotFound where it was let go after its 30 days."""
    if draft.file is None:
        raise NotFound(_("The file is not kept any more. Drop it again."))
    return draft.file


def is_own(actor: Actor, draft: Draft) -> bool:
    """Is it this actor's to go on with?"""
    return draft.member is not None and draft.member == actor.member


def choose(
    actor: Actor,
    draft: Draft,
    type_key: str,
    choices: dict[int, str],
    decided: dict[str, Any] | None = None,
) -> None:
    """Keep what was chosen for the columns; an earlier check counts no more."""
    _refuse_others(actor, draft)
    values = [type_key[:40], _kept(choices, draft.settings if decided is None else decided)]
    settings = "type = %s, choices = %s, receipt = NULL, error = '', state = %s"
    if not _change(draft.uid, OPEN, settings, [*values, COLUMNS]):
        raise ValidationError(_("This import has begun already. Wait until it is done."))


def amend(
    actor: Actor, draft: Draft, change: Callable[[Draft], tuple[dict[str, Any], dict[str, Any]]]
) -> Draft:
    """Change what was decided about rows that were checked, and what would come of them.

    `change` gives settings and receipt anew, of the draft as it is when nobody else is at it.
    """
    _refuse_others(actor, draft)
    with transaction.atomic():
        # The line first: who comes second waits here, and builds on what the first one kept.
        if not _change(draft.uid, (CHECKED,), "error = ''", []):
            raise ValidationError(_("This import has begun already. Nothing was changed."))
        now = read(actor, draft.uid)
        decided, receipt = change(now)
        values = [_kept(now.choices, decided), dump(receipt)]
        _change(draft.uid, (CHECKED,), "choices = %s, receipt = %s", values)
        return read(actor, draft.uid)


def decide(actor: Actor, draft: Draft, decided: dict[str, Any]) -> None:
    """Keep the settings of an archive."""
    _refuse_others(actor, draft)
    _change(draft.uid, (PACKED,), "choices = %s", [_kept(draft.choices, decided)])


def let_go(actor: Actor, draft: Draft) -> None:
    """Name the file of a draft no more that was kept for later; its bytes go with the sweep."""
    _refuse_others(actor, draft)
    settings = "state = %s, error = %s, file = NULL"
    if not _change(draft.uid, (KEPT,), settings, [FAILED, _("You let go of the file.")]):
        raise ValidationError(_("This file is not kept for later. Look at the page again."))


def set_off(actor: Actor, draft: Draft, task: Task[..., Any], state: str) -> None:
    """Put the job down that unpacks, checks or imports, once however often it is pressed."""
    _refuse_others(actor, draft)
    before = (CHECKED,) if state == IMPORTING else OPEN
    with transaction.atomic():
        # The state first: on PostgreSQL who comes second waits here, and then finds it taken.
        if not _change(draft.uid, before, "state = %s, error = ''", [state]):
            return
        asked = {"by": jobs.signed(actor), "draft": str(draft.uid)}
        key = f"import {draft.uid}"
        job = jobs.put_down(task, asked, key=key, most_attempts=MOST_ATTEMPTS)
        _change(draft.uid, (state,), "job = %s", [dialect().uid(job)])


def checked(draft: Draft, receipt: dict[str, Any]) -> None:
    """The trial ended: what would become of each row."""
    _change(draft.uid, (CHECKING,), "state = %s, receipt = %s", [CHECKED, dump(receipt)])


def done(
    draft: Draft, receipt: dict[str, Any], acts: tuple[UUID, ...], failed: UUID | None
) -> None:
    """The import ended; `acts` are what an undo takes back, `failed` the file of failed rows."""
    kept = failed and dialect().uid(failed)
    _change(
        draft.uid, (IMPORTING,), "state = %s, receipt = %s, acts = %s, failed = %s",
        [DONE, dump(receipt), dump([str(one) for one in acts]), kept],
    )  # fmt: skip


def unpacked(draft: Draft, decided: dict[str, Any]) -> None:
    """The archive is unpacked: `decided` names the drafts of its files."""
    _change(draft.uid, (UNPACKING,), "state = %s, choices = %s", [PACKED, _kept({}, decided)])


def broke(draft: Draft, why: str, acts: tuple[UUID, ...], *, keeps_file: bool = True) -> None:
    """It was refused as a whole; what had been written before that can still be undone."""
    kept = dump([str(one) for one in acts])
    settings = "state = %s, error = %s, acts = %s" + ("" if keeps_file else ", file = NULL")
    _change(draft.uid, AT_WORK, settings, [FAILED, why[:2000], kept])


def let_go_of_old() -> int:
    """Name no file any more after 30 days: the receipt stays, the rows themselves go.

    What is kept for later stays until it can be imported, or its owner lets it go.
    """
    before = dialect().instant(datetime.now(UTC) - FILE_KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_importdraft SET file = NULL, failed = NULL "
            f"WHERE at < %s AND state <> '{KEPT}' AND (file IS NOT NULL OR failed IS NOT NULL)",
            [before],
        )
        return int(cursor.rowcount)


def _may_see(actor: Actor, draft: Draft) -> bool:
    return (
        actor.kind == "system"
        or is_own(actor, draft)
        or actor.rights.scope("*", "undo_others") != "none"
    )


def _refuse_others(actor: Actor, draft: Draft) -> None:
    if not is_own(actor, draft):
        raise PermissionDenied(
            _("%(who)s began this import. Ask them to go on, or drop the file yourself.")
            % {"who": draft.who}
        )


def _found(where: str, values: list[Any], most: int) -> list[Draft]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_NAMES} FROM core_importdraft WHERE {where} ORDER BY at DESC, id DESC "
            f"LIMIT {most}",
            values,
        )
        return [_draft(row) for row in cursor.fetchall()]


def _kept(choices: dict[int, str], decided: dict[str, Any]) -> str:
    """Both in one column: the settings beside the places."""
    return dump({**{str(place): to for place, to in choices.items()}, _SETTINGS: decided})


def _draft(row: Any) -> Draft:
    at = Moment().load(row[3])
    assert at is not None
    file, failed, job = (None if one is None else as_uuid(one) for one in (row[5], row[6], row[10]))
    choices = load(row[8])
    decided = choices.pop(_SETTINGS, {})
    choices = {int(place): target for place, target in choices.items()}
    acts = tuple(UUID(one) for one in load(row[12]))
    return Draft(
        as_uuid(row[0]), row[1], row[2], at, row[4], file, failed, row[7], choices, row[9], job,
        load(row[11]) or {}, acts, row[13], decided,
    )  # fmt: skip


def _change(uid: UUID, states: tuple[str, ...], settings: str, values: list[Any]) -> bool:
    """Change a draft while it stands in one of these states."""
    marks = ", ".join(["%s"] * len(states))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_importdraft SET {settings} WHERE uid = %s AND state IN ({marks})",
            [*values, dialect().uid(uid), *states],
        )
        return bool(cursor.rowcount == 1)
