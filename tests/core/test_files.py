"""Files in pieces: whole or not at all, under names of ours, gone when nobody needs them."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.conf import settings

from kartotek.core import blobs, drafts, files
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from tests.world import NOBODY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)


def begun(actor, size, name="people.csv"):
    return files.begin(actor, name, size, "text/csv", "import")


def brought(actor, data, name="people.csv"):
    return files.keep_bytes(actor, data, name, "text/csv", "import")


def lying():
    return sorted(path.name for path in blobs.folder().glob("??/??/*"))


def test_a_file_in_pieces_becomes_whole_under_its_digest(ann):
    data = b"name\nOla\nKari\n"
    at = begun(ann, len(data))
    at = files.add(ann, at.uid, 0, data[:5])
    assert (at.received, at.is_whole) == (5, False)
    at = files.add(ann, at.uid, 5, data[5:])
    assert at.is_whole and at.digest == hashlib.sha256(data).hexdigest()
    with files.lent(at.uid) as path:
        assert path.read_bytes() == data
    assert lying() == [at.digest]


def test_a_piece_in_the_wrong_place_says_where_to_go_on_and_changes_nothing(ann):
    at = files.add(ann, begun(ann, 10).uid, 0, b"12345")
    for offset in (0, 4, 9):
        with pytest.raises(files.WrongPlace) as refused:
            files.add(ann, at.uid, offset, b"x")
        assert refused.value.offset == 5
    assert files.add(ann, at.uid, 5, b"67890").digest == hashlib.sha256(b"1234567890").hexdigest()


def test_a_piece_of_a_whole_file_is_refused(ann):
    at = brought(ann, b"abc")
    with pytest.raises(files.WrongPlace):
        files.add(ann, at.uid, 3, b"d")
    assert files.facts(ann, at.uid).received == 3


@pytest.mark.parametrize("data", [b"", b"12345678901"])
def test_a_piece_that_is_empty_or_too_long_is_refused(ann, data):
    at = begun(ann, 10)
    with pytest.raises(ValidationError, match="Bring the file again"):
        files.add(ann, at.uid, 0, data)
    assert files.facts(ann, at.uid).received == 0


@pytest.mark.parametrize("size", [0, -1, files.MOST + 1])
def test_a_file_that_is_empty_or_too_big_is_refused_with_what_to_do(ann, size):
    with pytest.raises(ValidationError, match=r"Choose one|Split it"):
        begun(ann, size)


def test_a_full_disk_is_named_before_and_while_bytes_come(ann, monkeypatch):
    at = begun(ann, 10)
    monkeypatch.setattr(blobs, "KEPT_FREE", 10**18)
    with pytest.raises(ValidationError, match="disk of this Kartotek is full"):
        begun(ann, 10)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ValidationError, match="disk of this Kartotek is full"):
        files.add(ann, at.uid, 0, b"12345")
    assert files.facts(ann, at.uid).received == 0


def test_a_file_is_its_owners_alone(ann, bob):
    at = brought(ann, b"abc")
    with pytest.raises(NotFound):
        files.facts(bob, at.uid)
    with pytest.raises(NotFound):
        files.add(bob, begun(ann, 3).uid, 0, b"abc")
    with pytest.raises(PermissionDenied):
        begun(NOBODY, 3)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\x00b.csv", "con", "." * 300]
)
def test_a_name_from_outside_is_never_part_of_a_path(ann, name, tmp_path):
    at = brought(ann, b"abc", name)
    assert not {"/", "\\", "\x00"} & set(at.name)
    with files.lent(at.uid) as path:
        assert path.resolve().is_relative_to(tmp_path / "files" / "lent")
        assert path.stem.isalnum()
    assert lying() == [at.digest]


def test_what_is_no_digest_has_no_place():
    with pytest.raises(ValueError, match="digest"):
        blobs.path_of("../../secret.key")


def test_two_who_bring_the_same_bytes_share_them(ann, bob):
    first, second = brought(ann, b"same"), brought(bob, b"same")
    assert first.uid != second.uid
    assert lying() == [first.digest]


def test_too_many_unfinished_files_of_one_member_are_refused(ann, bob, monkeypatch):
    monkeypatch.setattr(files, "MOST_COMING", 2)
    begun(ann, 3)
    begun(ann, 3)
    with pytest.raises(ValidationError, match="Wait until tomorrow"):
        begun(ann, 3)
    assert begun(bob, 3).received == 0


def test_a_lent_file_and_what_was_made_beside_it_are_gone_afterwards(ann):
    at = brought(ann, b"abc")
    with files.lent(at.uid) as path:
        path.with_name("made").write_text("x")
    assert list((blobs.folder() / "lent").iterdir()) == []
    with files.lent(at.uid) as again:
        assert again.read_bytes() == b"abc"


def test_what_is_unfinished_or_not_referred_to_goes_after_a_day(ann, monkeypatch):
    kept, loose = brought(ann, b"kept"), brought(ann, b"loose")
    coming = begun(ann, 9)
    files.add(ann, coming.uid, 0, b"half")
    drafts.begin(ann, kept, "")
    assert files.sweep() == 0
    monkeypatch.setattr(files, "GONE_AFTER", timedelta(seconds=-5))
    assert files.sweep() == 2
    assert lying() == [kept.digest]
    assert list((blobs.folder() / "coming").iterdir()) == []
    with pytest.raises(NotFound):
        files.facts(ann, loose.uid)


def test_the_file_of_an_old_import_is_let_go_and_its_draft_stays(ann, monkeypatch):
    at = brought(ann, b"old")
    draft = drafts.begin(ann, at, "")
    assert drafts.let_go_of_old() == 0
    monkeypatch.setattr(drafts, "FILE_KEPT", timedelta(seconds=-5))
    assert drafts.let_go_of_old() == 1
    with pytest.raises(NotFound, match="Drop it again"):
        drafts.the_file(drafts.read(ann, draft))
