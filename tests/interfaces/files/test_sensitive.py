"""Columns of identity, bank or health data are known by their names and by their values."""

import pytest

from kartotek.interfaces.files.sensitive import why_sensitive


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
