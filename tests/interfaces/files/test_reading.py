"""Files as people have them: read to the end, or refused with a sentence."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import reading
from kartotek.interfaces.files.cells import escape, unescape
from kartotek.interfaces.files.reading import opened, rows_of

TEXT = "name,city\nLīga Bērziņa,Rīga\n"


def put(tmp_path, content, name="x.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(tmp_path, content, language="en"):
    table = opened(put(tmp_path, content), language)
    return table, [row.cells for row in rows_of(table)]


@pytest.mark.parametrize(
    ("encoding", "language", "told"),
    [
        ("utf-8", "en", "utf-8"),
        ("utf-8-sig", "en", "utf-8-sig"),
        ("utf-16", "en", "utf-16"),
        ("utf-16-le", "en", "utf-16-le"),
        ("utf-16-be", "en", "utf-16-be"),
        ("cp1257", "lv", "cp1257"),
    ],
)
def test_letters_are_read_in_the_encoding_they_were_written_in(encoding, language, told, tmp_path):
    plain = TEXT if encoding not in ("utf-16-le", "utf-16-be") else "name,city\nOla Nord,Oslo\n"
    table, rows = read(tmp_path, plain.encode(encoding), language)
    assert rows == [plain.splitlines()[1].split(",")]
    assert (table.encoding, table.headers) == (told, ("name", "city"))


def test_an_apostrophe_of_windows_is_read_as_one(tmp_path):
    _table, rows = read(tmp_path, b"name,city\nO\x92Hara,Oslo\nK\xe5re,Bod\xf8\n", "nb")
    assert rows == [["O’Hara", "Oslo"], ["Kåre", "Bodø"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator, tmp_path):
    lines = [["name", "note"], ["Ola", "a, b"], ["Kari", "c; d | e"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    table, rows = read(tmp_path, text)
    assert (table.separator, rows) == (separator, lines[1:])


def test_cells_of_many_lines_keep_them_and_rows_know_where_they_begin(tmp_path):
    table = opened(put(tmp_path, 'name,note\r\n"Ola","a\nb"\r\n\r\nKari,"say ""hi"""\r\n'), "en")
    rows = list(rows_of(table))
    assert [(row.line, row.cells) for row in rows] == [
        (2, ["Ola", "a\nb"]), (5, ["Kari", 'say "hi"'])]  # fmt: skip
    assert table.rows == 2


REFUSED = {
    "is empty": b"",
    "is empty.": b"\xef\xbb\xbf\n \n",
    "a header and no rows": b"name,phone\n",
    "zero byte": b"name\nOla\x00\n",
    "cut off": b"PK\x03\x04\x14\x00",
    "damaged in line 3": b"name\nL\xc4\xabga\nK\xe5re\n",
    "damaged in line 2": b"\xef\xbb\xbfname\nK\xe5re\n",
    "never closes": b'name,phone\nOla,1\n"Kari,2\nPer,3\n',
    "longer than a million": b"name\n" + b"x" * 1_000_002 + b"\n",
    "2001 columns": ",".join(f"c{n}" for n in range(2001)).encode() + b"\n1\n",
}


@pytest.mark.parametrize("told", REFUSED)
def test_a_bad_file_is_named_with_what_to_do(told, tmp_path):
    with pytest.raises(ValidationError) as refused:
        read(tmp_path, REFUSED[told])
    sentence = refused.value.messages[0]
    assert told.rstrip(".") in sentence and "x.csv" in sentence and sentence.endswith(".")


def test_no_file_and_a_folder_are_told_apart(tmp_path):
    for path, told in ((tmp_path / "none.csv", "no file"), (tmp_path, "folder")):
        with pytest.raises(ValidationError, match=told):
            opened(path, "en")


def test_a_cell_that_looks_like_a_formula_is_escaped_and_taken_back_to_the_letter():
    for text in ("=1+1", "+47", "-5", "@a", "\tx", "\rx", "'=1", "''+1", "'a", "a=1", "", "'"):
        assert unescape(escape(text)) == text
        assert escape(text)[:1] not in tuple("=+-@\t\r")


def test_the_file_is_never_held_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("kartotek.interfaces.files.encoding.BLOCK", 64)
    text = "name,city\n" + "Līga,Rīga\n" * 500
    table, rows = read(tmp_path, text)
    assert (table.encoding, len(rows)) == ("utf-8", 500)
    assert reading.MOST_LINE == 1_000_000
