"""A list filtered by words: complete, whether few records match or very many."""

import pytest

from kartotek.core import listing
from kartotek.core.actor import system
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


@pytest.mark.parametrize("most", [3_000, 0])
@pytest.mark.parametrize("size", [1, 2, 50])
def test_the_words_of_a_company_out_of_reach_list_nobody(most, size, world, monkeypatch):
    """However many match, and however the pages fall."""
    monkeypatch.setattr(listing, "GATHER_MOST", most)
    house = system("test")
    far = write(house, "companies", None, {"name": "Fjord", "owner": str(world.dan.member_uid)})
    near = write(world.bob, "companies", None, {"name": "Fjordby"})
    for number in range(6):
        company = (far, near)[number % 2]
        name = f"Fjord {number}" if number == 4 else f"Person {number}"
        values = {"name": name, "company": str(company.uid), "owner": str(world.bob.member_uid)}
        write(house, "contacts", None, values)
    found, after = [], ""
    while True:
        page = find(
            world.bob, "contacts",
            Question(words="fjord", sort="name", size=size, after=after, count=True),
        )  # fmt: skip
        found += [row.title for row in page]
        assert page.count in ((4,) if most else (None, 4))
        if not (after := page.next):
            break
    assert found == ["Fjord 4", "Person 1", "Person 3", "Person 5"]
