"""An archive of tables: recognised one by one, in the order in which they link to each other."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.interfaces.files import packs
from kartotek.interfaces.files.elsewhere import known_elsewhere
from kartotek.interfaces.files.packs import in_order, is_pack, unpacked
from tests.interfaces.files.making import packed

CASES = "CaseNumber,Origin,Priority,Subject\n1,Web,High,Help\n"


def test_each_file_is_a_table_or_says_why_not(tmp_path):
    files = {"WE/Account.csv": "Name\nFjord\n", "logo.png": "\x89PNG", "Case.csv": CASES,
             "none.csv": "Name\n"}  # fmt: skip
    path = packed(tmp_path / "x.zip", files)
    folder = tmp_path / "in"
    folder.mkdir()
    assert is_pack(path)
    found = {one.name: one for one in unpacked(path, folder, "en")}
    assert found["Account.csv"].table.rows == 1 and not found["Account.csv"].elsewhere
    assert found["Case.csv"].elsewhere == "Salesforce Case"
    assert "“none.csv” has a header and no rows" in found["none.csv"].why
    assert found["logo.png"].table is None


def test_what_others_link_to_comes_first():
    given = ["contacts", "", "companies", "contacts"]
    assert in_order(given, lambda one: one) == ["", "companies", "contacts", "contacts"]


def test_an_archive_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "MOST_FILES", 1)
    path = packed(tmp_path / "x.zip", {"a.csv": "Name\nA\n", "b.csv": "Name\nB\n"})
    with pytest.raises(ValidationError, match="more than 1 files"):
        list(unpacked(path, tmp_path, "en"))


@pytest.mark.parametrize(("headers", "name"), [
    (["Id", "AccountId", "Name", "StageName", "CloseDate", "Probability"],
     "Salesforce Opportunity"),
    (["Deal Name", "Deal Stage", "Pipeline", "Amount"], "HubSpot Deal"),
    (["Id", "Name", "BillingStreet", "ParentId", "OwnerId"], ""),
    (["Name", "E-mail"], ""),
])  # fmt: skip
def test_what_no_type_holds_is_told_by_its_columns(headers, name):
    assert known_elsewhere(headers) == name


def test_once_a_type_declares_the_columns_it_is_held(monkeypatch):
    table = dict.fromkeys(["StageName", "CloseDate", "Probability"], "name")
    held = {**RECORD_TYPES["companies"].imports, "salesforce opportunities": table}
    monkeypatch.setattr(type(RECORD_TYPES["companies"]), "imports", held)
    monkeypatch.setattr(RECORD_TYPES["companies"], "imports", held, raising=False)
    assert known_elsewhere(["StageName", "CloseDate", "Probability"]) == ""
