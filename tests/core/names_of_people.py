"""Two hundred names of five languages, and the mistakes people make when they type them."""

import unicodedata

_NB = [
    ["Ola", "Kari", "Lars", "Ingrid", "Håkon", "Åse", "Bjørn", "Solveig"],
    ["Nordmann", "Kristiansen", "Ødegård", "Bråthen", "Haugen"],
]
_LV = [
    ["Jānis", "Līga", "Andris", "Ilze", "Mārtiņš", "Dace", "Pēteris", "Kristīne"],
    ["Bērziņš", "Kalniņa", "Ozoliņš", "Eglītis", "Vītola"],
]
_PT = [
    ["João", "Maria", "Antônio", "Luíza", "Sebastião", "Conceição", "Inês", "Gonçalo"],
    ["Magalhães", "Oliveira", "Carvalho", "Guimarães", "Nogueira"],
]
_HI = [
    ["अनन्या", "राहुल", "प्रिया", "अमित", "सुनीता", "विजय", "कविता", "संजय"],
    ["शर्मा", "वर्मा", "गुप्ता", "अग्रवाल", "चौधरी"],
]
_EN = [
    ["James", "Emma", "Oliver", "Charlotte", "Henry", "Grace", "William", "Harriet"],
    ["Thompson", "Whitfield", "Cartwright", "Montgomery", "Pemberton"],
]
PEOPLE = [
    f"{given} {family}"
    for givens, families in (_NB, _LV, _PT, _HI, _EN)
    for given in givens
    for family in families
]
_SOUNDS_ALIKE = [("ph", "f"), ("c", "k"), ("v", "w"), ("d", "t"), ("i", "y"), ("s", "z"),
                 ("ks", "x"), ("th", "t"), ("श", "स"), ("ी", "ि"), ("ू", "ु")]  # fmt: skip


def misspelt(name, dice):
    """One word of the name with one mistake: a letter left out, doubled, swapped, another."""
    parts = name.split()
    place = max(range(len(parts)), key=lambda number: len(parts[number]))
    parts[place] = _mistake(parts[place], dice)
    return " ".join(parts)


def _mistake(word, dice):
    kind = dice.choice(["left out", "doubled", "swapped", "another", "sound", "no accent"])
    at = dice.randrange(1, len(word) - 1)
    if kind == "left out":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[:at] + word[at] + word[at:]
    if kind == "swapped":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "another":
        letters = "aeiou" if word.isascii() or ord(word[0]) < 900 else "नमतकल"
        return word[:at] + dice.choice(letters) + word[at + 1 :]
    if kind == "sound":
        for one, other in dice.sample(_SOUNDS_ALIKE, len(_SOUNDS_ALIKE)):
            if one in word.lower():
                return word.lower().replace(one, other, 1)
    bare = "".join(c for c in unicodedata.normalize("NFKD", word)
                   if not 0x300 <= ord(c) <= 0x36F)  # fmt: skip
    return bare[:-1] if bare == word else bare[:at] + bare[at + 1 :]
