"""Every type × every system whose exports it declares: one row of each comes in whole."""

import csv

import pytest

from kartotek.core.catalogue import catalogue
from kartotek.core.checking import declarations
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Addresses, Choice, ItemList, Link
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.targets import ID, OWN, REMOVED, SAME, exists, target_of
from tests.contract.samples import made

pytestmark = pytest.mark.django_db
DECLARED = [(key, source) for key, one in RECORD_TYPES.items() for source in one.imports]


def cell(actor, record_type, text):
    """What a file of that system could hold in a column that goes to this target."""
    target = target_of(text)
    if target.field in (ID, REMOVED, ""):
        return {ID: "X-1", REMOVED: "", "": "whatever"}[target.field]
    kind = record_type.fields[target.field]
    if isinstance(kind, Link):
        return find(actor, kind.target, Question(columns=())).rows[0].title
    if isinstance(kind, Addresses):
        return f"Storgata {target.part}"
    if isinstance(kind, ItemList):
        return kind.line(kind.parse(kind.sample(len(text)), Context())[0])
    value = kind.parse(kind.sample(1), Context())
    return kind.show(value, Context()) if isinstance(kind, Choice) else kind.export(value)


@pytest.fixture
def others(ann):
    """A record of each type that a file may link to."""
    for key in ("companies", "contacts"):
        made(ann, catalogue()[key], seed=40, deep=False)


@pytest.mark.parametrize(("key", "source"), DECLARED)
def test_one_row_of_each_declared_export_comes_in_whole(key, source, ann, others, tmp_path):
    record_type = catalogue()[key]
    table = record_type.imports[source]
    row = {header: cell(ann, record_type, text) for header, text in table.items()}
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    receipt = import_file(ann, path, Plan())
    assert (receipt.type, receipt.source, receipt.created, receipt.failed) == (key, source, 1, 0)
    left = {one.column.header for one in receipt.columns if one.left_out}
    expected = {header for header, text in table.items() if text in (OWN, SAME)}
    assert left - expected == rivals(receipt)
    assert receipt.adds_up


def rivals(receipt):
    """Columns that would fill a field which another column of the table has filled."""
    return {
        one.column.header for one in receipt.columns if "fills the same field" in one.column.reason
    }


@pytest.mark.parametrize(("key", "source"), DECLARED)
def test_every_target_of_a_declared_export_is_there(key, source):
    record_type = catalogue()[key]
    for header, text in record_type.imports[source].items():
        assert text in (OWN, SAME) or exists(record_type, target_of(text)), header


def test_the_declarations_are_sound():
    assert declarations(None) == []
