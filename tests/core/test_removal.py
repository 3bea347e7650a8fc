"""Removal: what stands in the way, what goes together, what comes back."""

import pytest

from kartotek.core.errors import Conflict, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.remove import remove, restore
from kartotek.core.undo import undo
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


def bill(actor, name, **values):
    return write(actor, "bills", None, {"name": name, **values}).uid


def live(actor, key):
    return {row.title for row in find(actor, key, Question())}


def test_a_link_that_blocks_names_how_many_stand_in_the_way(ann):
    acme = write(ann, "companies", None, {"name": "Acme"}).uid
    first = bill(ann, "One", company=str(acme))
    bill(ann, "Two", company=str(acme))
    with pytest.raises(ValidationError, match="2 records"):
        remove(ann, "companies", acme)
    assert find_one(ann, "companies", acme).removed is False
    remove(ann, "bills", first)
    with pytest.raises(ValidationError, match="1 record"):
        remove(ann, "companies", acme)


def test_what_goes_together_goes_and_comes_back_in_one_act(ann):
    first = bill(ann, "First")
    second = bill(ann, "Second", replaces=str(first))
    bill(ann, "Third", replaces=str(second))
    act = remove(ann, "bills", first).batch
    assert live(ann, "bills") == set()
    assert undo(ann, act).records == 3
    assert live(ann, "bills") == {"First", "Second", "Third"}


def test_what_goes_together_stays_when_one_of_them_may_not_go(ann):
    first = bill(ann, "First")
    bill(ann, "Second", replaces=str(first))
    before = live(ann, "bills")
    with pytest.raises(Conflict):
        remove(ann, "bills", first, version=7)
    assert live(ann, "bills") == before


def test_a_link_that_is_kept_shows_that_its_target_is_gone(ann):
    acme = write(ann, "companies", None, {"name": "Acme"}).uid
    ola = write(ann, "contacts", None, {"name": "Ola", "company": str(acme)}).uid
    remove(ann, "companies", acme)
    assert find_one(ann, "contacts", ola)["company"].removed is True
    restore(ann, "companies", acme)
    assert find_one(ann, "contacts", ola)["company"].removed is False


def test_removing_twice_and_restoring_twice_are_one_each(ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    versions = [turn(ann, "contacts", uid).version for turn in (remove, remove, restore, restore)]
    assert versions == [2, 2, 3, 3]


def test_a_removed_record_is_not_changed_and_not_linked_to(ann):
    acme = write(ann, "companies", None, {"name": "Acme"}).uid
    remove(ann, "companies", acme)
    with pytest.raises(ValidationError, match="trash"):
        write(ann, "companies", acme, {"name": "New"})
    with pytest.raises(ValidationError):
        write(ann, "contacts", None, {"name": "Ola", "company": str(acme)})


def test_sales_removes_only_what_is_its_own(ann, bob):
    uid = write(ann, "contacts", None, {"name": "X", "department": str(_department(ann))}).uid
    with pytest.raises(PermissionDenied):
        remove(bob, "contacts", uid)


def _department(actor):
    page = find(actor, "departments", Question())
    return next(row.uid for row in page if row.title == "Sales")
