"""Undo after others went on: per field, what still stands comes back, the rest is told."""

import pytest

from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.undo import restore_version, undo
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ola(ann):
    return write(ann, "contacts", None, {"name": "Ola", "job_title": "Buyer", "source": "web"}).uid


def test_a_field_that_moved_on_stays_and_is_told_the_others_come_back(ola, ann):
    first = write(ann, "contacts", ola, {"job_title": "Chef", "source": "fair"})
    write(ann, "contacts", ola, {"source": "friend"})
    undone = undo(ann, first.batch)
    row = find_one(ann, "contacts", ola)
    assert (row["job_title"], row["source"]) == ("Buyer", "friend")
    assert [(kept.field, kept.uid) for kept in undone.kept] == [("source", ola)]


def test_an_undo_is_undone_and_undone_again(ola, ann):
    act = write(ann, "contacts", ola, {"job_title": "Chef"}).batch
    titles = []
    for _time in range(3):
        act = undo(ann, act).batch
        titles.append(find_one(ann, "contacts", ola)["job_title"])
    assert titles == ["Buyer", "Chef", "Buyer"]


def test_edits_are_undone_in_any_order(ola, ann):
    acts = [
        write(ann, "contacts", ola, {name: f"new {name}"}).batch
        for name in ("job_title", "source", "name")
    ]
    for act in (acts[1], acts[0], acts[2]):
        undo(ann, act)
    row = find_one(ann, "contacts", ola)
    assert (row["name"], row["job_title"], row["source"]) == ("Ola", "Buyer", "web")


def test_a_phone_added_since_survives_the_undo_of_another(ola, ann):
    first = write(ann, "contacts", ola, {"phones": "+47 22 00 00 01"}).batch
    phones = [*find_one(ann, "contacts", ola)["phones"], {"text": "+47 22 00 00 02"}]
    write(ann, "contacts", ola, {"phones": phones})
    undo(ann, first)
    kept = [item["text"] for item in find_one(ann, "contacts", ola)["phones"]]
    assert kept == ["+47 22 00 00 02"]


def test_a_whole_act_comes_back_together(ann):
    acting = ann.because("web", batch=write(ann, "companies", None, {"name": "X"}).batch)
    uids = [write(acting, "contacts", None, {"name": f"P{n}"}).uid for n in range(3)]
    undone = undo(ann, acting.batch)
    assert undone.records == 4
    assert find(ann, "contacts", Question()).rows == ()
    undo(ann, undone.batch)
    assert {row.uid for row in find(ann, "contacts", Question())} == set(uids)


def test_anothers_act_is_undone_only_by_a_role_that_may(bob, ann):
    uid = write(bob, "contacts", None, {"name": "Bob's"}).uid
    by_ann = write(ann, "contacts", uid, {"name": "Ann's"}).batch
    with pytest.raises(PermissionDenied, match="Ann"):
        undo(bob, by_ann)
    undo(ann, by_ann)
    assert find_one(bob, "contacts", uid)["name"] == "Bob's"


def test_an_act_that_is_not_there_cannot_be_undone(ola, ann):
    with pytest.raises(NotFound):
        undo(ann, ola)


def test_undo_of_a_removal_brings_back_the_same_uid(ola, ann):
    act = remove(ann, "contacts", ola).batch
    undo(ann, act)
    assert find_one(ann, "contacts", ola).removed is False


def test_an_earlier_version_is_written_back_as_a_new_one(ola, ann):
    for number in range(3):
        write(ann, "contacts", ola, {"name": f"Name {number}", "source": f"{number}"})
    saved = restore_version(ann, "contacts", ola, 2)
    row = find_one(ann, "contacts", ola)
    assert (row["name"], row["source"], saved.version) == ("Name 0", "0", 5)
    assert len(history(ann, "contacts", ola, Context())) == 5
