"""Actions: what a record type declares that people do, run in one way."""

import pytest

from kartotek.core import log
from kartotek.core.act import act
from kartotek.core.catalogue import the_type
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find_one
from kartotek.core.undo import undo
from kartotek.core.write import write


@pytest.fixture
def bill(ann):
    return write(ann, "bills", None, {"name": "B1"}).uid


def test_an_action_is_a_write_that_stands_in_the_history_and_can_be_undone(ann, bill):
    saved = act(ann, "bills", bill, "send")
    assert str(find_one(ann, "bills", bill)["sent_on"]) == "2026-11-21"
    assert [line.verb for line in log.of_batch(saved.batch, None, 5)] == ["update"]
    undo(ann, saved.batch)
    assert find_one(ann, "bills", bill)["sent_on"] is None


def test_an_action_tells_its_label_and_its_key():
    declared = the_type("bills").actions["send"]
    assert (str(declared.label), declared.key) == ("Send today", "s")


def test_an_action_that_nobody_declared_is_not_there(ann, bill):
    with pytest.raises(NotFound, match="no action “burn”"):
        act(ann, "bills", bill, "burn")


def test_an_action_reaches_no_further_than_the_actor(world, ann, bill):
    with pytest.raises((NotFound, PermissionDenied)):
        act(world.eve, "bills", bill, "send")
    assert find_one(ann, "bills", bill).version == 1
