"""Each sort of value by itself: what was meant is understood, nothing is lost, refusals help."""

import time
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kartotek.core.context import Context
from kartotek.core.dialect import Postgres, Sqlite
from kartotek.core.fieldtypes import (
    Addresses,
    Choice,
    Date,
    Emails,
    Flag,
    Link,
    Links,
    LongText,
    Moment,
    Number,
    Phones,
    Pointer,
    Ref,
    Tags,
    Text,
    Url,
)
from kartotek.core.fieldtypes.text import LONG_TEXT_LIMIT, domain_of
from kartotek.core.find import find_one
from kartotek.core.write import write

EN, US = Context(), Context("en-us", "US", "America/New_York")
NB, PT = Context("nb", "NO", "Europe/Oslo"), Context("pt-br", "BR", "America/Sao_Paulo")
LV, HI = Context("lv", "LV", "Europe/Riga"), Context("hi", "IN", "Asia/Kolkata")
LIFECYCLE = Choice([("lead", "Lead"), ("customer", "Customer"), ("former", "Former customer")])
UID = UUID("0190c0de-0000-7000-8000-000000000001")
THERE = {"type": "contacts", "uid": str(UID)}
KINDS = (Text(), LongText(), Url(), Number(), Flag(), Date(), Moment(), LIFECYCLE, Link("x"),
         Links(), Phones(), Emails(), Addresses(), Tags())  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
quick = settings(max_examples=25, deadline=None, derandomize=True)

MEANT = [
    (Text(), "  Ola \t Nordmann\n", EN, "Ola Nordmann"),
    (Text(), 47, EN, "47"),
    (LongText(), "One\r\nTwo\rThree\n\n", EN, "One\nTwo\nThree"),
    (Url(), "example.com", EN, "https://example.com"),
    (Url(), " HTTP://Fjord.NO/Om ", EN, "HTTP://Fjord.NO/Om"),
    (Url(), "http://localhost:8000/x", EN, "http://localhost:8000/x"),
    (Number(), "1 234", NB, 1234),
    (Number(), "1\u00a0234\u202f567", NB, 1234567),
    (Number(), "1.234.567", PT, 1234567),
    (Number(), "12,34,567", HI, 1234567),
    (Number(), "1'234", EN, 1234),
    (Number(), "१२३४", HI, 1234),
    (Number(), "\u22125", NB, -5),
    (Number(), "7,00", NB, 7),
    (Number(), 1500.0, PT, 1500),
    (Flag(), "Jā", LV, True),
    (Flag(), " NÃO ", PT, False),
    (Flag(), "हाँ", HI, True),
    (Flag(), 1, EN, True),
    (Flag(), None, EN, False),
    (Date(), "21.11.2026", NB, date(2026, 11, 21)),
    (Date(), "1/2/2026", PT, date(2026, 2, 1)),
    (Date(), "1/2/2026", US, date(2026, 1, 2)),
    (Date(), " 20261121 ", EN, date(2026, 11, 21)),
    (Moment(), "2026-11-21 14:30", NB, datetime(2026, 11, 21, 13, 30, tzinfo=UTC)),
    (Moment(), "2026-11-21T14:30:00+05:30", EN, datetime(2026, 11, 21, 9, tzinfo=UTC)),
    (Moment(), date(2026, 7, 1), LV, datetime(2026, 6, 30, 21, tzinfo=UTC)),
    (LIFECYCLE, "former CUSTOMER", EN, "former"),
    (LIFECYCLE, " lead ", EN, "lead"),
    (Link("x"), {"uid": str(UID), "title": "Ola"}, EN, UID),
    (Link("x"), Ref("contacts", UID, "Ola"), EN, UID),
    (Link("x"), str(UID).upper(), EN, UID),
    (Links(), [THERE, Ref("contacts", UID)], EN, (THERE,)),
    (Links(), orjson.dumps([THERE]).decode(), EN, (THERE,)),
    (Tags(), " fair,  new  customer , fair,", EN, ("fair", "new customer")),
    (Tags(), ["fair, new"], EN, ("fair", "new")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "context", "wanted"), MEANT)
def test_what_was_meant_is_understood(kind, raw, context, wanted):
    assert kind.parse(raw, context) == wanted


