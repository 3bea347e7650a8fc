"""A workbook that would harm is refused before it is opened, with what to do."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import scanning
from kartotek.interfaces.files.reading import opened
from kartotek.interfaces.files.scanning import column_of, scan
from tests.interfaces.files.making import MAIN, ods, ods_cell, ods_row, packed, sheet_xml, xlsx

GOOD = sheet_xml([["name"], ["Ola"]])
LAUGHS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMB = f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]>'
FAR = [["name", "<c r='A2'><v>1</v></c>", "<c r='XFD1048576'><v>1</v></c>"]]
SHARED = f'<sst xmlns="{MAIN}"><si><t>{"x" * 900_000}</t></si></sst>'
NAMING = [["<c t='s'><v>0</v></c>"]] * 200
PREFIXED = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>\
<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
REFUSED = {
    "defines its own XML entities": {"S": BOMB + GOOD.replace("Ola", "&i;")},
    "more than 2,000,000 cells": {"S": FAR},
    "more than 2,000,000 cells.": {"S": PREFIXED},
    "damaged or cut off": {"S": GOOD[:-20]},
    "damaged or cut off.": {"S": GOOD.replace("<row", f'<row x="{"y" * 1_500_000}"', 1)},
}


@pytest.mark.parametrize("told", REFUSED)
def test_a_sheet_that_would_harm_is_refused(told, tmp_path):
    path = xlsx(tmp_path / "x.xlsx", REFUSED[told])
    with pytest.raises(ValidationError) as refused:
        opened(path, "en")
    sentence = refused.value.messages[0]
    assert told.rstrip(".") in sentence and "x.xlsx" in sentence and sentence.endswith(".")


def test_a_long_text_that_many_cells_name_is_counted_in_each(tmp_path):
    path = xlsx(tmp_path / "x.xlsx", {"S": NAMING}, {"xl/sharedStrings.xml": SHARED})
    with pytest.raises(ValidationError, match="more than 50,000,000 letters"):
        scan(path, "xlsx")


def test_a_sheet_under_a_name_that_is_not_scanned_is_refused(tmp_path):
    path = xlsx(tmp_path / "x.xlsx", {"S": GOOD})
    hidden = '<Relationships><Relationship Type="a/worksheet" Target="s.bin"/></Relationships>'
    members = {"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": hidden}
    with pytest.raises(ValidationError, match="damaged"):
        scan(packed(path, members), "xlsx")


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(ods_cell("x", times=16_384), times=1_000_000),
        ods_row(ods_cell("x")) * 2 + ods_row(times=1_000_000) + ods_row(ods_cell("x", times=9)),
        ods_row(ods_cell('<text:s text:c="2000000000"/>')),
    ],
)
def test_an_ods_that_repeats_without_measure_is_refused(rows, tmp_path):
    with pytest.raises(ValidationError, match="more than"):
        opened(ods(tmp_path / "x.ods", {"S": rows}), "en")


def test_styled_blank_cells_at_the_far_end_are_no_bomb(tmp_path):
    styled = GOOD.replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert opened(xlsx(tmp_path / "x.xlsx", {"S": styled}), "en").rows == 1


def test_columns_are_counted_in_letters():
    assert [column_of(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16_383]
    with pytest.raises(ValueError, match="a1"):
        column_of("a1")


def test_the_tables_of_an_ods_are_measured_together(tmp_path):
    rows = ods_row(ods_cell("x", times=1_000), times=1_500)
    with pytest.raises(ValidationError, match="reaches over more than"):
        scan(ods(tmp_path / "x.ods", {"One": rows, "Two": rows}), "ods")


def test_more_xml_than_any_table_needs_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "MOST_BYTES", 1_000)
    with pytest.raises(ValidationError, match="unpacks to far more"):
        scan(xlsx(tmp_path / "x.xlsx", {"S": GOOD}), "xlsx")


def test_a_type_without_entities_is_no_bomb(tmp_path):
    typed = '<!DOCTYPE worksheet PUBLIC "-//X//DTD//EN" "x.dtd">' + GOOD
    assert opened(xlsx(tmp_path / "x.xlsx", {"S": typed}), "en").rows == 1
