"""What somebody is known by, found in other texts: every spelling of it, and nobody else."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartotek.core.traces import Traces

KARI = Traces(
    ["Kari Nordmann", "Nordmann Kari", "kari@example.com", "+4722334455", "22334455", "Skoggata 77",
     "", "Ola", "123"]
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Kari Nordmann", "KARI  NORDMANN rang", "Nordmann, Kari", "Kari\u00a0Nordmann",
        "(kari nordmann)", "mail KARI@EXAMPLE.COM now", "+47 22 33 44 55", "22-33-44-55",
        "tel. (22) 33.44.55",
        "004722334455 or 22334455", "skoggata 77, Hamar", "Kari\nNordmann",
    ],
)  # fmt: skip
def test_it_is_found_however_it_is_spelt(text):
    assert KARI.are_in(text)
    assert not KARI.are_in(KARI.blanked(text))


@pytest.mark.parametrize(
    "text",
    [
        "Kari", "Nordmann", "Kari Nordmannsen", "Makari Nordmann", "okari@example.com.no",
        "122334455",         "223344556", "Ola and Kari", "123", "Skoggata 778", "", "22 33 44",
    ],
)  # fmt: skip
def test_what_is_somebody_elses_is_not(text):
    assert not KARI.are_in(text)
    assert KARI.blanked(text) == text


def test_inside_json_names_of_fields_stay():
    plain = {"Kari Nordmann": ["Kari Nordmann", 7, None, {"mail": "kari@example.com"}]}
    assert KARI.blanked_in(plain) == {"Kari Nordmann": ["[erased]", 7, None, {"mail": "[erased]"}]}


def test_nothing_known_finds_nothing():
    assert not Traces([]).are_in("anything")
    assert Traces(["Ola"]).blanked("Ola") == "Ola"


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=5, max_size=40
).filter(lambda text: len("".join(text.split())) >= 5)


@given(texts, st.text(max_size=10), st.text(max_size=10))
def test_the_quick_answer_leaves_nothing_out_that_the_pattern_finds(known, before, after):
    traces, whole = Traces([known]), f"{before} {known} {after}"
    if traces._found and re.search(traces._found, whole):
        assert traces.may_be_in(whole)
    for text in (known, orjson.dumps([whole]).decode()):
        if traces._found and traces._found.search(known):
            assert traces.may_be_in(text)