@each_kind
def test_nothing_is_the_empty_value_and_a_required_field_asks_for_more(kind):
    empty = kind.load(kind.empty)
    assert kind.parse(None, EN) == kind.parse("", EN) == empty
    assert kind.is_empty(empty)
    asking = kind.bound("field", "Field", "field")
    asking.required = True
    with pytest.raises(ValidationError, match="Fill this in"):
        asking.clean(None, EN)


def test_zero_is_not_empty():
    assert Number(required=True).clean("0", EN) == 0


REFUSED = [  # (kind, raw, what the message names, what it says to do)
    (Text(5), "Nordmann", "8 letters", "Shorten it"),
    (Text(), {"a": 1}, "text", "Expected"),
    (LongText(), "x" * (LONG_TEXT_LIMIT + 1), "100001 letters", "Attach it as a file"),
    (LongText(), ["x"], "text", "Expected"),
    (Url(), "the fjord", "web address", "like example.com"),
    (Url(), "javascript://fjord.no/%0aalert(1)", "web address", "like example.com"),
    (Url(), "x" * 192 + ".no", "203 letters", "Shorten it"),
    (Number(), "12,5", "“12,5”", "Write it like"),
    (Number(), "1,23", "“1,23”", "Write it like"),
    (Number(), "many", "“many”", "Write it like"),
    (Number(), True, "whole number", "Expected"),
    (Number(), "9" * 16, "too large", "at most 15 digits"),
    (Number(), "9" * 40, "too large", "at most 15 digits"),
    (Flag(), "maybe", "“maybe”", "Expected yes or no"),
    (Date(), "31.02.2026", "“31.02.2026”", "like 2026-11-21"),
    (Date(), "soon", "“soon”", "like 2026-11-21"),
    (Moment(), "at noon", "“at noon”", "like 2026-11-21 14:30"),
    (Moment(), "0001-01-01T00:00+14:00", "0001", "like 2026-11-21 14:30"),
    (Moment(), "9999-12-31T23:59+00:00", "9999", "like 2026-11-21 14:30"),
    (LIFECYCLE, "client", "“client”", "Lead, Customer, Former customer"),
    (Link("x"), "Ola", "“Ola”", "Choose one from the list"),
    (Link("x"), {"name": "Ola"}, "no record", "Choose one from the list"),
    (Links(), "Ola", "list of records", "Expected"),
    (Links(), "5", "list of records", "Expected"),
    (Links(), 5, "list of records", "Expected"),
    (Links(), ["Ola"], "list of records", "Expected"),
    (Links(), [{"type": "contacts"}], "no record", "Choose one"),
    (Links(), [{"type": "x", "uid": str(uuid4())} for _ in range(51)], "of these", "At most 50"),
    (Phones(), [str(number) for number in range(51)], "of these", "At most 50"),
    (Phones(), 5, "list", "Expected"),
    (Phones(), "[damaged]", "damaged", "Send it whole"),
    (Emails(), "ola(at)example.com", "“ola(at)example.com”", "like ola@example.com"),
    (Emails(), "ola@localhost", "“ola@localhost”", "like ola@example.com"),
    (Emails(), f"{'x' * 250}@fjord.no", "xxx", "like ola@example.com"),
    (Addresses(), {"city": "x" * 301}, "part of the address", "at most 300"),
    (Tags(), 5, "list", "Expected"),
    (Tags(), [str(number) for number in range(51)], "of these", "At most 50"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "named", "next_step"), REFUSED)
def test_a_refusal_names_the_thing_and_the_next_step(kind, raw, named, next_step):
    with pytest.raises(ValidationError) as refused:
        kind.parse(raw, EN)
    message = refused.value.messages[0]
    assert named in message and next_step in message
    assert message.endswith(".") and len(message) < 200


