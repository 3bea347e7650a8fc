"""Search tables hold nothing of their own: missing or of an older shape, they are made anew."""

import pytest
from django.db import connection

from kartotek.core import asking, housekeeping, searching, storage
from kartotek.core.catalogue import catalogue, the_type
from kartotek.core.remove import remove
from kartotek.core.search import search
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def fjord(ann):
    """One company that can be found, and one in the trash."""
    write(ann, "companies", None, {"name": "Fjord Fisk"})
    gone = write(ann, "companies", None, {"name": "Fjord Gone"})
    remove(ann, "companies", gone.uid)
    return the_type("companies")


def found(actor):
    return [hit.title for hit in search(actor, "fjord", types=["companies"])]


def test_a_table_of_this_version_is_left_alone(fjord):
    assert searching.is_current(fjord)
    assert storage.mend() == []


def test_a_missing_table_is_made_and_filled(fjord, ann):
    searching.forget(fjord)
    assert storage.mend() == [asking.table_of(fjord)]
    assert found(ann) == ["Fjord Fisk"]


def test_a_table_of_an_older_shape_is_made_anew_and_filled(fjord, ann, monkeypatch):
    searching.forget(fjord)
    if connection.vendor == "sqlite":
        today = searching._fts5
        monkeypatch.setattr(
            searching, "_fts5", lambda name: today(name).replace("prefix='1 2 3 4', ", "")
        )
    else:
        monkeypatch.setattr(searching, "SHAPE", "1")
    searching.create(fjord)
    monkeypatch.undo()
    assert not searching.is_current(fjord)
    assert storage.mend() == [asking.table_of(fjord)]
    assert searching.is_current(fjord)
    assert found(ann) == ["Fjord Fisk"]


def test_many_small_pieces_of_an_index_become_one_and_find_the_same(ann):
    companies = the_type("companies")
    made = [write(ann, "companies", None, {"name": f"Fjord {n}"}) for n in range(12)]
    for one in made[:6]:
        remove(ann, "companies", one.uid)
    before = found(ann)
    assert len(before) == 6
    steps = storage.merge_search(companies)
    assert (steps > 0) == (connection.vendor == "sqlite")
    assert storage.merge_search(companies) == 0
    assert found(ann) == before
    assert housekeeping.merge_search.call().keys() == catalogue().types.keys()
    assert housekeeping.merge_search.call() == dict.fromkeys(catalogue().types, 0)
