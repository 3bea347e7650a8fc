"""JSON lines: what an export wrote is read back, value for value."""

import orjson
import pytest

from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.write import write
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.exporting import export_file
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.reading import opened, rows_of
from tests.contract.samples import part_sample, sample
from tests.interfaces.files.test_reading import put


def test_every_name_of_any_object_is_a_column(tmp_path):
    text = '{"a": 1, "b": "x"}\n\n{"b": null, "c": true}\n'
    table = opened(put(tmp_path, text, "x.jsonl"), "en")
    assert (table.kind, table.headers, table.rows) == ("lines", ("a", "b", "c"), 2)
    assert [(row.line, row.cells) for row in rows_of(table)] == [
        (1, ["1", "x", ""]), (3, ["", "", "true"])]  # fmt: skip


def test_lists_and_objects_are_json_in_their_cell(tmp_path):
    text = '{"a": [{"b": "Å"}], "c": {"amount": "1.50"}, "d": "\'=1", "e": 0.5}\n'
    (row,) = rows_of(opened(put(tmp_path, text), "en"))
    assert [unescape(cell) for cell in row.cells] == [
        '[{"b":"Å"}]', '{"amount":"1.50"}', "'=1", "0.5"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_an_export_in_lines_has_the_cells_of_one_in_csv(key, tmp_path, ann):
    record_type = RECORD_TYPES[key]
    for seed in (1, 2):
        parts = {one: [part_sample(ann, record_type, one, 1)] for one in record_type.parts}
        write(ann, key, None, sample(ann, record_type, seed) | parts)
    tables = []
    for name in ("x.csv", "x.jsonl"):
        export_file(ann, key, tmp_path / name)
        tables.append(opened(tmp_path / name, "en"))
    assert tables[0].headers == tables[1].headers and tables[0].rows == tables[1].rows > 1
    as_csv, as_lines = ([list(map(unescape, row.cells)) for row in rows_of(one)] for one in tables)
    assert as_csv == as_lines


@pytest.mark.django_db
def test_an_export_in_lines_read_back_changes_nothing(tmp_path, ann):
    record_type = next(one for one in RECORD_TYPES.values() if one.parts)
    write(ann, record_type, None, sample(ann, record_type, 1))
    export_file(ann, record_type.key, tmp_path / "x.jsonl")
    receipt = import_file(ann, tmp_path / "x.jsonl", Plan(record_type.key))
    assert receipt.unchanged == receipt.rows > 0


@pytest.mark.parametrize("line", ['{"a": 1', '["a"]', '{"a": "x'])
def test_a_line_that_is_no_object_is_named(line, tmp_path):
    with pytest.raises(ValidationError, match=r"Line 2 of .* is no JSON object"):
        opened(put(tmp_path, f'{{"a": 1}}\n{line}\n'), "en")


def test_lists_of_words_stand_as_in_a_csv_and_empty_ones_are_blank(tmp_path):
    text = '{"a": ["x", "y z"], "b": ["x,y"], "c": [], "d": {}}\n'
    (row,) = rows_of(opened(put(tmp_path, text), "en"))
    assert row.cells == ["x, y z", '["x,y"]', "", ""]


def test_too_many_names_and_an_endless_line_are_refused(tmp_path):
    wide = orjson.dumps({f"c{number}": 1 for number in range(2_001)})
    with pytest.raises(ValidationError, match="2001 columns"):
        opened(put(tmp_path, wide), "en")
    with pytest.raises(ValidationError, match="longer than a million"):
        opened(put(tmp_path, b'{"a": "' + b"x" * 4_000_001), "en")
