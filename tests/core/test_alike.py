"""How alike two records are: what speaks for it, what against, and that the setting holds."""

import csv
import os
import random
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from kartotek.core import alike
from kartotek.core.catalogue import the_type
from tests.core.pairing import measured, side, wilson
from tests.core.planting import entered_again

FOLDER = os.environ.get("KARTOTEK_REAL_DATA", "")
STARTS = ("Ola", "Mar", "Inge", "Berz", "Joa", "Kal", "Sig", "Tor", "Lie", "Ande", "Rui", "Vil")
ENDS = ("rik", "dis", "nald", "ina", "mund", "elis", "quim", "borg", "stein", "ita", "uska", "veig")
FAMILIES = ("sen", "ņš", "vik", "eira", "gaard", "holm", "iņa", "berg", "moen", "ossa", "lund")


def said(one, other):
    return {(reason.field, reason.sort) for reason in alike.reasons(one, other)}


def test_the_same_phone_and_a_like_name_are_two_reasons():
    one = side(name="Ola Nordmann", phones="+47 22 00 11 22")
    other = side(name="Nordman, Ola", phones="+4722001122")
    assert said(one, other) == {("phones", "same"), ("name", "alike")}
    assert alike.are_alike(one, other)


def test_two_people_behind_one_mail_address_are_not_the_same():
    one = side(name="Kari Vik", emails="post@fjord.example")
    other = side(name="Per Dalsgaard", emails="post@fjord.example")
    assert not alike.are_alike(one, other)


def test_father_and_son_at_one_address_are_told_apart_by_their_birthdays():
    place = [{"street": "Storgata 1", "postal_code": "0155", "city": "Oslo"}]
    one = side(name="Ola Vik", addresses=place, birthday="1951-03-02")
    other = side(name="Olav Lund", addresses=place, birthday="1984-11-27")
    assert not alike.are_alike(one, other)


def test_a_name_that_differs_in_a_number_does_not_speak_for_a_pair():
    one, other = side(name="Branch office 12"), side(name="Branch office 13")
    assert not alike.are_alike(one, other)
    assert alike.are_alike(one, side(name="Branch ofice 12"))


def test_what_is_empty_says_nothing():
    assert alike.reasons(side(name="Ola Nordmann"), side(emails="ola@fjord.example")) == []


def test_day_and_month_changed_over_are_nearly_the_same_day():
    one, other = side(birthday="1980-03-04"), side(birthday="1980-04-03")
    assert said(one, other) == {("birthday", "near")}


def test_the_likeness_is_the_same_from_both_sides():
    one = side(name="Ola Nordmann", birthday="1980-03-04", emails="ola@fjord.example")
    other = side(name="Ole Normann", birthday="1980-03-05", emails="ola@fjord.exmple")
    assert alike.points(alike.reasons(one, other)) == alike.points(alike.reasons(other, one))


def test_a_company_is_compared_by_what_it_declares():
    assert set(alike.compared(the_type("companies"))) == {
        "name", "website", "phones", "emails", "addresses", "external_ids"
    }  # fmt: skip


def test_wilsons_interval_is_that_of_the_books():
    share, low, high = wilson(81, 263)
    assert (round(share, 3), round(low, 4), round(high, 4)) == (0.308, 0.2553, 0.3662)


def people(seed, count):
    """Made people, each entered twice, the second time with typing errors and gaps."""
    luck = random.Random(seed)
    sides, clusters = {}, {}
    for number in range(count):
        born = f"{luck.randint(1930, 2005)}-{luck.randint(1, 12):02}-{luck.randint(1, 28):02}"
        street = f"{luck.choice(STARTS)}{luck.choice(FAMILIES)} gate {luck.randint(1, 99)}"
        values = {
            "name": f"{luck.choice(STARTS)}{luck.choice(ENDS)} "
                    f"{luck.choice(STARTS)}{luck.choice(ENDS)}{luck.choice(FAMILIES)}",
            "birthday": born, "emails": f"{luck.choice(ENDS)}.{luck.random()}@example.com",
            "addresses": [{"street": street, "city": "Oslo",
                           "postal_code": f"0{luck.randint(100, 999)}"}],
        }  # fmt: skip
        sides[number, 0] = side(**values)
        sides[number, 1] = side(**entered_again(luck, values))
        clusters |= {(number, 0): number, (number, 1): number}
    return sides, clusters


def test_the_shipped_setting_finds_made_typing_errors():
    precision, recall = measured(*people(7, 600))
    assert precision[0] >= 0.98
    assert recall[0] >= 0.85


def test_no_pair_says_more_than_is_thought_possible_before_its_fields_are_looked_at():
    sides, clusters = people(11, 120)
    for (one, a), (other, b) in combinations(sides.items(), 2):
        if clusters[one] != clusters[other] and a.identifiers and b.identifiers:
            continue  # most of them: strangers, with all their fields
        most = min(alike.most_points(a), alike.most_points(b)) + alike.SHIPPED.title_alone
        if not set().union(*a.identifiers.values()) & set().union(*b.identifiers.values()):
            titles = alike.title_points(a.title, b.title) if a.title and b.title else 0
            assert alike.points(alike.reasons(a, b)) <= titles + most


def rows(path):
    with path.open(newline="") as lines:
        yield from csv.DictReader(lines, skipinitialspace=True)


def a_day(text):
    """The date of eight digits; None where there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def febrl():
    """5,000 people and what became of each on a second entry: nothing of it chose the setting."""
    sides, clusters = {}, {}
    for name in ("dataset4a", "dataset4b"):
        for row in rows(Path(FOLDER, "dup-febrl", f"{name}.csv")):
            row = {key: value.strip() for key, value in row.items()}
            place = {"street": f"{row['street_number']} {row['address_1']}".strip(),
                     "postal_code": row["postcode"], "city": row["suburb"]}  # fmt: skip
            sides[row["rec_id"]] = side(
                name=f"{row['given_name']} {row['surname']}".strip(), addresses=[place],
                birthday=a_day(row["date_of_birth"]),
            )  # fmt: skip
            clusters[row["rec_id"]] = row["rec_id"].split("-")[1]
    return sides, clusters


def fake1000():
    """The clusters of odd numbers; those of even numbers chose the setting.

    Half of its addresses hold no address any more; they are compared as they stand.
    """
    sides, clusters = {}, {}
    for row in rows(Path(FOLDER, "dup-fake1000", "fake_1000.csv")):
        if int(row["cluster"]) % 2 == 0:
            continue
        values = {"name": f"{row['first_name']} {row['surname']}".strip(),
                  "birthday": row["dob"], "addresses": [{"city": row["city"]}]}  # fmt: skip
        sides[row["unique_id"]] = one = side(**values)
        if row["email"]:
            one.identifiers["emails"] = frozenset({("mail", row["email"].lower())})
        clusters[row["unique_id"]] = row["cluster"]
    return sides, clusters


@pytest.mark.real_data
@pytest.mark.skipif(not FOLDER, reason="KARTOTEK_REAL_DATA names no folder")
@pytest.mark.parametrize(("read", "least"), [(febrl, 0.85), (fake1000, 0.75)])
def test_the_shipped_setting_holds_on_data_that_did_not_choose_it(read, least):
    precision, recall = measured(*read())
    print(read.__name__, *(tuple(round(n, 4) for n in one) for one in (precision, recall)))
    assert precision[0] >= 0.98
    assert recall[0] >= least
