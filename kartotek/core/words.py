"""Text made comparable: normalised for search, keyed for sorting, sounded for misspelling.

Done once, in Python, so that both databases find and order alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOLDS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "ß": "ss", "ı": "i", "þ": "th", "œ": "oe", "ð": "d"}
)
_COMBINING = re.compile("[\u0300-\u036f]")  # only these: Devanagari's marks carry the vowels
_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963]+[^\W_]*)*")

# Letters with a place of their own in the alphabet; "{" sorts directly after "z".
_ALPHABETS = {
    "nb": {"æ": "{1", "ä": "{1", "ø": "{2", "ö": "{2", "å": "{3"},
    "lv": {letter: base + "{" for letter, base in zip("čģķļņšž", "cgklnsz", strict=True)},
}
_PLACES = {language: str.maketrans(letters) for language, letters in _ALPHABETS.items()}
KEY_LENGTH = 80
LONG = 200  # letters from which a text is no name, and not worth remembering


def fold(text: str) -> str:
    """Casefolded and without Latin accents: "Bērziņš" → "berzins", "Ærø" → "aero"."""
    if text.isascii():
        return text.lower()
    if len(text) > LONG:
        return _folded(text)
    # A space ends whatever letters compose: the same names come again and again.
    return " ".join([_fold_word(word) for word in text.split(" ")])


@lru_cache(maxsize=16_384)
def _fold_word(word: str) -> str:
    return _folded(word)


def _folded(text: str) -> str:
    bare = _COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", bare).translate(_FOLDS)


def split(text: str) -> list[str]:
    """The folded words of a text, in order; what stands between letters and digits divides."""
    return _WORD.findall(fold(text))


def sort_key(text: str, language: str) -> str | None:
    """A key whose binary order is the alphabet of `language`; None for an empty text."""
    text = text.strip()
    if not text:
        return None
    if text.isascii():
        return text.lower()[:KEY_LENGTH]
    lowered = unicodedata.normalize("NFC", text.casefold())
    if own := _PLACES.get(language):
        lowered = lowered.translate(own)
    return fold(lowered)[:KEY_LENGTH]


_SOUNDS = (
    ("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("sj", "s"), ("kj", "s"), ("ph", "f"),
    ("th", "t"), ("dh", "t"), ("gh", "g"), ("kh", "k"), ("bh", "b"), ("ck", "k"), ("qu", "k"),
    ("hj", "j"), ("gj", "j"), ("x", "ks"), ("z", "s"), ("c", "k"), ("q", "k"), ("w", "v"),
    ("d", "t"), ("g", "k"), ("b", "p"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_VOWELS = re.compile("[aeiouh]")
_REPEATED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """A rough skeleton of how a folded word sounds, alike for its likely misspellings.

    First letter class and consonants, voiced and unvoiced together, at most six letters.
    A simplification of Philips' Metaphone for several languages at once.
    """
    if not word.isascii():
        return word[:4]
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    start = "a" if word[:1] in "aeiouh" else word[:1]
    return (start + _REPEATED.sub(r"\1", _VOWELS.sub("", word[1:])))[:6]
