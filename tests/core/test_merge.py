"""Merge: one stays, nothing is lost, what led to the others leads to it, all of it is undone."""

from uuid import uuid4

import pytest

from kartotek.core import log, receipts
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.merge import Merge, merge, merged_into
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.everything import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(ann):
    def contact(name, **values):
        return write(ann, "contacts", None, {"name": name, **values}).uid

    return contact


def one(actor, stays, *others, **values):
    return merge(actor, "contacts", Merge(stays, others, values))


def texts(row, name="phones"):
    return [item["text"] for item in row[name]]


def test_what_only_the_others_hold_comes_along(make, ann):
    stays = make("Ola Nordmann", phones="11 11 11 11", tags="fair", remember="Likes fish.")
    other = make(
        "Ola N", phones="11 11 11 11; 22 22 22 22", emails="ola@example.com", tags="vip, fair",
        job_title="Chef", do_not_call=True, remember="Knows Kari.",
    )  # fmt: skip
    one(ann, stays, other)
    row = find_one(ann, "contacts", stays)
    assert texts(row) == ["11 11 11 11", "22 22 22 22"]
    assert (row["name"], row["job_title"], row["do_not_call"]) == ("Ola Nordmann", "Chef", True)
    assert (row["tags"], row["remember"]) == (("fair", "vip"), "Likes fish.\n\nKnows Kari.")
    assert [item["address"] for item in row["emails"]] == ["ola@example.com"]


def test_what_was_chosen_wins(make, ann):
    stays, other = make("Ola", job_title="Cook"), make("Olav", job_title="Chef")
    one(ann, stays, other, name="Olav", job_title="Chef")
    row = find_one(ann, "contacts", stays)
    assert (row["name"], row["job_title"]) == ("Olav", "Chef")


def test_the_others_lie_in_the_trash_and_their_uids_lead_to_the_one(make, ann):
    stays, other = make("Ola"), make("Olav")
    one(ann, stays, other)
    assert find_one(ann, "contacts", other).removed
    assert merged_into(ann, "contacts", other) == stays
    assert merged_into(ann, "contacts", stays) is None


def test_links_lines_and_notes_lead_to_the_one_that_stays(ann, make):
    good, twin = (write(ann, "companies", None, {"name": n}).uid for n in ("Fjord", "Fjord AS"))
    boss = make("Boss")
    worker = make("Ola", company=str(twin), reports_to=str(boss),
                  jobs=[{"company": str(twin), "role": "Chef", "primary": True}])  # fmt: skip
    note = write(ann, "notes", None, {
        "text": "Rang", "about": [{"type": "companies", "uid": str(twin)},
                                  {"type": "contacts", "uid": str(boss)}]}).uid  # fmt: skip
    merge(ann, "companies", Merge(good, (twin,), {}))
    row = find_one(ann, "contacts", worker)
    assert (row["company"].uid, row["jobs"][0]["company"].uid) == (good, good)
    assert [ref.uid for ref in find_one(ann, "notes", note)["about"]] == [good, boss]
    assert find(ann, "contacts", Question(words="fjord")).rows[0].uid == worker


def test_lines_of_the_others_become_lines_of_the_one(make, ann):
    firm = str(write(ann, "companies", None, {"name": "Fjord"}).uid)
    shared = {"company": firm, "role": "Chef", "primary": True}
    stays = make("Ola", jobs=[shared])
    other = make("Olav", jobs=[shared, {"company": firm, "role": "Skipper"}])
    one(ann, stays, other)
    jobs = find_one(ann, "contacts", stays)["jobs"]
    assert [(job["role"], job["primary"]) for job in jobs] == [("Chef", True), ("Skipper", False)]


def test_all_of_it_is_undone_in_one_step(make, ann):
    stays, other = make("Ola", phones="1"), make("Olav", phones="2")
    follower = make("Kari", reports_to=str(other))
    before = find_one(ann, "contacts", stays).values
    saved = one(ann, stays, other)
    assert find_one(ann, "contacts", follower)["reports_to"].uid == stays
    assert undo(ann, saved.batch).kept == []
    now = find_one(ann, "contacts", stays).values
    assert {name: now[name] for name in ("phones", "external_ids", "tags")} == {
        name: before[name] for name in ("phones", "external_ids", "tags")
    }
    assert not find_one(ann, "contacts", other).removed
    assert find_one(ann, "contacts", follower)["reports_to"].uid == other
    assert merged_into(ann, "contacts", other) is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_are_undone_in_either_order(order, make, ann):
    stays, others = make("Ola"), [make("Olav", phones="1"), make("Oli", phones="2")]
    batches = [one(ann, stays, other).batch for other in others]
    for place in order:
        undo(ann, batches[place])
    row = find_one(ann, "contacts", stays)
    assert (row["phones"], row["external_ids"]) == ((), ())
    assert not any(find_one(ann, "contacts", other).removed for other in others)


