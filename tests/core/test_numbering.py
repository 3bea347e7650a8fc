"""Numbers read plainly are read as the library reads them; words folded piece by piece as whole."""

import random
import re
import unicodedata

import phonenumbers
import pytest

from kartotek.core import words
from kartotek.core.fieldtypes import numbering

COUNTRIES = [
    "NO",
    "LV",
    "DE",
    "GB",
    "IN",
    "BR",
    "PT",
    "US",
    "CA",
    "IT",
    "SJ",
    "AR",
    "RU",
    "FR",
    "AU",
    "",
    "no",
]
TRUSTED = re.compile(r"\+[2-9][0-9]{7,14}")  # taken as it is
SHAPES = [
    "{}",
    "{} {}",
    "({}) {}-{}",
    "{}.{}/{}",
    "0{}",
    "0{} {}",
    "00{}",
    "+{}",
    "+1{}",
    "+47 {}",
    "1{}",
    "{}-",
]


def by_the_library(text, country):
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def typed(dice):
    """Something like a number, as people write them."""
    shape = dice.choice(SHAPES)
    count = shape.count("{}")
    size = dice.randrange(3, 14) // count + 1
    code = dice.choice(["", "", "", "47", "49", "371", "7", "91"])
    pieces = [str(dice.randrange(10**size)).zfill(size) for _time in range(count)]
    return shape.format(code + pieces[0], *pieces[1:])


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_plain_number_is_read_as_the_library_reads_it(country):
    dice = random.Random(country)
    texts = [typed(dice) for _time in range(1_500)]
    read = {text: numbering.e164(text, country) for text in texts}
    plain = [text for text in texts if not TRUSTED.fullmatch(text.replace(" ", ""))]
    assert {text: read[text] for text in plain} == {
        text: by_the_library(text, country) for text in plain
    }


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("22 33 44 55", "NO"),
        ("030 1234567", "DE"),
        ("+1 212 555 0123", "LV"),
        ("67 12 34 56", "LV"),
    ],
)
def test_what_people_mostly_write_needs_no_library(text, country, monkeypatch):
    monkeypatch.setattr(numbering, "_by_the_library", lambda *_asked: "asked")
    numbering.e164.cache_clear()
    found = numbering.e164(text, country)
    numbering.e164.cache_clear()
    assert found == by_the_library(text, country) != ""


@pytest.mark.parametrize("text", ["tel 22-33 ٣٤", "", "१२३ abc", "+47 (22)"])
def test_digits_are_those_of_every_script(text):
    assert numbering.digits_of(text) == "".join(one for one in text if one.isdecimal())


PIECES = [
    "Ærø",
    "Bērziņš",
    "é́",
    "́",
    "शर्मा",
    "़क",
    "ﬁne",
    "¨x",
    "İ",
    "Straße",
    "가",
    "ᄀ",
    "ᅡ",
    "x",
    "",
]


def test_a_text_folds_as_its_words_do():
    dice = random.Random(1)
    for _time in range(2_000):
        text = " ".join(dice.choices(PIECES, k=dice.randrange(1, 5)))
        assert words.fold(text) == whole(text)


def whole(text):
    bare = words._COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold()))
    folded = unicodedata.normalize("NFC", bare).translate(words._FOLDS)
    return text.lower() if text.isascii() else folded