MEGABYTE = 1_000_000
HOSTILE = [
    "x" * MEGABYTE, ".0" * (MEGABYTE // 2), "1," * (MEGABYTE // 2), "@." * (MEGABYTE // 2),
    "." + "0" * MEGABYTE + "x", "<" * MEGABYTE, "ß" * MEGABYTE, " " * MEGABYTE + "x",
    "[" + "[" * MEGABYTE + "]",
]  # fmt: skip


@each_kind
def test_a_megabyte_is_kept_short_or_refused_in_no_time(kind):
    begun = time.process_time()
    for raw in HOSTILE:
        try:
            value = kind.parse(raw, EN)
        except ValidationError as refused:
            assert len(refused.messages[0]) < 200
        else:
            assert len(str(kind.plain(value))) < 1_000
    assert time.process_time() - begun < 1.0


def test_the_length_of_a_megabyte_in_a_name_is_told():
    with pytest.raises(ValidationError, match="1000000 letters long; at most 200"):
        Text().parse("x" * MEGABYTE, EN)


SCRIPTS = [
    ("Åse Ødegård", ["ase", "odegard"]),
    ("Ģirts Bērziņš", ["girts", "berzins"]),
    ("João Conceição", ["joao", "conceicao"]),
    ("अनन्या शर्मा", ["अनन्या", "शर्मा"]),
    ("Zoë O’Brien", ["zoe", "o", "brien"]),
]


@pytest.mark.parametrize(("name", "words"), SCRIPTS)
def test_names_of_five_languages_are_kept_as_typed_and_found_folded(name, words):
    for kind in (Text(), LongText()):
        assert kind.parse(name, EN) == name
        assert kind.words(name) == words
    assert Tags().parse(name, EN) == (name,)
    assert Tags().words((name,)) == words
    address = Addresses().parse({"city": name, "street": name}, EN)
    assert address[0]["city"] == address[0]["street"] == name
    assert Addresses().words(address) == words


ANY_TEXT = st.text(st.characters(), max_size=40) | st.sampled_from([one for one, _w in SCRIPTS])
PHONE = st.text("+0123456789 ()x-", max_size=30) | ANY_TEXT
NAME = st.text("aæøåZ09.+_-", min_size=1, max_size=20)
MAIL = st.builds("{}@{}.no".format, NAME, NAME)
ITEM = {"type": st.sampled_from(["work", "home", "Mobile", "somewhere", ""]),
        "id": st.sampled_from(["a1", "b2", "", "not an id"]), "primary": st.booleans()}  # fmt: skip
RAWS = {
    "text": ANY_TEXT,
    "long_text": ANY_TEXT,
    "url": st.builds("{}{}.no/{}".format, st.sampled_from(["", "http://"]), NAME, ANY_TEXT),
    "number": st.integers(-(2**53), 2**53),
    "flag": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes(
        datetime(2, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()
    ),
    "choice": st.sampled_from(["", "lead", "customer", "Former customer"]),
    "link": st.uuids(),
    "links": st.lists(st.builds(lambda uid: {"type": "contacts", "uid": str(uid)}, st.uuids()),
                      max_size=4),
    "phones": st.lists(st.fixed_dictionaries({"text": PHONE}, optional=ITEM), max_size=4),
    "emails": st.lists(st.fixed_dictionaries({"address": MAIL}, optional=ITEM), max_size=4),
    "addresses": st.lists(st.fixed_dictionaries(
        {"street": ANY_TEXT, "city": ANY_TEXT}, optional={**ITEM, "country": ANY_TEXT}),
        max_size=3),
    "tags": st.lists(ANY_TEXT, max_size=5),
}  # fmt: skip


def parsed(kind, data, context=EN):
    """A value of this kind, from a raw one that is no refusal."""
    try:
        return kind.parse(data.draw(RAWS[kind.kind]), context)
    except ValidationError:
        assume(False)


@each_kind
@quick
@given(data=st.data())
def test_a_value_survives_the_log_the_file_and_both_databases(kind, data):
    value = parsed(kind, data, NB)
    assert kind.parse(kind.plain(value), NB) == value
    assert kind.parse(orjson.loads(orjson.dumps(kind.plain(value))), NB) == value
    assert kind.parse(kind.export(value), NB) == value
    if kind.kind == "link":
        return
    for speak in (Sqlite(), Postgres()):
        stored = kind.stored(value, speak)
        assert kind.load(stored) == value
        if kind.empty == "[]":  # one driver gives the text, the other the list
            assert kind.load(orjson.loads(stored)) == value


ONE_LINE = [kind for kind in KINDS if kind.kind in
            ("text", "long_text", "url", "number", "flag", "date", "choice", "tags")]  # fmt: skip


@pytest.mark.parametrize("kind", ONE_LINE, ids=lambda kind: kind.kind)
@quick
@given(data=st.data(), context=st.sampled_from([EN, US, NB, LV, PT, HI]))
def test_what_is_shown_for_editing_is_taken_back(kind, data, context):
    value = parsed(kind, data, context)
    assert kind.parse(kind.edit(value, context), context) == value


@quick
@given(data=st.data(), context=st.sampled_from([EN, US, NB, LV, PT, HI]))
def test_a_moment_is_edited_to_the_minute_in_the_persons_zone(data, context):
    moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))
    value = Moment().parse(data.draw(moments).replace(second=0, microsecond=0, tzinfo=UTC), context)
    again = Moment().parse(Moment().edit(value, context), context)
    assert again == value or context.zone != "UTC"  # one hour a year stands twice on the clock
    assert abs((again - value).total_seconds()) in (0, 3600)


