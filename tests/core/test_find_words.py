"""A list filtered by words: complete, whether few records match or very many."""

import pytest

from kartotek.core import listing
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("most", [3_000, 2])
def test_every_match_is_listed_in_order_however_many_there_are(ann, monkeypatch, most):
    monkeypatch.setattr(listing, "GATHER_MOST", most)
    for name in ("Fjord Fisk", "Fjord Pharma", "Nord Fisk", "Fjordby Sport", "Alta Fjord"):
        write(ann, "companies", None, {"name": name})
    page = find(ann, "companies", Question(words="fjor", sort="name", count=True))
    assert [row.title for row in page] == [
        "Alta Fjord",
        "Fjord Fisk",
        "Fjord Pharma",
        "Fjordby Sport",
    ]
    assert page.count == 4


def test_words_reach_no_further_than_the_actor(world, monkeypatch):
    monkeypatch.setattr(listing, "GATHER_MOST", 0)
    write(world.dan, "companies", None, {"name": "Fjord of Dan"})
    write(world.bob, "companies", None, {"name": "Fjord of Bob"})
    assert [row.title for row in find(world.bob, "companies", Question(words="fjord"))] == [
        "Fjord of Bob"
    ]
