"""Likely duplicates while typing: what they are found by, and what stays hidden."""

from dataclasses import replace

from kartotek.core.duplicates import duplicates
from kartotek.core.remove import remove
from kartotek.core.write import write


def test_a_phone_already_known_is_found_however_it_is_typed(ann):
    write(ann, "companies", None, {"name": "Fjord Pharma", "phones": "+47 55 51 23 45"})
    found = duplicates(ann, "companies", {"name": "Xy", "phones": "+4755512345"})
    assert [(one.title, one.reason) for one in found] == [("Fjord Pharma", "same phone")]


def test_a_title_that_sounds_alike_is_found(ann):
    write(ann, "companies", None, {"name": "Nordic Seafood"})
    found = duplicates(ann, "companies", {"name": "Nordik Seefood"})
    assert found[0].title == "Nordic Seafood"
    assert found[0].reason.endswith("% alike")


def test_a_name_is_found_in_any_order_of_its_words(ann):
    write(ann, "contacts", None, {"name": "Ola Nordmann"})
    assert duplicates(ann, "contacts", {"name": "Nordmann Ola"})[0].reason == "same name"


def test_one_word_of_several_is_a_hint_only_where_little_is_left_over(ann):
    for name in ("Equinor ASA", "Nordic Seafood Trading"):
        write(ann, "companies", None, {"name": name})
    assert [one.title for one in duplicates(ann, "companies", {"name": "Equinor"})] == [
        "Equinor ASA"
    ]
    assert duplicates(ann, "companies", {"name": "Nordic"}) == []


def test_a_name_that_differs_in_a_number_is_no_hint(ann):
    write(ann, "companies", None, {"name": "Branch office 12"})
    assert duplicates(ann, "companies", {"name": "Branch office 13"}) == []
    assert len(duplicates(ann, "companies", {"name": "Branch ofice 12"})) == 1


def test_of_namesakes_the_one_with_the_same_birthday_comes_first(ann):
    born = write(ann, "contacts", None, {"name": "Ola Nordmann", "birthday": "1980-03-04"})
    write(ann, "contacts", None, {"name": "Ola Nordmann", "birthday": "1991-11-27"})
    found = duplicates(ann, "contacts", {"name": "Ola Nordmann", "birthday": "1980-03-04"})
    assert [one.reason for one in found] == ["same name, same birthday", "same name"]
    assert found[0].uid == born.uid


def test_given_and_family_name_are_a_name(ann):
    write(ann, "contacts", None, {"name": "Ola Nordmann"})
    typed = {"given_name": "Ola", "family_name": "Nordmann"}
    assert len(duplicates(ann, "contacts", typed)) == 1


def test_what_shares_an_identifier_and_the_name_comes_first(ann):
    write(ann, "companies", None, {"name": "Amber Optics"})
    both = write(ann, "companies", None, {"name": "Amber Optics", "website": "amber.example"})
    found = duplicates(ann, "companies", {"name": "Amber Optics", "website": "www.amber.example/x"})
    assert found[0].uid == both.uid
    assert found[0].reason == "same name, same website"


def test_a_record_out_of_reach_is_no_duplicate(bob, dan):
    write(dan, "companies", None, {"name": "Harbour Energy", "phones": "+4722000001"})
    values = {"name": "Harbour Energy", "phones": "+4722000001"}
    assert duplicates(bob, "companies", values) == []


def test_a_hidden_field_betrays_nothing(ann):
    write(ann, "companies", None, {"name": "Quartz", "phones": "+4722000002"})
    rights = replace(ann.rights, hidden={"companies": frozenset({"phones"})})
    blind = replace(ann, rights=rights)
    assert duplicates(blind, "companies", {"phones": "+4722000002"}) == []


def test_a_removed_record_is_no_duplicate(ann):
    gone = write(ann, "companies", None, {"name": "Zeta", "phones": "+4722000003"})
    remove(ann, "companies", gone.uid)
    assert duplicates(ann, "companies", {"name": "Zeta", "phones": "+4722000003"}) == []


def test_half_an_address_is_left_out_without_complaint(ann):
    assert duplicates(ann, "contacts", {"name": "", "emails": "ola@"}) == []


def test_it_costs_four_queries_at_most(bob, django_assert_max_num_queries):
    write(bob, "companies", None, {"name": "Falcon Print", "phones": "+4722000004"})
    duplicates(bob, "companies", {"name": "warm"})
    with django_assert_max_num_queries(4):
        found = duplicates(bob, "companies", {"name": "Falcon Prints", "phones": "+4722000004"})
    assert len(found) == 1