@each_kind
@quick
@given(data=st.data(), context=st.sampled_from([EN, NB, HI]))
def test_whatever_was_taken_can_be_shown(kind, data, context):
    value = parsed(kind, data, context)
    assert isinstance(kind.show(value, context), str)
    assert all(isinstance(word, str) and word for word in kind.words(value))
    orjson.dumps(kind.plain(value))


@pytest.mark.django_db
def test_what_a_database_cannot_hold_is_gone_before_it_is_stored(ann):
    dirty = "A\x00\x07B\x7f\ud800C"
    saved = write(ann, "contacts", None, {
        "name": dirty, "remember": dirty, "tags": [dirty], "phones": [{"text": f"22 {dirty}"}],
        "addresses": [{"city": dirty}], "emails": [{"address": "a\x00\ud800@fjord.no"}],
    })  # fmt: skip
    row = find_one(ann, "contacts", saved.uid)
    assert (row["name"], row["remember"], row["tags"]) == ("ABC", "ABC", ("ABC",))
    assert row["phones"][0]["text"] == "22 ABC"
    assert row["addresses"][0]["city"] == "ABC"
    assert row["emails"][0]["address"] == "a@fjord.no"


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [5, "Ola", ["Ola"]])
def test_a_damaged_list_of_links_is_refused_by_the_name_of_its_field(raw, ann):
    with pytest.raises(ValidationError) as refused:
        write(ann, "notes", None, {"text": "Met at the fair.", "about": raw})
    assert list(refused.value.message_dict) == ["about"]


@pytest.mark.parametrize(
    ("kind", "raw", "words", "identifiers"),
    [
        (Url(), "https://www.Fjord.no:8080/om?x=1", ["fjord", "no"], [("domain", "fjord.no")]),
        (Phones(), "22 33 44 55", ["4722334455", "22334455", "4455"], [("phone", "+4722334455")]),
        (Phones(), "0047 22 33 44 55 ext. 12", None, [("phone", "+4722334455")]),
        (Phones(), "ring the harbour", [], []),
        (Emails(), "mailto:Ola.N@Fjord.no", ["ola", "n", "fjord", "no"],
         [("mail", "ola.n@fjord.no")]),
        (Addresses(), {"street": "Storgata 1", "city": "Bodø"}, ["bodo"], []),
        (Number(), "5", [], []),
        (LIFECYCLE, "lead", [], []),
    ],
)  # fmt: skip
def test_words_and_identifiers_are_normalised(kind, raw, words, identifiers):
    value = kind.parse(raw, NB)
    assert kind.identifiers(value, NB) == identifiers
    if words is not None:
        assert kind.words(value) == words


def test_the_integer_of_a_link_stays_inside():
    link = Link("x")
    assert link.stored(Pointer(7, UID), Sqlite()) == 7
    assert link.load(7) == Pointer(7)
    assert link.plain(Pointer(7, UID)) == link.plain(Ref("contacts", UID)) == str(UID)
    assert link.plain(Ref("contacts")) is None and link.show(Ref("contacts"), EN) == "–"


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://www.Fjord.no/x", "fjord.no"), ("http://ola@fjord.no:81?q", "fjord.no"),
     ("fjord.no", "fjord.no"), ("", "")],
)  # fmt: skip
def test_the_domain_of_an_address(url, domain):
    assert domain_of(url) == domain
