"""Receipts add up, or are refused; they are read by whom they concern."""

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import receipts
from kartotek.core.errors import NotFound, ValidationError

pytestmark = pytest.mark.django_db


def test_a_receipt_reads_back_as_it_was_recorded(bob):
    batch = uuid7()
    uid = receipts.record(
        "import", "people.csv", bob, rows=6, created=1, updated=2, unchanged=1, skipped=1, failed=1,
        detail={"columns": ["name"]}, batch=batch,
    )  # fmt: skip
    kept = receipts.read(bob, uid)
    assert (kept.rows, kept.created, kept.updated) == (6, 1, 2)
    assert (kept.unchanged, kept.skipped, kept.failed) == (1, 1, 1)
    assert (kept.label, kept.who, kept.batch) == ("people.csv", "Bob", batch)
    assert kept.detail == {"columns": ["name"]}


@pytest.mark.parametrize(
    "figures", [{"rows": 3, "created": 2}, {"rows": 1, "created": 2, "failed": -1}]
)
def test_figures_that_do_not_add_up_are_refused_with_both_sums(bob, figures):
    with pytest.raises(ValidationError) as refused:
        receipts.record("import", "people.csv", bob, **figures)
    assert "does not add up" in str(refused.value)


def test_a_receipt_is_read_by_its_owner_and_by_whoever_answers_for_others(world):
    uid = receipts.record("import", "people.csv", world.bob, rows=0)
    assert receipts.read(world.ann, uid).uid == uid
    for stranger in (world.dan, world.reader, world.eve):
        with pytest.raises(NotFound):
            receipts.read(stranger, uid)


def test_a_receipt_that_is_not_there_is_not_found(ann):
    for uid in (uuid7(), "nonsense"):
        with pytest.raises(NotFound):
            receipts.read(ann, uid)
