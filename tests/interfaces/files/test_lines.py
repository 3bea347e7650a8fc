"""JSON lines: what an export wrote is read back, value for value."""

import orjson
import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.exporting import export_file
from kartotek.interfaces.files.reading import opened, rows_of
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
def test_an_export_has_the_same_cells_as_its_csv(tmp_path, ann, bob):
    for name in ("members.csv", "members.jsonl"):
        export_file(ann, "members", tmp_path / name)
    as_csv, as_lines = (opened(tmp_path / name, "en") for name in ("members.csv", "members.jsonl"))
    assert (as_csv.headers, as_csv.rows) == (as_lines.headers, as_lines.rows)
    place = as_csv.headers.index("uid")
    uids = [{row.cells[place] for row in rows_of(table)} for table in (as_csv, as_lines)]
    assert uids[0] == uids[1] and as_csv.rows > 1


@pytest.mark.parametrize("line", ['{"a": 1', '["a"]', '{"a": "x'])
def test_a_line_that_is_no_object_is_named(line, tmp_path):
    with pytest.raises(ValidationError, match=r"Line 2 of .* is no JSON object"):
        opened(put(tmp_path, f'{{"a": 1}}\n{line}\n'), "en")


def test_too_many_names_and_an_endless_line_are_refused(tmp_path):
    wide = orjson.dumps({f"c{number}": 1 for number in range(2_001)})
    with pytest.raises(ValidationError, match="2001 columns"):
        opened(put(tmp_path, wide), "en")
    with pytest.raises(ValidationError, match="longer than a million"):
        opened(put(tmp_path, b'{"a": "' + b"x" * 4_000_001), "en")
