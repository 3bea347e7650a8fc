"""The kind of a file is told by what is in it; what holds no table is named."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.opening import kind_of
from tests.interfaces.files.making import ODS_TYPE, packed
from tests.interfaces.files.test_reading import put


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("name,city\nOla,Oslo\n", "csv"),
        ("\r\n begin:vcard\nFN:x\n", "cards"),
        ("BEGIN:VCARD\r\nFN:Ola\r\n".encode("utf-16"), "cards"),
        ("\ufeffBEGIN:VCARD\r\n", "cards"),
        ('{"uid": "x"}\n', "lines"),
        ('{ "uid": "x" }\n', "lines"),
        ("{name},city\n", "csv"),
        ("[name],city\n", "csv"),
    ],
)
def test_a_name_says_nothing_about_the_kind(content, kind, tmp_path):
    assert kind_of(put(tmp_path, content, "x.png")) == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"[Content_Types].xml": "", "xl/workbook.xml": ""}, "xlsx"),
        ({"mimetype": ODS_TYPE, "content.xml": ""}, "ods"),
        ({"a.csv": "x", "b.csv": "y"}, "zip"),
    ],
)
def test_an_archive_is_what_its_members_make_of_it(members, kind, tmp_path):
    assert kind_of(packed(tmp_path / "x.csv", members)) == kind


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file (.xls), or one with a password"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08", "an archive"),
        (b"{\\rtf1", "a text document"),
        (b"\r\n<!DOCTYPE html><table>", "a web page"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b"BEGIN:VCALENDAR", "a calendar"),
        (b'{\n  "a": 1\n}', "JSON, but not one object a line"),
        (b'[{"a": 1}]', "JSON, but not one object a line"),
    ],
)
def test_what_holds_no_table_is_named_with_what_to_do(content, told, tmp_path):
    with pytest.raises(ValidationError) as refused:
        kind_of(put(tmp_path, content))
    sentence = refused.value.messages[0]
    assert told in sentence and "x.csv" in sentence and sentence.endswith(".")


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"xl/workbook.bin": ""}, "binary Excel"),
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "without tables"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "without"),
    ],
)
def test_a_document_that_is_no_workbook_is_named(members, told, tmp_path):
    with pytest.raises(ValidationError, match=told):
        kind_of(packed(tmp_path / "x.xlsx", members))
