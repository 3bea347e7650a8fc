"""Duplicates whose twins are known: made people, some of them entered again by a hasty hand."""

from uuid import UUID

from uuid_utils.compat import uuid7

from kartotek.core.gathering_many import Wish
from kartotek.core.write_many import write_many
from tests.bench.names import FAMILY, FORMS, GIVEN, TRADES

GAPS = 0.15  # of the fields of a second entry nobody filled in
AT_ONE = 10  # people of one company


def mistyped(luck, text):
    """One letter left out, doubled or changed over with the next, half the time."""
    at = luck.randrange(1, 4)
    turned = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    missing, doubled = text[:at] + text[at + 1 :], text[:at] + text[at - 1 :]
    return luck.choice([text, text, text, missing, doubled, turned])


def entered_again(luck, values):
    """The same person as somebody else writes it down: with gaps and typing errors."""
    again = {name: value for name, value in values.items() if luck.random() > GAPS}
    for name in ("name", "emails"):
        if name in again:
            again[name] = mistyped(luck, again[name])
    if "phones" in again:  # the country stays: the error is in one of the last digits
        again["phones"] = mistyped(luck, again["phones"][::-1])[::-1]
    return again


def planted(actor, luck, people, twins):
    """So many people in their companies, and the pairs of uids of those who were entered twice."""
    companies = [
        Wish(_uid(), {"name": f"{luck.choice(FAMILY)} {luck.choice(TRADES)} {luck.choice(FORMS)}"})
        for _company in range(people // AT_ONE)
    ]
    write_many(actor, "companies", companies, on_error="stop")
    first = [Wish(_uid(), _person(luck, companies)) for _person_ in range(people)]
    again = [(one, entered_again(luck, one.values)) for one in luck.sample(first, twins)]
    second = [(one, Wish(_uid(), values)) for one, values in again if "name" in values]
    write_many(actor, "contacts", [*first, *(wish for _one, wish in second)], on_error="stop")
    return {(one.uid, wish.uid) for one, wish in second}


def _uid():
    return UUID(bytes=uuid7().bytes)


def _person(luck, companies):
    given, family = luck.choice(GIVEN), luck.choice(FAMILY)
    return {
        "name": f"{given} {family}",
        "company": str(luck.choice(companies).uid),
        "phones": f"+479{luck.randrange(10**7):07d}",
        "emails": f"person{luck.randrange(10**9)}@firm{luck.randrange(len(companies))}.example.com",
    }