def test_what_was_changed_since_stays_and_is_listed(make, ann):
    stays, other = make("Ola"), make("Olav", job_title="Chef")
    saved = one(ann, stays, other)
    write(ann, "contacts", stays, {"job_title": "Owner"})
    kept = undo(ann, saved.batch).kept
    assert [(one.uid, one.field) for one in kept] == [(stays, "job_title")]
    assert find_one(ann, "contacts", stays)["job_title"] == "Owner"


def test_a_record_does_not_come_to_lead_to_itself(make, ann):
    other = make("Olav")
    stays = make("Ola", reports_to=str(other))
    one(ann, stays, other)
    assert find_one(ann, "contacts", stays)["reports_to"] is None


def test_a_link_to_the_trash_does_not_stand_in_the_way(make, ann):
    boss = make("Boss")
    stays, other = make("Ola"), make("Olav", reports_to=str(boss), phones="1")
    remove(ann, "contacts", boss)
    one(ann, stays, other)
    assert texts(find_one(ann, "contacts", stays)) == ["1"]


def test_merging_again_what_was_merged_leads_all_old_uids_on(make, ann):
    first, second, third = make("A"), make("B"), make("C")
    one(ann, second, first)
    one(ann, third, second)
    assert [merged_into(ann, "contacts", uid) for uid in (first, second)] == [third, third]


def test_the_act_has_a_name_and_a_receipt_that_adds_up(make, ann):
    stays, other = make("Ola"), make("Olav")
    make("Kari", reports_to=str(other))
    saved = one(ann, stays, other)
    assert len(log.of_batch(saved.batch, None, 10)) == 3
    with_receipt = [r for r in _receipts(ann) if r.batch == saved.batch]
    assert [(r.kind, r.rows, r.updated) for r in with_receipt] == [("merge", 3, 3)]


def _receipts(actor):
    from django.db import connection

    from kartotek.core.reading import as_uuid

    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM core_receipt")
        return [receipts.read(actor, as_uuid(uid)) for (uid,) in cursor.fetchall()]


def test_refusals_leave_everything_as_it_was(make, ann, world):
    stays, other = make("Ola"), make("Olav")
    gone = make("Gone")
    remove(ann, "contacts", gone)
    before = everything()
    for actor, wanted, error in (
        (ann, Merge(stays, (), {}), ValidationError),
        (ann, Merge(stays, (stays,), {}), ValidationError),
        (ann, Merge(stays, (gone,), {}), ValidationError),
        (ann, Merge(stays, (uuid4(),), {}), NotFound),
        (ann, Merge(stays, (other,), {"shoe": 1}), ValidationError),
        (ann, Merge(stays, (other,), {"emails": "no mail"}), ValidationError),
        (ann, Merge(stays, tuple(uuid4() for _n in range(10)), {}), ValidationError),
        (world.reader, Merge(stays, (other,), {}), PermissionDenied),
    ):
        with pytest.raises(error):
            merge(actor, "contacts", wanted)
    assert everything() == before


@pytest.fixture
def meanwhile(ann, monkeypatch):
    """Let somebody change a record between what a merge reads and what it writes."""

    def change(uid, values):
        monkeypatch.setattr(
            "kartotek.core.merge.redirect_links",
            lambda *_given: write(ann, "contacts", uid, values) and 0,
        )

    return change


def test_what_somebody_adds_in_that_moment_to_the_one_that_stays_is_kept(make, ann, meanwhile):
    stays, other = make("Ola"), make("Olav", phones="1")
    meanwhile(stays, {"phones": "2"})
    one(ann, stays, other)
    assert sorted(texts(find_one(ann, "contacts", stays))) == ["1", "2"]


def test_one_that_changes_in_that_moment_is_a_conflict_and_nothing_is_merged(make, ann, meanwhile):
    stays, other = make("Ola"), make("Olav", phones="1")
    meanwhile(other, {"phones": "2"})
    before = everything()
    with pytest.raises(Conflict):
        one(ann, stays, other)
    assert everything() == before


def test_a_key_merges_once(make, ann):
    stays, other = make("Ola"), make("Olav")
    wanted = Merge(stays, (other,), {})
    assert merge(ann, "contacts", wanted, key="k") == merge(ann, "contacts", wanted, key="k")
