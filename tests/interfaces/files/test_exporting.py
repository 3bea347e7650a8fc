"""Every kind of file that records are written into, and what an import reads back of it."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kartotek.core.actor import system
from kartotek.core.catalogue import catalogue, the_type, visible
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Phones
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import workspace
from kartotek.core.write import write
from kartotek.interfaces.files import card_lines, exporting, list_cells
from kartotek.interfaces.files.card_writing import escaped, folded
from kartotek.interfaces.files.cards import cells_of
from kartotek.interfaces.files.exporting import Exporting, export_file
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.taking import Taking, columns
from tests.contract.samples import part_sample, sample
from tests.interfaces.files.test_importing import forget, plain

pytestmark = pytest.mark.django_db
TABLES = ("xlsx", "here", "csv", "jsonl")  # the kinds that carry everything
SOME = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
TEXTS = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
    ),
    max_size=6,
)


def taken(actor, key, kind, folder, **more):
    """A file of this kind; its path and its receipt."""
    names = more.pop("columns", columns(actor, the_type(key)))
    path = folder / f"out{FORMATS[kind].ending}"
    with translation.override(actor.language):
        work = Exporting(
            actor, Taking(the_type(key), names, **more), FORMATS[kind], path, path.name
        )
        while work.step():
            pass
    return path, work.receipt


def table(path):
    """The cells of a file as text."""
    if path.suffix == ".xlsx":
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), csv.Sniffer().sniff(text[:200], ",;")))


def with_rights(actor, **rights):
    return replace(actor, rights=replace(actor.rights, **rights))


def person(actor, **values):
    return write(actor, "contacts", None, {"name": "Ola", **values}).uid


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_what_was_taken_out_and_read_into_an_emptied_place_is_the_same(key, kind, ann, tmp_path):
    record_type = RECORD_TYPES[key]
    values = [sample(ann, record_type, seed) for seed in (1, 2, 3)]
    for one in values:
        one |= {part: [part_sample(ann, record_type, part, 1)] for part in record_type.parts}
    uids = [write(ann, key, None, one).uid for one in values]
    before = {uid: plain(record_type, find_one(ann, key, uid)) for uid in uids}
    path, _receipt = taken(ann, key, kind, tmp_path)
    forget(record_type, uids)
    receipt = import_file(system("import"), path, Plan(key))
    assert receipt.created == 3 and not receipt.failed
    assert {uid: plain(record_type, find_one(ann, key, uid)) for uid in uids} == before


@pytest.mark.parametrize("language", ["en", "nb", "lv", "pt-br", "hi"])
@pytest.mark.parametrize("kind", ["xlsx", "here"])
def test_a_file_in_any_language_is_read_back_as_nothing_new(kind, language, house, tmp_path):
    settle_in("Fjord", "NO", language, "Europe/Oslo")
    record_type = next(one for one in catalogue() if one.parts)
    with translation.override(language):
        uid = write(house, record_type, None, sample(house, record_type, 4)).uid
        before = plain(record_type, find_one(house, record_type, uid))
        path, _receipt = taken(house, record_type.key, kind, tmp_path)
        receipt = import_file(house, path, Plan(record_type.key))
    assert receipt.unchanged == receipt.rows > 0, receipt.plain()
    assert plain(record_type, find_one(house, record_type, uid)) == before


@pytest.mark.either
@pytest.mark.parametrize("kind", TABLES)
@SOME
@given(TEXTS)
@example(["_x0041_", "_x005F_x000D_", "a\tb\nc", " 1", "'=1", "2026-01-02"])
def test_whatever_is_in_a_cell_comes_back(kind, ann, tmp_path, texts):
    kept = {}
    for text in texts:
        uid = person(ann, remember=text, source=text)
        kept[uid] = find_one(ann, "contacts", uid, ("remember", "source")).values
    path, _receipt = taken(ann, "contacts", kind, tmp_path)
    receipt = import_file(ann, path, Plan("contacts")) if texts else None
    assert receipt is None or receipt.unchanged == receipt.rows == len(texts)
    for uid, values in kept.items():
        assert find_one(ann, "contacts", uid, ("remember", "source")).values == values
        remove(ann, "contacts", uid)


ITEMS = st.lists(
    st.fixed_dictionaries({
        "text": st.text("+0123456789 ()ext;*|[worka", min_size=1, max_size=14),
        "type": st.sampled_from([key for key, _label in Phones.uses]),
        "primary": st.booleans(),
    }), max_size=4)  # fmt: skip


@SOME
@given(ITEMS)
def test_any_list_of_phones_comes_back_from_one_cell(house, raw):
    kind, context = Phones(), workspace().context
    value = kind.parse(raw, context)
    back = list_cells.read(kind, list_cells.written(kind, value, context), context)
    told = [(one["text"], one["type"], one["primary"]) for one in back]
    assert told == [(one["text"], one["type"], one["primary"]) for one in value]


@pytest.mark.parametrize("kind", TABLES)
def test_a_phone_that_was_edited_in_place_stays_the_one_it_was(kind, ann, tmp_path):
    uid = person(ann, phones=[{"text": "22 00 00 10", "id": "kept1", "type": "mobile"}])
    path, _receipt = taken(ann, "contacts", kind, tmp_path)
    assert import_file(ann, path, Plan("contacts")).unchanged == 1
    assert find_one(ann, "contacts", uid, ("phones",))["phones"][0]["id"] == "kept1"


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1)


@SOME
@given(st.lists(LINES, min_size=1, max_size=4), LINES)
@example(["\\n", ";,"], "a:b;c,d\\")
def test_whatever_stands_in_a_card_is_read_back_by_a_reader_of_cards(tmp_path, lines, name):
    note = "\n".join(lines)
    data = [f"NOTE:{escaped(note)}", f"N:{escaped(name)};x;;;"]
    path = tmp_path / "x.vcf"
    path.write_bytes(b"".join(map(folded, ["BEGIN:VCARD", "VERSION:4.0", *data, "END:VCARD"])))
    (card,) = card_lines.cards(path, "en")
    found = cells_of(card)
    assert found.get("NOTE", "") == note.strip()
    assert found.get("N family", "") == name.strip() and found["N given"] == "x"


def test_phones_with_their_uses_are_read_by_a_person(ann, tmp_path):
    phones = [{"text": "22 00 00 10", "type": "mobile"}, {"text": "55 00 00 20", "primary": True}]
    street = [{"street": "Storgata 1", "city": "Oslo", "type": "billing"}]
    person(ann, phones=phones, addresses=street, do_not_call=True)
    for kind in ("here", "xlsx"):
        path, _receipt = taken(ann, "contacts", kind, tmp_path)
        head, row = table(path)
        cells = dict(zip(head, row, strict=True))
        assert cells["Phone"] == "22 00 00 10 (mobile); 55 00 00 20 (*)"
        assert cells["Address"] == "Storgata 1 |  | Oslo (billing)"
        assert cells["Do not call"] == "Yes"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'=1"])
@pytest.mark.parametrize("kind", ["csv", "here"])
def test_no_cell_begins_as_a_formula_does(kind, text, ann, tmp_path):
    person(ann, name=text, source=text, phones=text)
    path, _receipt = taken(ann, "contacts", kind, tmp_path)
    assert not [cell for row in table(path) for cell in row if re.match(r"[=+\-@\t\r]", cell)]


def test_a_formula_in_a_workbook_is_a_text_and_so_is_a_number_of_things(ann, tmp_path):
    person(ann, name="=1+1", job_title="007", birthday="1980-02-29")
    path, _receipt = taken(ann, "contacts", "xlsx", tmp_path)
    head, row = table(path)
    cells = dict(zip(head, row, strict=True))
    assert (cells["Name"], cells["Job title"]) == ("=1+1", "007")
    assert cells["Birthday"] == date(1980, 2, 29)
    assert isinstance(cells["Created"] if "Created" in cells else cells["created_at"], datetime)


def test_numbers_are_numbers_and_a_number_below_zero_stays_one(ann, tmp_path):
    write(ann, "companies", None, {"name": "Fjord", "employees": 12})
    head, row = table(taken(ann, "companies", "xlsx", tmp_path)[0])
    assert dict(zip(head, row, strict=True))["Employees"] == 12


def test_csv_for_a_spreadsheet_here_is_as_the_person_writes(ann, tmp_path):
    settle_in("Fjord", "NO", "nb", "Europe/Oslo")
    norse = system("test")
    person(ann, birthday="1980-11-05", company=write(ann, "companies", None, {"name": "Fjord"}).uid)
    path, _receipt = taken(norse, "contacts", "here", tmp_path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    assert b"05.11.1980" in raw and b";Fjord;" in raw
    settle_in("Fjord", "US", "en", "UTC")
    raw = taken(norse, "contacts", "here", tmp_path)[0].read_bytes()
    assert b",Fjord," in raw and b"1980-11-05" in raw


def test_a_link_whose_title_is_not_its_own_stands_by_its_uid(ann, tmp_path):
    uids = [write(ann, "companies", None, {"name": "Twin"}).uid for _time in range(2)]
    person(ann, company=uids[1])
    path, _receipt = taken(ann, "contacts", "here", tmp_path)
    assert str(uids[1]) in path.read_text(encoding="utf-8-sig")


def test_a_moment_between_two_seconds_keeps_its_fraction(ann, tmp_path):
    at = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    uid = person(ann, last_contacted=at.isoformat())
    path, _receipt = taken(ann, "contacts", "xlsx", tmp_path)
    assert import_file(ann, path, Plan("contacts")).unchanged == 1
    assert find_one(ann, "contacts", uid, ("last_contacted",))["last_contacted"] == at


def test_what_no_cell_holds_is_told_in_the_receipt(ann, tmp_path):
    person(ann, remember="x" * 40_000)
    _path, receipt = taken(ann, "contacts", "xlsx", tmp_path)
    assert "32,767 letters: 1" in receipt.remarks[0]


def test_a_list_as_it_stands_or_a_selection_is_all_that_goes_out(ann, tmp_path):
    uids = [person(ann, name=f"P{n}", source="fair" if n % 2 else "") for n in range(6)]
    asked = Question(where=(Condition("source", "is", "fair"),), sort="-name")
    names = ("name", "company.name")
    path, receipt = taken(ann, "contacts", "csv", tmp_path, columns=names, question=asked)
    assert [row[1] for row in table(path)] == ["name", "P5", "P3", "P1"]
    path, receipt = taken(ann, "contacts", "csv", tmp_path, uids=(uids[4], uids[0]))
    assert [row[1] for row in table(path)] == ["name", "P4", "P0"] and receipt.rows == 2


def test_many_pages_hold_each_record_once(ann, tmp_path, monkeypatch):
    monkeypatch.setattr("kartotek.interfaces.files.taking.LARGEST_STACK", 3)
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 4)
    uids = {str(person(ann, name=f"P{n % 2}")) for n in range(11)}
    path, receipt = taken(ann, "contacts", "csv", tmp_path, question=Question(sort="name"))
    assert {row[0] for row in table(path)[1:]} == uids
    assert receipt.rows == receipt.there == 11 and receipt.remarks == []


def test_a_hidden_field_is_in_no_file_and_is_not_asked_for(ann, bob, tmp_path):
    person(ann, source="secret-fair", owner=bob.member_uid)
    blind = with_rights(ann, hidden={"contacts": frozenset({"source"})})
    for kind in (*TABLES, "vcf"):
        path, _receipt = taken(blind, "contacts", kind, tmp_path)
        assert b"secret-fair" not in path.read_bytes()
    with pytest.raises(ValidationError, match="no field"):
        taken(blind, "contacts", "csv", tmp_path, columns=("source",))


def test_the_right_to_export_bounds_what_goes_out(world, tmp_path):
    person(world.ann, name="Ann's", owner=world.ann.member_uid)
    person(world.bob, name="Bob's")
    with pytest.raises(PermissionDenied, match="may not export"):
        taken(world.bob, "contacts", "csv", tmp_path)
    own = with_rights(world.bob, verbs={"*": {"view": "all", "export": "own"}})
    path, receipt = taken(own, "contacts", "csv", tmp_path)
    assert [row[1] for row in table(path)[1:]] == ["Bob's"] and receipt.rows == 1


def test_a_count_that_does_not_add_up_keeps_nothing(ann, tmp_path, monkeypatch):
    person(ann)
    monkeypatch.setattr(exporting, "rows_there", lambda _actor, _taking: 7)
    with pytest.raises(ValidationError, match="1 rows were written where the database holds 7"):
        export_file(ann, "contacts", tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_came_meanwhile_is_told(ann, tmp_path, monkeypatch):
    person(ann)
    work = Exporting(ann, Taking(the_type("contacts"), ("name",)), FORMATS["csv"],
                     tmp_path / "x.csv", "x.csv")  # fmt: skip
    work.rows = 0
    monkeypatch.setattr(exporting, "rows_there", lambda _actor, _taking: 2)
    while work.step():
        pass
    assert "0 before, 2 after" in work.receipt.remarks[0]


def test_every_card_has_all_phones_mails_and_addresses(ann, tmp_path):
    company = write(ann, "companies", None, {"name": "Fjord; Sons, Ltd"}).uid
    uid = person(
        ann, name="Ola Nordmann", given_name="Ola", family_name="Nordmann", company=company,
        job_title="Buyer", birthday="1980-02-29", remember="One\nTwo, three; \\four" + "å" * 80,
        tags="fair,vip", emails="ola@example.com; o@home.example.com",
        phones=[{"text": f"+47 22 00 00 1{n}", "type": key}
                for n, (key, _label) in enumerate(Phones.uses)],
        addresses=[{"street": "Storgata 1\nOppgang B", "city": "Oslo", "postal_code": "0155"}],
    )  # fmt: skip
    for kind in ("vcf", "vcf3"):
        path, _receipt = taken(ann, "contacts", kind, tmp_path)
        assert all(len(line) <= 75 for line in path.read_bytes().split(b"\r\n"))
        assert import_file(ann, path, Plan("contacts")).updated == (kind == "vcf")  # its UID
        before = plain(RECORD_TYPES["contacts"], find_one(ann, "contacts", uid))
        forget(RECORD_TYPES["contacts"], [uid])
        assert import_file(ann, path, Plan("contacts")).created == 1
        (row,) = find(ann, "contacts", Question(columns=tuple(visible(ann, "contacts")))).rows
        after, uid = plain(RECORD_TYPES["contacts"], row), row.uid
        for name in ("name", "given_name", "family_name", "company", "job_title", "birthday",
                     "remember", "tags", "emails", "addresses"):  # fmt: skip
            assert after[name] == before[name], (kind, name)
        assert {(one["text"], one["type"]) for one in after["phones"]} == {
            (one["text"], one["type"]) for one in before["phones"]}  # fmt: skip


def test_what_has_no_card_says_so(ann, tmp_path):
    bare = next(one for one in catalogue() if not one.card)
    with pytest.raises(ValidationError, match="Take another kind of file"):
        taken(ann, bare.key, "vcf", tmp_path)


def test_a_card_of_an_organisation_says_that_it_is_one(ann, tmp_path):
    write(ann, "companies", None, {"name": "Fjord", "website": "fjord.example.com"})
    text = taken(ann, "companies", "vcf", tmp_path)[0].read_text()
    assert "KIND:org" in text and "URL:https://fjord.example.com" in text
    assert "N:;;;;" in taken(ann, "companies", "vcf3", tmp_path)[0].read_text()
