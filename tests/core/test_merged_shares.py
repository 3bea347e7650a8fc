"""Merge: the one that stays is open to whom the others were open, until the merge is undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kartotek.core import receipts, undo_job
from kartotek.core.actor import VERBS, Rights
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find_one
from kartotek.core.merge import Merge, merge
from kartotek.core.reading import raws_by_uid
from kartotek.core.undo import undo
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
OWN = Rights(verbs={"*": dict.fromkeys(VERBS, "own")})


@pytest.fixture
def guest(dan):
    """Dan with a role that reaches what is his own, and what is shared with him."""
    return replace(dan, rights=OWN, departments=(dan.department,))


@pytest.fixture
def trio(ann):
    return [write(ann, "contacts", None, {"name": name}).uid for name in ("A", "B", "C")]


def share(uid, member=None, department=None, *, may_edit=False, until=None):
    record = raws_by_uid(the_type("contacts"), [], [uid])[0].id
    speak = dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_share ("type", record, member, department, may_edit, "until") '
            "VALUES ('contacts', %s, %s, %s, %s, %s)",
            [record, member, department, speak.boolean(may_edit), until and speak.instant(until)],
        )


def shares():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_share")
        return cursor.fetchone()[0]


def sees(actor, uid):
    try:
        return find_one(replace(actor, memo=None), "contacts", uid) is not None
    except NotFound:
        return False


def edits(actor, uid):
    try:
        write(replace(actor, memo=None), "contacts", uid, {"job_title": "Captain"})
    except (NotFound, PermissionDenied):
        return False
    return True


def one(actor, stays, *others):
    return merge(actor, "contacts", Merge(stays, others, {}))


def test_who_saw_the_other_sees_the_one_that_stays_until_it_is_undone(ann, guest, trio):
    share(trio[1], member=guest.member)
    merged = one(ann, trio[0], trio[1])
    assert sees(guest, trio[0]) and not edits(guest, trio[0])
    assert receipts.of_act(ann, merged.batch).detail["shares"] == 1
    back = undo(ann, merged.batch)
    assert (sees(guest, trio[0]), sees(guest, trio[1]), shares()) == (False, True, 1)
    undo(ann, back.batch)
    assert sees(guest, trio[0])


def test_the_right_to_edit_and_the_last_day_come_along(ann, guest, trio):
    day = timedelta(days=1)
    share(trio[1], department=guest.department, may_edit=True, until=datetime.now(UTC) + day)
    share(trio[2], member=guest.member, may_edit=True, until=datetime.now(UTC) - day)
    one(ann, trio[0], trio[2])
    assert not sees(guest, trio[0])
    one(ann, trio[0], trio[1])
    assert edits(guest, trio[0])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_undone_in_either_order_leave_the_shares_as_they_were(ann, guest, trio, order):
    for uid in trio[1:]:
        share(uid, member=guest.member)
    acts = [one(ann, trio[0], uid).batch for uid in trio[1:]]
    undo(ann, acts[order[0]])
    assert sees(guest, trio[0])  # by the other merge, which still stands
    undo(ann, acts[order[1]])
    assert (sees(guest, trio[0]), shares()) == (False, 2)


def test_a_share_of_its_own_outlasts_the_undo(ann, guest, trio):
    share(trio[0], member=guest.member)
    share(trio[1], member=guest.member)
    undo(ann, one(ann, trio[0], trio[1]).batch)
    assert sees(guest, trio[0]) and shares() == 2


def test_a_merge_that_is_undone_by_a_job_takes_its_shares_back_too(ann, guest, trio, monkeypatch):
    monkeypatch.setattr(undo_job, "AT_ONCE", 1)
    share(trio[1], member=guest.member)
    undo_later(ann, one(ann, trio[0], trio[1]).batch)
    Worker().run_due()
    assert (sees(guest, trio[0]), sees(guest, trio[1])) == (False, True)


def test_a_merge_that_is_refused_moves_no_share(ann, guest, trio):
    share(trio[1], member=guest.member)
    blind = replace(
        ann, rights=Rights(verbs={"*": {**dict.fromkeys(VERBS, "all"), "merge": "none"}})
    )
    with pytest.raises(PermissionDenied):
        one(blind, trio[0], trio[1])
    assert shares() == 1
