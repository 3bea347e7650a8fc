"""Rows that are probably records that are here: many at once, within reach, at a bounded cost."""

from dataclasses import replace

from kartotek.core.likely import likely_many
from kartotek.core.remove import remove
from kartotek.core.write import write


def titles(found):
    return [one and one.title for one in found]


def test_names_all_but_equal_are_probably_one(ann):
    write(ann, "companies", None, {"name": "Nordic Seafood"})
    rows = [{"name": "Nordic Seefood"}, {"name": "Seafood Nordic"}, {"name": "Fjord Pharma"}]
    assert titles(likely_many(ann, "companies", rows)) == ["Nordic Seafood", "Nordic Seafood", None]


def test_names_that_differ_in_a_number_are_two(ann):
    write(ann, "companies", None, {"name": "Branch office 12"})
    assert likely_many(ann, "companies", [{"name": "Branch office 13"}]) == [None]


def test_colleagues_share_a_phone_and_are_no_duplicates(ann):
    write(ann, "contacts", None, {"name": "Kari Nordmann", "phones": "+47 55 51 23 45"})
    rows = [{"name": "Per Olsen", "phones": "+4755512345"},
            {"name": "K Nordmann", "phones": "+4755512345"}]  # fmt: skip
    assert titles(likely_many(ann, "contacts", rows)) == [None, "Kari Nordmann"]


def test_the_same_mail_under_another_name_is_probably_one(ann):
    write(ann, "contacts", None, {"name": "Kari Nordmann", "emails": "kari@example.com"})
    (found,) = likely_many(ann, "contacts", [{"name": "K. N.", "emails": "kari@example.com"}])
    assert found is not None and found.reason == "same e-mail"


def test_two_people_behind_one_mail_address_are_two(ann):
    write(ann, "contacts", None, {"name": "Kari Vik", "emails": "post@fjord.example"})
    rows = [{"name": "Per Dalsgaard", "emails": "post@fjord.example"}]
    assert likely_many(ann, "contacts", rows) == [None]


def test_the_same_name_with_other_numbers_is_probably_one_but_not_with_another_birthday(ann):
    values = {"name": "Kari Nordmann", "phones": "+4755512345", "birthday": "1980-03-04"}
    write(ann, "contacts", None, values)
    rows = [{"name": "Kari Nordmann", "phones": "+4722001122"},
            {"name": "Kari Nordmann", "birthday": "1991-11-27"}]  # fmt: skip
    assert titles(likely_many(ann, "contacts", rows)) == ["Kari Nordmann", None]


def test_more_words_than_the_other_has_make_another_name(ann):
    write(ann, "companies", None, {"name": "Fjord Pharma Norge"})
    assert likely_many(ann, "companies", [{"name": "Fjord Pharma"}]) == [None]


def test_what_is_out_of_reach_hidden_or_removed_is_none(ann, bob, dan):
    row = {"name": "Harbour Energy", "phones": "+4722000001"}
    write(dan, "companies", None, row)
    gone = write(ann, "companies", None, {"name": "Zeta Works"})
    remove(ann, "companies", gone.uid)
    assert likely_many(bob, "companies", [row, {"name": "Zeta Works"}]) == [None, None]
    hidden = {"companies": frozenset({"phones"})}
    blind = replace(ann, rights=replace(ann.rights, hidden=hidden))
    assert likely_many(blind, "companies", [{"name": "Harbour", "phones": "+4722000001"}]) == [None]


def test_a_hundred_rows_cost_as_many_queries_as_one(ann, django_assert_max_num_queries):
    for number in range(5):
        write(ann, "companies", None, {"name": f"Falcon {'abcde'[number] * 4}"})
    rows = [{"name": f"Falcon {'abcde'[n % 5] * 4}", "phones": f"+47220000{n:02}"}
            for n in range(100)]  # fmt: skip
    with django_assert_max_num_queries(5):
        found = likely_many(ann, "companies", rows)
    assert all(one is not None for one in found)
