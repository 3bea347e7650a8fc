"""Columns of identity, bank or health data are known by their names and by their values."""

import pytest

from kartotek.interfaces.files.sensitive import SHARE, masked, why_sensitive


@pytest.mark.parametrize(
    "header",
    [
        "SSN__c", "Social Security", "Passport_ID__c", "Government ID Number", "Fødselsnummer",
        "Personas kods", "CPF", "Credit Card Number", "IBAN", "CreditCard", "Religion", "Health",
    ],
)  # fmt: skip
def test_a_header_says_so(header):
    assert why_sensitive(header, [])


@pytest.mark.parametrize(
    "values",
    [
        ["000-14-1755", "234-53-4235", "", "see file"],
        ["4111 1111 1111 1111", "5500-0000-0000-0004", "a note"],
        ["NO93 8601 1117 947", "LV80BANK0000435195001"],
    ],
)
def test_values_say_so_under_an_innocent_header(values):
    assert why_sensitive("Assistant", values)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Account Number", ["1000", "1001"]),
        ("Company", ["Passport Travels AS"]),
        ("Phone", ["+47 22 33 44 55", "(555) 746-8408"]),
        ("Healthy", ["yes"]),
        ("Embrace", []),
        ("Order", ["4111 1111 1111 1112"]),
        ("Id", ["0030U00000p33HwQAI"]),
        ("Notes", ["card 4111 1111 1111 1111 was charged", "hello", "hi", "nothing"]),
    ],
)
def test_what_only_resembles_them_is_none(header, values):
    assert why_sensitive(header, values) == ""


IDENTITY = (
    "ssn", "social security", "passport", "national id", "government id", "personal number",
    "identity card", "driver license", "driving licence", "fødselsnummer", "fodselsnummer",
    "personnummer", "personas kods", "pases", "cpf", "rg", "aadhaar", "aadhar", "pan card",
)  # fmt: skip
BANK = (
    "iban", "bank account", "credit card", "card number", "cvv", "cvc", "swift",
    "kontonummer", "bankas konts", "conta bancaria", "conta bancária", "upi",
)  # fmt: skip
HEALTH = (
    "diagnosis", "health", "blood type", "disability", "religion", "ethnicity", "race",
    "sexual orientation", "trade union", "diagnose", "helse", "veselība", "saúde", "religião",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "why"),
    [(IDENTITY, "numbers of identity"), (BANK, "bank data"), (HEALTH, "health or belief")],
)
def test_each_word_in_each_language_says_what_it_looks_like(words, why):
    for word in words:
        assert why in why_sensitive(f"My_{word.upper().replace(' ', '-')}", [])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("234-53-4235", "numbers of identity"),
        ("4222222222222", "bank data"),  # thirteen digits, the fewest of a card
        ("6304000000000000000", "bank data"),  # nineteen, the most
        ("4111 1111 1111 1111", "bank data"),
        ("5500-0000-0000-0004", "bank data"),  # five twice is ten, which counts as one
        ("378282246310005", "bank data"),
        ("NO93 8601 1117 947", "bank data"),
    ],
)
def test_a_value_says_what_it_looks_like(value, why):
    assert why in why_sensitive("Assistant", [value])


@pytest.mark.parametrize(
    "value",
    [
        "0000 0000 0000 0000",  # a zero begins no card
        "4111 1111 1111 1112",
        "5500-0000-0000-0005",
        "422222222224",  # twelve digits
        "NO92 8601 1117 947",
        "no93 8601 1117 947",
        "x234-53-4235",
    ],
)
def test_a_value_with_a_wrong_check_digit_or_length_says_nothing(value):
    assert why_sensitive("Assistant", [value]) == ""


def test_three_in_ten_of_the_values_given_are_enough_and_fewer_are_not():
    few = ["234-53-4235"] * 3 + ["x"] * 7
    assert SHARE == 0.3
    assert why_sensitive("Assistant", [*few, "", ""]) and not why_sensitive("Assistant", ["", ""])
    assert not why_sensitive("Assistant", [*few, "x"])
    cards = ["4111111111111111"] * 3 + ["x"] * 7
    assert why_sensitive("Assistant", cards) and not why_sensitive("Assistant", [*cards, "x"])


def test_a_sample_of_it_shows_the_shape_and_no_letter():
    assert masked("234-53 Ål_x") == "•••-•• ••_•"
    assert masked("1" * 41) == "•" * 40
