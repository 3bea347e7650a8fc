"""Everything of one who leaves goes to another, and comes back by one press."""

import pytest

from kartotek.core import jobs, receipts
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.undo import undo
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.people import handing
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(world):
    """Bob has two companies and three contacts, Dan one contact."""
    for name in ("Fjord AS", "Dal AS"):
        write(world.bob, "companies", None, {"name": name})
    for name in ("Ola", "Kari", "Per"):
        write(world.bob, "contacts", None, {"name": name})
    write(world.dan, "contacts", None, {"name": "Line"})
    return world


def of(world, actor):
    where = (Condition("owner", "is", str(actor.member_uid)),)
    return sorted(
        row.title
        for key in ("companies", "contacts")
        for row in find(world.ann, key, Question(where=where))
    )


def test_all_of_it_goes_in_one_act_and_comes_back_in_one(house):
    assert handing.owned(house.ann, house.bob.member_uid) == {"companies": 2, "contacts": 3}
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert (handed.count, handed.is_later) == (5, False)
    assert of(house, house.bob) == []
    assert of(house, house.dan) == ["Dal AS", "Fjord AS", "Kari", "Line", "Ola", "Per"]
    row = next(row for row in find(house.ann, "contacts", Question(columns=("department",)))
               if row.title == "Ola")  # fmt: skip
    assert row["department"].title == "Elsewhere"
    undo(house.ann, handed.batch)
    assert of(house, house.bob) == ["Dal AS", "Fjord AS", "Kari", "Ola", "Per"]
    assert of(house, house.dan) == ["Line"]


@pytest.mark.parametrize("chunk", [2, 500])
def test_very_many_go_by_a_job_with_a_receipt_that_adds_up(house, monkeypatch, chunk):
    monkeypatch.setattr(handing, "AT_ONCE", 3)
    monkeypatch.setattr(handing, "CHUNK", chunk)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert handed.is_later and of(house, house.bob) != []
    again = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert again.batch == handed.batch  # pressed twice: the same job
    Worker().run_due()
    assert of(house, house.bob) == []
    told = receipts.read(house.ann, jobs.facts(handed.batch).result["receipt"])
    assert (told.rows, told.updated, told.failed) == (5, 5, 0)
    undo_later(house.ann, handed.batch)
    Worker().run_due()
    assert of(house, house.bob) == ["Dal AS", "Fjord AS", "Kari", "Ola", "Per"]


def test_nobody_else_does_it_and_to_nobody(house):
    write(house.ann, "members", house.cyd.member_uid, {"is_active": False})
    before = everything()
    with pytest.raises(PermissionDenied):
        handing.hand_over(house.manager, house.bob.member_uid, house.dan.member_uid)
    for to, told in ((house.bob, "somebody else"), (house.cyd, "no access")):
        with pytest.raises(ValidationError, match=told):
            handing.hand_over(house.ann, house.bob.member_uid, to.member_uid)
    with pytest.raises(ValidationError, match="nothing to hand over"):
        handing.hand_over(house.ann, house.eve.member_uid, house.dan.member_uid)
    assert everything() == before


def test_the_page_asks_to_whom_and_hands_over(house):
    at = f"/settings/people/{house.bob.member_uid}/hand"
    browser = signed_in(house.ann)
    page = browser.get(at).content.decode()
    assert "Companies" in page and "<dd>2</dd>" in page
    assert browser.post(at, {"to": ""}).status_code == 422
    assert browser.post(at, {"to": str(house.bob.member_uid)}).status_code == 422
    told = browser.post(at, {"to": str(house.dan.member_uid)}, **PIECE).content.decode()
    assert "Handed over: 5 records." in told and "/undo/" in told
    assert "owns nothing" in browser.get(at).content.decode()
    assert signed_in(house.bob).get(at).status_code == 403
    assert find_one(house.ann, "members", house.bob.member_uid)
