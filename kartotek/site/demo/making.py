"""The practice records themselves: the same from the same seed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

from uuid_utils.compat import uuid7

from kartotek.core.catalogue import the_type
from kartotek.core.gathering_many import Wish
from kartotek.site.demo.places import NOTES, PLACES, TAGS, TITLES, Place

SEED = 1905


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    companies: int
    contacts: int
    notes: int


SIZES = {"small": Size(40, 120, 200), "large": Size(400, 1_200, 2_000)}


@dataclass(frozen=True)
class Made:
    """One record that is to be, and where it lives."""

    wish: Wish
    place: Place

    @property
    def name(self) -> str:
        return str(self.wish.values["name"])


def make(size: Size, seed: int = SEED) -> dict[str, list[Wish]]:
    """The wishes of each type, in the order in which they are written: linked ones first."""
    dice = Random(seed)  # noqa: S311  (nothing here is secret)
    firms = [_company(dice, place, name) for place, name in _firms(dice, size.companies)]
    people = [
        _contact(dice, firms[number % len(firms)], given, family)
        for number, (given, family) in enumerate(_people(dice, firms, size.contacts))
    ]
    notes = [_note(dice, dice.choice(people), firms) for _number in range(size.notes)]
    return {
        "companies": [one.wish for one in firms],
        "contacts": [one.wish for one in people],
        "notes": notes,
    }


def _firms(dice: Random, count: int) -> list[tuple[Place, str]]:
    """As many names as are asked for, each once, the countries in turn."""
    named: dict[str, list[str]] = {}
    for place in PLACES:
        whole = [ending.format(trade) for ending, trade in product(place.firms, place.trades)]
        places = [f"{name} {city}" for name in whole for _code, city in place.cities]
        dice.shuffle(whole)
        dice.shuffle(places)
        named[place.country] = [*whole, *places]
    turns = [PLACES[number % len(PLACES)] for number in range(count)]
    return [(place, named[place.country].pop(0)) for place in turns]


def _people(dice: Random, firms: Sequence[Made], count: int) -> list[tuple[str, str]]:
    """A given and a family name for each, of the country of the company they work for."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    found = []
    for number in range(count):
        place = firms[number % len(firms)].place
        if not pairs.get(place.country):
            pairs[place.country] = list(product(place.given, place.family))
            dice.shuffle(pairs[place.country])
        found.append(pairs[place.country].pop())
    return found


def _company(dice: Random, place: Place, name: str) -> Made:
    fields = the_type("companies").fields
    host = f"{_plain(name)}.example"
    return Made(
        Wish(uuid7(), {
            "name": name, "website": f"https://www.{host}", "emails": f"office@{host}",
            "phones": _phone(dice, place), "addresses": [_address(dice, place)],
            "lifecycle": _one(dice, fields["lifecycle"]),
            "industry": _one(dice, fields["industry"]),
            "employees": dice.choice((3, 8, 15, 40, 120, 350)),
            "tags": dice.sample(TAGS, dice.randrange(3)),
        }), place,
    )  # fmt: skip


def _contact(dice: Random, firm: Made, given: str, family: str) -> Made:
    host = firm.wish.values["emails"].partition("@")[2]
    mail = f"{_plain(given)}.{_plain(family)}@{host}"
    return Made(
        Wish(uuid7(), {
            "name": f"{given} {family}", "given_name": given, "family_name": family,
            "job_title": dice.choice(TITLES), "company": str(firm.wish.uid),
            "phones": _phone(dice, firm.place), "emails": mail, "language": firm.place.language,
            "lifecycle": _one(dice, the_type("contacts").fields["lifecycle"]),
        }), firm.place,
    )  # fmt: skip


def _note(dice: Random, person: Made, firms: Sequence[Made]) -> Wish:
    """Something that was said or seen in the last three months, on a person's card."""
    home = next(one for one in firms if str(one.wish.uid) == person.wish.values["company"])
    ago = timedelta(minutes=dice.randrange(90 * 24 * 60))
    said = dice.choice(NOTES).format(
        greeting=person.place.greeting, name=person.name, company=home.name
    )
    about = [("contacts", person.wish.uid), ("companies", home.wish.uid)]
    return Wish(uuid7(), {
        "text": said, "at": (datetime.now(UTC) - ago).isoformat(timespec="minutes"),
        "about": [{"type": key, "uid": str(uid)} for key, uid in about],
    })  # fmt: skip


def _one(dice: Random, kind: Any) -> str:
    """Any of the choices that a field offers here."""
    return str(dice.choice([key for key, _label in kind.choices] or [""]))


def _phone(dice: Random, place: Place) -> str:
    return "".join(str(dice.randrange(10)) if one == "#" else one for one in place.phone)


def _address(dice: Random, place: Place) -> dict[str, str]:
    code, city = dice.choice(place.cities)
    street = place.street.format(street=dice.choice(place.streets), number=dice.randrange(1, 90))
    return {"street": street, "postal_code": code, "city": city, "country": place.country}


def _plain(name: str) -> str:
    """A name as it stands in an address: "Fjord Pharma AS" → "fjordpharmaas"."""
    bare = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore")
    return "".join(filter(str.isalnum, bare.decode().lower()))


_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae"})
