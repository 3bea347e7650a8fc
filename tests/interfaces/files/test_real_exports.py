"""Exports that other systems really wrote; left out where they are not at hand."""

import os
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.interfaces.files.elsewhere import known_elsewhere
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.packed_import import import_pack

FOLDER = os.environ.get("KARTOTEK_REAL_DATA", "")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER, reason="KARTOTEK_REAL_DATA names no folder"),
]
SALESFORCE = Path(FOLDER) / "salesforce-dataexport-cc0"


def bring(actor, name):
    # A folder that may only be read keeps no file of failed rows; there are none.
    return import_file(actor, SALESFORCE / name, Plan())


def left_out(receipt):
    return {
        one.column.header
        for one in receipt.columns
        if one.left_out and "keeps this" not in one.column.reason
        and "same stands" not in one.column.reason
    }  # fmt: skip


def test_a_salesforce_export_comes_in_whole_and_goes_again(ann):
    accounts, contacts = bring(ann, "Account.csv"), bring(ann, "Contact.csv")
    assert [(one.type, one.rows, one.created, one.failed, one.adds_up)
            for one in (accounts, contacts)] == [
        ("companies", 1412, 1412, 0, True), ("contacts", 1412, 1412, 0, True),
    ]  # fmt: skip
    assert left_out(accounts) == set()
    assert left_out(contacts) == {
        "AssistantName", "Employee_ID__c", "Member_ID__c", "Passport_ID__c", "SSN__c",
    }  # fmt: skip
    page = find(ann, "contacts", Question(columns=("company", "phones"), size=200))
    assert all(row["company"] and len(row["phones"]) == 3 for row in page)
    assert bring(ann, "Contact.csv").unchanged == 1412
    for receipt in (accounts, contacts):
        undo_later(ann, receipt.batch)
    Worker().run_due()
    assert [len(find(ann, key)) for key in ("companies", "contacts")] == [0, 0]


def test_a_zip_of_that_export_comes_in_in_the_order_of_its_links(ann, tmp_path):
    path = tmp_path / "WE.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name in ("Case.csv", "Contact.csv", "Account.csv"):
            file.write(SALESFORCE / name, name)
    told = import_pack(ann, path, Plan())
    assert [(one.file, one.created, one.failed, one.adds_up) for one in told.receipts] == [
        ("Account.csv", 1412, 0, True), ("Contact.csv", 1412, 0, True),
    ]  # fmt: skip
    assert [(one["file"], one["rows"]) for one in told.left] == [("Case.csv", 1412)]


def test_every_header_of_a_weekly_export_is_known_or_kept():
    unknown = []
    for path in (Path(FOLDER) / "salesforce-dataexport-headers").glob("*.csv"):
        headers = path.read_text(encoding="utf-8-sig").strip().replace('"', "").split(",")
        if not known_elsewhere(headers):
            unknown.append(path.stem)
    assert sorted(unknown) == ["Account", "Contact", "Lead"]
