"""Departments are a tree: nothing stands below itself."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.core.find import find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.everything import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(ann):
    """Sales, North below it, Oslo below that."""
    sales = write(ann, "departments", None, {"name": "Selling"}).uid
    north = write(ann, "departments", None, {"name": "North", "parent": sales}).uid
    oslo = write(ann, "departments", None, {"name": "Oslo", "parent": north}).uid
    return sales, north, oslo


def test_no_company_is_a_part_of_itself(ann):
    whole = write(ann, "companies", None, {"name": "Fjord"}).uid
    part = write(ann, "companies", None, {"name": "Fjord Oslo", "parent": whole}).uid
    for below in (whole, part):
        with pytest.raises(ValidationError, match="below itself"):
            write(ann, "companies", whole, {"parent": below})


@pytest.mark.parametrize(("one", "below"), [(0, 0), (0, 1), (0, 2), (1, 2)])
def test_a_department_is_not_put_below_itself(ann, chain, one, below):
    before = everything()
    with pytest.raises(ValidationError, match="below itself"):
        write(ann, "departments", chain[one], {"parent": chain[below]})
    (told,) = write_many(ann, "departments", [Wish(chain[one], {"parent": chain[below]})])
    assert told.did == "refused"
    assert everything() == before


def test_it_is_moved_anywhere_else(ann, chain):
    sales, north, oslo = chain
    write(ann, "departments", oslo, {"parent": sales})
    write(ann, "departments", north, {"parent": oslo})
    assert find_one(ann, "departments", north)["parent"].uid == oslo
    write(ann, "departments", oslo, {"parent": None})
