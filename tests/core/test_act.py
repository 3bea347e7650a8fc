"""An action is one act: whole or not at all, and taken back as one."""

import pytest

from kartotek.core import log
from kartotek.core.act import act
from kartotek.core.catalogue import the_type
from kartotek.core.errors import Conflict, NotFound, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.recordtype import Action
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.everything import everything


@pytest.fixture
def bill(ann):
    return write(ann, "bills", None, {"name": "B1"}).uid


def declared(monkeypatch, run):
    """Let bills have one more action, `twice`."""
    monkeypatch.setitem(the_type("bills").actions, "twice", Action("twice", "Twice", "", run))


def test_what_an_action_returns_is_the_record_as_it_was_saved(ann, bill):
    saved = act(ann, "bills", bill, "send")
    assert (saved.uid, saved.version, saved.changed) == (bill, 2, ("sent_on",))


def test_all_that_an_action_writes_is_one_act(ann, bill, monkeypatch):
    def run(bills, actor, row):
        write(actor, "bills", None, {"name": "Copy"})
        write(actor, "bills", row, {"name": "Copied"})

    declared(monkeypatch, run)
    saved = act(ann, "bills", bill, "twice")
    assert log.batch_size(saved.batch, 9) == 2
    undo(ann, saved.batch)
    assert [row["name"] for row in find(ann, "bills")] == ["B1"]


def test_an_action_that_is_refused_half_way_leaves_nothing(ann, bill, monkeypatch):
    def run(bills, actor, row):
        write(actor, "bills", row, {"name": "Half"})
        return write(actor, "bills", row, {"is_paid": True, "sent_on": ""})

    declared(monkeypatch, run)
    before = everything()
    with pytest.raises(ValidationError):
        act(ann, "bills", bill, "twice", key="1")
    assert everything() == before


def test_an_action_on_what_changed_since_is_a_conflict(ann, bill):
    write(ann, "bills", bill, {"name": "B2"})
    with pytest.raises(Conflict):
        act(ann, "bills", bill, "send", version=1)
    assert find_one(ann, "bills", bill)["sent_on"] is None


@pytest.mark.parametrize(("record", "name"), [(None, "nosuch"), ("x", "send")])
def test_what_is_not_there_is_not_found(record, name, ann, bill):
    with pytest.raises(NotFound):
        act(ann, "bills", record or bill, name)
