"""A file of cards is a table: a row a card, a column for everything any of them holds."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import cards
from kartotek.interfaces.files.cards import unescaped
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.reading import opened, rows_of


def put(tmp_path, *bodies):
    path = tmp_path / "x.vcf"
    text = "".join(f"BEGIN:VCARD\nVERSION:3.0\n{body}\nEND:VCARD\n" for body in bodies)
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path, *bodies):
    """The cells that are not blank of each card, by header."""
    table = opened(put(tmp_path, *bodies), "en")
    rows = [row.cells for row in rows_of(table)]
    assert len(rows) == table.rows
    return table, [
        {header: unescape(cell) for header, cell in zip(table.headers, row, strict=True) if cell}
        for row in rows
    ]


def test_a_card_is_a_row_under_headers_that_say_what_they_hold(tmp_path):
    body = (
        "N:Nord;Ola;Per;Dr.;Jr.\nFN:Dr. Ola Nord\nORG:Acme\\, Inc.;Sales;North\nTITLE:Boss\n"
        "TEL;TYPE=WORK,VOICE:1\nTEL;CELL:2\nTEL;TYPE=work:3\nTEL;HOME;FAX:4\nEMAIL;INTERNET:a@b.c\n"
        "ADR;TYPE=home:;;Street 1;Oslo;;0150;Norway\nBDAY:19800322\nCATEGORIES:VIP,Nord\\, Sør\n"
        "NOTE:one\\ntwo\\; three"
    )
    assert read(tmp_path, body)[1] == [{
        "FN": "Dr. Ola Nord", "N family": "Nord", "N given": "Ola", "N additional": "Per",
        "N prefix": "Dr.", "N suffix": "Jr.", "ORG": "Acme, Inc.", "ORG unit": "Sales; North",
        "TITLE": "Boss", "TEL work": "1", "TEL mobile": "2", "TEL 2 work": "3",
        "TEL home fax": "4", "EMAIL": "a@b.c", "ADR home street": "Street 1",
        "ADR home city": "Oslo", "ADR home code": "0150", "ADR home country": "Norway",
        "BDAY": "1980-03-22", "CATEGORIES": "VIP, Nord, Sør", "NOTE": "one\ntwo; three",
    }]  # fmt: skip


def test_cards_that_hold_different_things_share_one_table(tmp_path):
    table, rows = read(tmp_path, "FN:Ola\nTEL:1", "FN:Kari\nURL:x", "FN:Per\nTEL:2")
    assert (table.kind, table.headers, table.rows) == ("cards", ("FN", "TEL", "URL"), 3)
    assert rows[1] == {"FN": "Kari", "URL": "x"}


def test_a_label_of_an_address_book_names_its_group(tmp_path):
    body = (
        "FN:Ola\nitem1.TEL:1\nitem1.X-ABLabel:_$!<AssistantPhone>!$_\nitem2.X-ABDATE:2001\n"
        "item2.X-ABLabel:Name Day\nitem3.X-ABLabel:Alone"
    )
    assert read(tmp_path, body)[1] == [{
        "FN": "Ola", "TEL assistantphone": "1", "X-ABDATE name day": "2001", "X-ABLABEL": "Alone",
    }]  # fmt: skip


def test_two_addresses_of_one_sort_are_never_mixed(tmp_path):
    body = "FN:Ola\nADR;WORK:;;First;;;;\nADR;WORK:;;;Bergen;;;\nADR;WORK:;;First;;;;"
    assert read(tmp_path, body)[1] == [
        {"FN": "Ola", "ADR work street": "First", "ADR 2 work city": "Bergen"}
    ]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("N:Nord;Ola", "Ola Nord"),
        ("N:;;;;\nORG:Acme", "Acme"),
        ("FN:\nEMAIL;PREF:a@b.c", "a@b.c"),
        ("TEL;CELL:+47 1", "+47 1"),
    ],
)
def test_a_card_without_a_name_is_called_after_what_else_it_holds(body, name, tmp_path):
    table, rows = read(tmp_path, body)
    assert rows[0]["FN"] == name and "without a name: 1" in table.remarks[0]


@pytest.mark.parametrize(
    ("line", "header", "text"),
    [
        ("TEL;VALUE=uri;TYPE=work:tel:+1-418;ext=102", "TEL work", "+1-418 ext. 102"),
        ("EMAIL:mailto:a@b.c", "EMAIL", "a@b.c"),
        ("BDAY:1980-03-22T00:00:00Z", "BDAY", "1980-03-22"),
        ("BDAY:--0203", "BDAY", "--0203"),
        ("IMPP;X-SERVICE-TYPE=Skype:skype:ola", "IMPP skype", "skype:ola"),
        ("URL:http\\://x", "URL", "http://x"),
        ("PHOTO;ENCODING=b;TYPE=JPEG:/9j/", "PHOTO", "data:image/jpeg;base64,/9j/"),
        ("PHOTO:https://x/y.jpg", "PHOTO", "https://x/y.jpg"),
        ("X-ODD;TYPE=home:v", "X-ODD home", "v"),
        ("N:a;b;c;d;e;f;g", "N more", "f; g"),
        ("NOTE:'=1", "NOTE", "'=1"),
        ("TEL;TYPE=homefax:1", "TEL home fax", "1"),
        ("TEL;TYPE=video:1", "TEL video", "1"),
    ],
)
def test_a_value_stands_under_its_header_as_a_person_reads_it(line, header, text, tmp_path):
    assert read(tmp_path, f"FN:Ola\n{line}")[1][0][header] == text


def test_an_address_as_it_is_printed_is_kept_beside_its_parts(tmp_path):
    body = 'FN:Ola\nADR;TYPE=work;LABEL="Street 1^nOslo":;;Street 1;Oslo;;;'
    assert read(tmp_path, body)[1][0]["LABEL work"] == "Street 1\nOslo"


def test_a_picture_too_large_for_a_cell_leaves_its_size_and_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "LONGEST_PICTURE", 1_000)
    table, rows = read(tmp_path, "FN:Ola\nPHOTO;ENCODING=b:" + "A" * 4_000)
    assert rows[0]["PHOTO"] == "a picture of 3 kB" and "too large" in table.remarks[0]


def test_cards_that_hold_too_many_things_are_refused(tmp_path):
    body = "\n".join(f"X-{number}:v" for number in range(2_001))
    with pytest.raises(ValidationError, match="2002 columns"):
        opened(put(tmp_path, body), "en")


def test_backslashes_are_taken_off_once():
    assert unescaped("a\\\\n\\n\\,\\;\\:\r\nb") == "a\\n\n,;:\nb"
