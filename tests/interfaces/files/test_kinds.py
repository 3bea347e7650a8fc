"""Whatever kind of file it is, it comes in by the same way: workbooks, cards, lines of JSON."""

import pytest

from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from kartotek.interfaces.files.importing import Plan, import_file

pytestmark = pytest.mark.django_db
CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ola Nordmann
N:Nordmann;Ola;;;
ORG:Fjord AS
TEL;TYPE=WORK:+47 22 33 44 55
TEL;TYPE=CELL:+47 912 34 567
TEL;TYPE=CELL:+47 912 34 568
EMAIL;TYPE=INTERNET,HOME:ola@example.com
ADR;TYPE=HOME:;;Storgata 1;Oslo;;0155;Norway
BDAY:19800229
X-SHOE:44
END:VCARD
BEGIN:VCARD
VERSION:2.1
N:Lie;Kari
END:VCARD
"""


def test_cards_become_contacts_with_all_their_numbers(ann, tmp_path):
    write(ann, "companies", None, {"name": "Fjord AS"})
    path = tmp_path / "cards.vcf"
    path.write_text(CARDS, encoding="utf-8")
    receipt = import_file(ann, path, Plan())
    assert (receipt.type, receipt.source, receipt.created, receipt.failed, receipt.adds_up) == (
        "contacts", "vcard", 2, 0, True,
    )  # fmt: skip
    columns = ("phones", "emails", "addresses", "company", "birthday")
    row = find(ann, "contacts", Question(words="ola", columns=columns)).rows[0]
    assert [(item["text"], item["type"]) for item in row["phones"]] == [
        ("+47 22 33 44 55", "work"), ("+47 912 34 567", "mobile"), ("+47 912 34 568", "mobile"),
    ]  # fmt: skip
    assert (row["emails"][0]["type"], row["addresses"][0]["city"]) == ("home", "Oslo")
    assert (row["company"].title, str(row["birthday"])) == ("Fjord AS", "1980-02-29")
    assert [one.column.header for one in receipt.columns if one.left_out] == ["X-SHOE"]


def test_lines_of_json_come_in(ann, tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text('{"name": "Ola", "tags": ["vip"], "do_not_call": true}\n', encoding="utf-8")
    assert import_file(ann, path, Plan("contacts")).created == 1
    row = find(ann, "contacts", Question(columns=("tags", "do_not_call"))).rows[0]
    assert (row["tags"], row["do_not_call"]) == (("vip",), True)


def test_what_the_reader_assumed_stands_in_the_receipt(ann, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Our people,\nname,phones\nOla,1\nKari,2\n", encoding="utf-8")
    receipt = import_file(ann, path, Plan("contacts"))
    assert receipt.created == 2
    assert "Our people" in receipt.remarks[0]
    assert receipt.remarks[0] in "\n".join(receipt.lines())
