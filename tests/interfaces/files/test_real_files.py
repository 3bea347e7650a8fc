"""Files of other programs, read from end to end. Set KARTOTEK_REAL_DATA to their folder."""

import os
from pathlib import Path

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.card_lines import cards
from kartotek.interfaces.files.cards import cells_of
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.reading import opened, rows_of

ROOM = os.environ.get("KARTOTEK_REAL_DATA", "")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not ROOM, reason="KARTOTEK_REAL_DATA names no folder"),
]
CARDS = "vcard-ezvcard", "contacts-csv-roundcube"
TABLES = "salesforce-dataloader-bsd", "csv-spectrum", "excel-messy-sales", "register-latvia"


def files(folders, *endings):
    found = [path for folder in folders for path in sorted((Path(ROOM) / folder).rglob("*"))]
    return [path for path in found if path.suffix in endings]


def table_and_rows(path):
    table = opened(path, "en")
    rows = [row.cells for row in rows_of(table)]
    assert len(rows) == table.rows
    return table, rows


def test_every_card_is_read_and_no_value_of_it_is_lost():
    read = 0
    for path in files(CARDS, ".vcf"):
        read += table_and_rows(path)[0].rows
        for card in cards(path, "en"):
            found = cells_of(card)
            held = _bare("".join([*found.values(), *found]))
            for one in card.properties:
                if one.name == "VERSION":
                    continue
                for piece in one.value.replace("\\n", ";").replace("\\,", ";").split(";"):
                    assert _bare(piece) in held, (path.name, one.name)
    assert read >= 26 + 5


def _bare(text):
    """Letters and digits: what is left when labels of a book and dates are written out."""
    text = text.replace("_$!<", "").replace(">!$_", "").removeprefix("tel:")
    return "".join(letter for letter in text.lower() if letter.isalnum())


def test_a_table_of_other_programs_is_read_from_end_to_end():
    read = [table_and_rows(path) for path in files(TABLES, ".csv", ".xlsx")]
    assert len(read) >= 40 and all(table.headers for table, _rows in read)


def test_half_marked_and_unmarked_letters_are_read():
    folder = Path(ROOM) / "salesforce-dataloader-bsd/test/resources/testfiles/data"
    plain = table_and_rows(folder / "csvtext.csv")[1]
    for path in sorted(folder.glob("csvtext_BOM_*.csv")):
        table, rows = table_and_rows(path)
        assert (table.headers, rows) == (("column1", "column2", "column3"), plain), path.name


def test_the_cards_that_a_csv_must_become_hold_what_the_csv_holds():
    folder = Path(ROOM) / "contacts-csv-roundcube/Csv2vcard"
    for path in sorted(folder.glob("*.csv")):
        as_csv, rows = table_and_rows(path)
        as_cards, made = table_and_rows(path.with_suffix(".vcf"))
        assert as_csv.rows == as_cards.rows
        place = as_cards.headers.index("EMAIL" if "EMAIL" in as_cards.headers else "EMAIL home")
        for row, card in zip(rows, made, strict=True):
            assert unescape(card[place]) in row


def test_a_header_alone_is_refused_with_what_to_do():
    for path in files(["vendor-headers", "salesforce-dataexport-headers"], ".csv"):
        with pytest.raises(ValidationError, match="a header and no rows"):
            opened(path, "en")
