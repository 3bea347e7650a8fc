"""Archives are measured before anything is unpacked, and unpacked under names of our own."""

import struct
import zipfile

import pytest

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files import archives
from kartotek.interfaces.files.archives import archive, inner_files
from kartotek.interfaces.files.reading import opened
from tests.interfaces.files.making import packed

FILES = {
    "Export/Account.csv": "name\nAcme\n",
    "../../evil.csv": "name\nEve\n",
    "Export/Kontakt løs!.CSV": "name\nOla\n",
    "Export/": "",
    "__MACOSX/Account.csv": "x",
    "Export/.hidden": "x",
    "C:\\con.exe": "name\nCon\n",
}


def test_files_are_unpacked_one_by_one_into_the_folder_alone(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    found = list(inner_files(packed(tmp_path / "x.zip", FILES), folder))
    assert [one.path.name for one in found] == [
        "001-Account.csv", "002-evil.csv", "003-Kontakt-l-s.csv", "004-con"]  # fmt: skip
    assert {one.parent for one in tmp_path.rglob("*.csv")} == {folder}
    assert found[0].name == "Export/Account.csv" and opened(found[0].path, "en").rows == 1


def test_an_archive_of_files_is_no_table(tmp_path):
    with pytest.raises(ValidationError, match="archive of files"):
        opened(packed(tmp_path / "x.zip", FILES), "en")


def test_an_archive_without_files_is_empty(tmp_path):
    for members in ({}, {"Export/": ""}):
        with pytest.raises(ValidationError, match="is empty"):
            list(inner_files(packed(tmp_path / "x.zip", members), tmp_path))


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_an_archive_cut_off_is_refused(cut, tmp_path):
    path = packed(tmp_path / "x.zip", FILES)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(ValidationError, match="damaged or cut off"):
        opened(path, "en")


def test_a_member_that_is_damaged_is_refused_while_it_is_read(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", "name\nOla\n")
    path.write_bytes(path.read_bytes().replace(b"Ola", b"Eve", 1))
    with pytest.raises(ValidationError, match="damaged"):
        list(inner_files(path, tmp_path))
    assert list(tmp_path.iterdir()) == [path]


def test_a_member_denser_than_any_table_is_a_bomb(tmp_path):
    path = packed(tmp_path / "x.zip", {"a.csv": b"0" * 11_000_000})
    with pytest.raises(ValidationError, match="unpacks to far more"):
        opened(path, "en")


def test_many_members_that_unpack_to_too_much_together_are_a_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 20)
    with pytest.raises(ValidationError, match="unpacks to far more"):
        opened(packed(tmp_path / "x.zip", {"a.csv": "x" * 11, "b.csv": "x" * 11}), "en")


def test_a_member_that_says_it_is_smaller_than_it_is_is_refused(tmp_path):
    path = packed(tmp_path / "x.zip", {"a.csv": "x" * 5_000})
    whole = path.read_bytes().replace(struct.pack("<L", 5_000), struct.pack("<L", 5))
    path.write_bytes(whole)
    with pytest.raises(ValidationError, match="damaged"):
        list(inner_files(path, tmp_path))


def test_a_list_of_members_without_end_is_refused_before_it_is_read(tmp_path):
    path = packed(tmp_path / "x.zip", {f"{number}.csv": "" for number in range(5_001)})
    with pytest.raises(ValidationError, match="more than 5000 files"):
        opened(path, "en")


@pytest.mark.parametrize(("members", "size"), [(9_999, 100), (3, 1 << 40)])
def test_the_list_of_a_large_archive_is_measured_too(members, size, tmp_path):
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, members, members, size, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 4, 1)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04" + record + locator + end)
    with pytest.raises(ValidationError, match="more than 5000 files"):
        opened(path, "en")


def test_a_password_and_two_members_of_one_name_are_refused(tmp_path):
    path = packed(tmp_path / "x.zip", {"a.csv": "x"})
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(whole)
    with pytest.raises(ValidationError, match="locked with a password"):
        opened(path, "en")
    with (
        pytest.raises(ValidationError, match="damaged"),
        archive(packed(path, {"a.csv": "x", "A.CSV": "y"})),
    ):
        pass
