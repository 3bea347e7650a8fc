"""Words made comparable: order in four alphabets, and misspelt names found among the nearest."""

import random

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import search, searching, tally, words
from kartotek.core.catalogue import the_type
from kartotek.core.gathering_many import Wish
from kartotek.core.search import nearest
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.core.names_of_people import PEOPLE, misspelt

ORDERS = [
    ("nb", ["Ada", "Ola", "Zorro", "Ærlig", "Ørn", "Ås", "Åse"]),
    ("nb", ["Berg", "Bråten", "Bæver", "Bø"]),
    ("lv", ["Cālis", "Cīrulis", "Čakste", "Dace", "Ģirts", "Harijs", "Kalns", "Ķēniņš", "Lapa",
            "Ļaudis", "Nora", "Ņina", "Sala", "Šmits", "Zane", "Žanis"]),
    ("pt", ["Ágata", "Ana", "Conceição", "Élcio", "Inês", "João", "José", "Luíza"]),
    ("hi", ["अनन्या", "आशा", "कविता", "गीता", "प्रिया", "मीना", "राहुल", "शर्मा"]),
    ("en", ["anna", "Bert", "Chris", "doris"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "order"), ORDERS)
def test_keys_sort_in_the_alphabet_of_the_language(language, order):
    mixed = random.Random(1).sample(order, len(order))
    assert sorted(mixed, key=lambda name: words.sort_key(name, language)) == order


def test_an_empty_text_has_no_key_and_a_long_one_a_short():
    assert words.sort_key("  ", "nb") is None
    assert len(words.sort_key("x" * 500, "nb")) == words.KEY_LENGTH
    assert len(words.sort_key("ß" * 500, "nb")) <= words.KEY_LENGTH


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Bērziņš, Jānis", ["berzins", "janis"]),
        ("Ærø O'Neil-Smith", ["aero", "o", "neil", "smith"]),
        ("अनन्या शर्मा", ["अनन्या", "शर्मा"]),
        ("ola.nordmann@fjord.no", ["ola", "nordmann", "fjord", "no"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_folded_words(text, wanted):
    assert words.split(text) == wanted


@pytest.mark.django_db
def test_two_hundred_misspelt_names_are_among_the_nearest_three(house):
    write_many(house, "contacts", [Wish(uuid7(), {"name": name}) for name in PEOPLE])
    dice, missed = random.Random(20), []
    for name in PEOPLE[:200]:
        typed = misspelt(name, dice)
        if name not in [hit.title for hit in nearest(house, typed, types=["contacts"])]:
            missed.append((name, typed))
    share = 1 - len(missed) / 200
    print(f"found among the nearest three: {share:.1%}; missed: {missed}")
    assert share >= 0.85


@pytest.mark.django_db
def test_all_words_that_sound_alike_win_over_newer_ones_with_some(house, monkeypatch):
    monkeypatch.setattr(searching, "CANDIDATES", 5)
    monkeypatch.setattr(search, "ENOUGH", 1)
    names = ["Ragnhild Bakken", *(f"Ragnhild {name}" for name in PEOPLE[:20])]
    names += [f"{name} Bakken" for name in PEOPLE[20:40]]
    write_many(house, "contacts", [Wish(uuid7(), {"name": name}) for name in names])
    found = [hit.title for hit in nearest(house, "Raknhild Baken", types=["contacts"])]
    assert found[0] == "Ragnhild Bakken"


@pytest.mark.django_db
@pytest.mark.parametrize("narrow", [0.0, 2.0])
def test_the_nearest_lie_within_reach(narrow, world, monkeypatch):
    """Whether the newest of everybody are looked through, or the index is asked for the reach."""
    monkeypatch.setattr(search, "NARROW", narrow)
    write(world.bob, "contacts", None, {"name": "Ragnhild Bakken"})
    write(world.dan, "contacts", None, {"name": "Ragnhild Bakkem"})
    tally.refresh(the_type("contacts"))
    found = [hit.title for hit in nearest(world.bob, "Ragnhild Baken", types=["contacts"])]
    assert found == ["Ragnhild Bakken"]
