"""Ids of other systems, and how those systems write themselves."""

from kartotek.interfaces.files.ids import eighteen, external, label_of


def test_an_id_of_fifteen_letters_is_that_of_eighteen():
    assert eighteen("0010U000010rDCo") == "0010U000010rDCoQAM"
    assert external("salesforce", "0010U000010rDCo") == "salesforce:0010U000010rDCoQAM"


def test_a_system_is_called_as_it_writes_itself():
    assert [label_of(one) for one in ("salesforce", "hubspot", "vcard")] == [
        "Salesforce", "HubSpot", "vCard"]  # fmt: skip
