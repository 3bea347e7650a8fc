"""Lists of items by themselves: phones, e-mails, addresses; and two lists made into one."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kartotek.core.context import Context
from kartotek.core.fieldtypes import Addresses, Emails, Phones, Tags
from kartotek.core.merging import merge_items

EN = Context()


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("+47 22 33 44 55", "", "+4722334455"),
        ("22 33 44 55", "", ""),
        ("22 33 44 55", "NO", "+4722334455"),
        ("(022) 2345-6789", "IN", "+912223456789"),
        ("+९१ २२ २३४५ ६७८९", "", "+912223456789"),
        ("+4७ 22 33 44 55", "", "+4722334455"),
        ("12", "NO", ""),
    ],
)
def test_a_phone_has_its_international_form_where_it_is_complete(text, country, wanted):
    assert Phones().parse(text, Context(country=country))[0]["e164"] == wanted


def test_a_phone_is_kept_as_typed_whatever_it_says():
    value = Phones().parse("2" * 79 + " ask for Kari", EN)
    assert value[0]["text"] == "2" * 79 + " ask for Kari"
    assert Phones().parse(Phones().plain(value), EN) == value


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        (Phones(), "2" * 201, "201 letters long; at most 200 fit"),
        (Phones(), [["22 33"]], "Expected text"),
        (Phones(), [True], "Expected text"),
        (Phones(), [{"text": {"a": 1}}], "Expected text"),
        (Phones(), [{"number": "22 33"}], "“number” is no part of this. It has: text"),
        (Emails(), [{"text": "a@fjord.no"}], "“text” is no part of this. It has: address"),
        (Addresses(), [{"zip": "0155"}], "“zip” is no part of this. It has: street"),
        (Addresses(), [{"city": ["Oslo"]}], "Expected text"),
        (Tags(), {"fair": 1}, "Expected a list"),
        (Tags(), [{"fair": 1}], "Expected text"),
        (Tags(), "x" * 61, "is 61 letters long; a tag has at most 60"),
    ],
)
def test_what_would_be_lost_or_made_up_is_refused(kind, raw, says):
    with pytest.raises(ValidationError, match=re.escape(says)):
        kind.parse(raw, EN)


def test_a_list_of_one_text_is_cut_where_people_cut_it():
    assert [one["text"] for one in Phones().parse("22 33; 44 55\n66", EN)] == [
        "22 33", "44 55", "66",
    ]  # fmt: skip
    mails = Emails().parse("a@fjord.no, b@fjord.no;c@fjord.no d@fjord.no", EN)
    assert "".join(one["address"][0] for one in mails) == "abcd"
    assert Addresses().parse("Storgata 1; 0155 Oslo", EN)[0]["street"] == "Storgata 1; 0155 Oslo"


@pytest.mark.parametrize(
    ("copied", "wanted"),
    [
        ("Ola <ola@x.no>", ["ola@x.no"]),
        ('"Nordmann, Ola" <ola@x.no>, kari@x.no', ["ola@x.no", "kari@x.no"]),
        ("Ola <ola@x.no>; Kari <kari@x.no>", ["ola@x.no", "kari@x.no"]),
        ("Ola <ola@x.no>\nKari <kari@x.no>", ["ola@x.no", "kari@x.no"]),
        ([{"address": "Ola <ola@x.no>", "type": "home"}], ["ola@x.no"]),
    ],
)
def test_what_a_mail_program_copies_is_read_as_its_addresses(copied, wanted):
    assert [item["address"] for item in Emails().parse(copied, EN)] == wanted


@pytest.mark.parametrize("copied", ["Ola <>", "Ola <>, Kari <kari@x.no>", "<b>hello</b>"])
def test_a_copied_line_without_its_addresses_is_refused_whole(copied):
    with pytest.raises(ValidationError, match="is no e-mail address"):
        Emails().parse(copied, EN)


def test_each_item_has_its_own_id_and_exactly_one_is_primary():
    twice = {"text": "22 33", "id": "a1", "primary": True}
    items = Phones().parse([twice, twice, "22 33"], EN)
    assert len({one["id"] for one in items}) == 3
    assert [one["primary"] for one in items] == [True, False, False]
    assert Phones().primary(items)["id"] == "a1"
    assert Phones().parse("22 33", EN)[0]["id"] == Phones().parse("22 33", EN)[0]["id"]


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [(Phones(), "Mobile", "mobile"), (Phones(), "", "work"), (Phones(), "boat", "other"),
     (Emails(), "home", "home"), (Emails(), "mobile", "other"), (Addresses(), "Billing", "billing"),
     (Addresses(), "boat", "postal")],
)  # fmt: skip
def test_the_use_of_an_item_is_one_of_the_known(kind, given, wanted):
    item = {kind.holds[0]: "a@fjord.no", "type": given}
    assert kind.parse([item], EN)[0]["type"] == wanted


def test_an_address_is_shown_on_one_line_without_what_is_missing():
    address = {"street": "Storgata 1\n2. etasje", "postal_code": "0155", "city": "Oslo"}
    value = Addresses().parse([address, {"city": "Bergen"}], EN)
    assert Addresses().show(value, EN) == "Storgata 1, 2. etasje, 0155 Oslo"
    assert Addresses().edit(value, EN).endswith("\nBergen")


ITEMS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("123"), max_size=5).map(
    lambda found: [{"id": id, "text": text, "primary": False} for id, text in found.items()]
)


def texts(items):
    return {one["id"]: one["text"] for one in items}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(base=ITEMS, theirs=ITEMS, yours=ITEMS)
def test_merged_lists_keep_what_either_side_did(base, theirs, yours):
    found, clash = merge_items(base, theirs, yours)
    assert texts(merge_items(base, theirs, base)[0]) == texts(theirs)
    assert texts(merge_items(base, base, yours)[0]) == texts(yours)
    assert merge_items(base, yours, theirs)[1] == clash
    assert sum(one["primary"] for one in found) == bool(found)
    was, there, here = texts(base), texts(theirs), texts(yours)
    untouched = {id for id in was if there.get(id) == was[id] == here.get(id)}
    added = (there.keys() ^ here.keys()) - was.keys()
    assert untouched | added <= texts(found).keys()
