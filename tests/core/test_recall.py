"""Of duplicates that are known to be there, how many the search over everything finds."""

import os
import random

import pytest

from kartotek.core import jobs
from kartotek.core.suggesting import look_again
from kartotek.core.suggestions import suggestions
from kartotek.core.worker import Worker
from tests.core.pairing import wilson
from tests.core.planting import planted

# Committed: a worker whose job takes long renews its lease on a connection of its own.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PEOPLE = int(os.environ.get("KARTOTEK_RECALL_PEOPLE", "4000"))
LEAST = 0.95  # of those that were planted


def found_by(actor):
    """The pairs that are suggested, all pages of them."""
    pairs, after = set(), ""
    while True:
        page, after = suggestions(actor, "contacts", after=after, size=500)
        pairs |= {(one.one, one.other) for one in page}
        if not after:
            return pairs


def test_nearly_all_planted_duplicates_are_found_and_little_else(ann, monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    truth = planted(ann, random.Random(20_261_126), PEOPLE, PEOPLE // 10)
    look_again(ann, "contacts")
    Worker().run_due()
    found = found_by(ann)
    share, low, high = wilson(len(found & truth), len(truth))
    print(f"{len(truth)} among {PEOPLE}: {share:.4f} found ({low:.4f} to {high:.4f}), "
          f"{len(found - truth)} others suggested")  # fmt: skip
    assert share >= LEAST
    assert len(found - truth) <= len(truth) / 10
