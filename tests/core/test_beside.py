"""Work done by a second process: its answer, and what becomes of it when that process dies."""

import multiprocessing
import os
import random
import sys

import pytest

from kartotek.core import candidates
from kartotek.core.beside import beside, may_part
from kartotek.core.catalogue import the_type
from tests.core.planting import planted

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="no process forks safely here"),
]


def test_another_process_does_the_work():
    with beside(os.getpid) as answer:
        assert answer() != os.getpid()


def test_where_that_process_dies_the_work_is_done_here():
    here = os.getpid()

    def work():
        if os.getpid() != here:
            os._exit(1)
        return here

    with beside(work) as answer:
        assert answer() == here


def test_who_does_not_wait_for_the_answer_leaves_no_process():
    with beside(lambda: b"x" * 1_000_000):
        pass
    assert multiprocessing.active_children() == []


def test_two_processes_find_the_same_pairs_as_one(ann, monkeypatch):
    planted(ann, random.Random(3), 80, 20)
    contacts = the_type("contacts")
    one = candidates.candidates(contacts)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(candidates, "MANY", 1)
    assert may_part()
    read = []
    assert candidates.candidates(contacts, read.append) == one
    assert len(one.pairs) > 10 and read[-1] == one.records
