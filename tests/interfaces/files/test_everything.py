"""Everything in one archive: whole, counted, explained, and read back."""

import hashlib
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from kartotek.core import files
from kartotek.core.actor import system
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.revealing import revealing
from kartotek.core.security import recent
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.interfaces.files.everything import export_everything
from kartotek.interfaces.files.importing import Plan, import_file
from tests.contract.samples import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")


@pytest.fixture
def archive(ann, tmp_path):
    for key in RECORD_TYPES:  # each as it looks by now: a field that was made may belong to it
        made(ann, catalogue()[key], 1)
    files.keep_bytes(ann, b"what was brought", "letter & more.txt", "text/plain", "import")
    path = tmp_path / "everything.zip"
    return path, export_everything(ann, path)


def test_every_type_is_in_it_twice_with_schema_and_counts_that_add_up(archive, ann):
    path, receipt = archive
    with zipfile.ZipFile(path) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        for one in manifest["members"]:
            data = opened.read(one["name"])
            assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
        for one in manifest["types"]:
            lines = opened.read(f"{one['type']}.jsonl").splitlines()
            assert len(lines) == one["rows"] == one["there"]
        schema = json.loads(opened.read("schema.json"))
    assert {one["type"] for one in manifest["types"]} == RECORD_TYPES.keys() == schema.keys()
    assert schema["contacts"]["fields"]["birthday"]["format"] == "date"
    held = 2  # files: the letter, and the one of a record
    assert receipt.plain()["rows"] == manifest["rows"] + held == receipt.plain()["unchanged"]


def test_files_are_in_it_with_their_names_and_ones_own_alone(archive, world, tmp_path):
    path, receipt = archive
    with zipfile.ZipFile(path) as opened:
        assert opened.read(receipt.files[-1]["member"]) == b"what was brought"
        assert "letter &amp; more.txt" in opened.read("index.html").decode()
    assert receipt.files[-1]["name"] == "letter & more.txt"
    other = export_everything(world.manager, tmp_path / "other.zip")
    assert other.files == [] and other.left_out
    assert len(export_everything(system("test"), tmp_path / "all.zip").files) == 2


def test_its_json_lines_come_back_as_nothing_new(archive, ann, tmp_path):
    path, receipt = archive
    with zipfile.ZipFile(path) as opened:
        opened.extractall(tmp_path / "out")
    for one in receipt.types:
        back = import_file(ann, tmp_path / "out" / f"{one['type']}.jsonl", Plan(one["type"]))
        assert back.unchanged == back.rows == one["rows"], back.plain()


def test_the_page_speaks_the_language_of_the_workspace(house, tmp_path):
    settle_in("Fjord <AS>", "NO", "nb", "Europe/Oslo")
    write(house, "companies", None, {"name": "Fjord"})
    export_everything(house, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        text = opened.read("index.html").decode()
    assert '<html lang="nb">' in text and "Fjord &lt;AS&gt;" in text


def test_who_may_take_nothing_gets_nothing(world, tmp_path):
    with pytest.raises(PermissionDenied, match="may not export anything"):
        export_everything(world.bob, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_it_leaves_a_line_in_the_security_log_and_a_receipt(archive, ann):
    assert recent(("export",), 60)[0][2]["format"] == "zip"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rows, unchanged FROM core_receipt WHERE kind = 'export'")
        (counts,) = cursor.fetchall()
    assert counts[0] == counts[1] == archive[1].plain()["rows"]


def test_an_export_that_lies_there_is_no_part_of_it_and_goes_after_a_week(ann, tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("uid\n")
    uids = {days: files.keep(ann, path, "old.csv", "text/csv", files.EXPORT).uid for days in (6, 8)}
    assert list(files.every(ann)) == []
    for days, uid in uids.items():
        at = dialect().instant(datetime.now(UTC) - timedelta(days=days))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_storedfile SET at = %s WHERE uid = %s", [at, dialect().uid(uid)]
            )
    assert files.sweep() == 1
    assert files.facts(ann, uids[6]).is_whole
    with pytest.raises(NotFound):
        files.facts(ann, uids[8])


def test_a_file_that_is_gone_is_named_in_the_receipt_and_on_the_page(archive, ann, tmp_path):
    lost = files.keep_bytes(ann, b"x", "contract <1>.pdf", "application/pdf", "import")
    files.content(lost.uid)[1].unlink()
    receipt = export_everything(ann, tmp_path / "again.zip")
    named = {"name": "contract <1>.pdf", "uid": str(lost.uid)}
    told = receipt.plain()
    assert told["missing"] == [named] and told["skipped"] == 1
    assert told["rows"] == told["unchanged"] + 1
    assert sum("contract <1>.pdf" in one for one in told["remarks"]) == 1
    with zipfile.ZipFile(tmp_path / "again.zip") as opened:
        page = opened.read("index.html").decode()
        assert "contract &lt;1&gt;.pdf" in page and str(lost.uid) in page
        assert json.loads(opened.read("manifest.json"))["missing"] == [named]


def test_masked_columns_are_named_on_the_page_or_whole(ann, tmp_path):
    write(ann, "customfields", None, {"on": "contacts", "label": "Passport", "kind": "masked"})
    write(ann, "contacts", None, {"name": "Ola", "x_passport": "N-1234567"})
    for actor, holds in ((ann, False), (revealing(ann), True)):
        export_everything(actor, tmp_path / "x.zip")
        with zipfile.ZipFile(tmp_path / "x.zip") as opened:
            assert "Passport" in opened.read("index.html").decode()
            for name in ("contacts.csv", "contacts.jsonl"):
                assert (b"N-1234567" in opened.read(name)) is holds
    assert len(recent(("revealed",), 60)) == 1
