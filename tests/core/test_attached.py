"""Files that records hold: taken once, read by right, kept while a record names them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from kartotek.core import files
from kartotek.core.attached import attached, content_of
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find_one
from kartotek.core.merge import Merge, merge
from kartotek.core.remove import remove, restore
from kartotek.core.search import search
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


def brought(actor, data=b"Bytes", name="offer.pdf"):
    return files.keep_bytes(actor, data, name, "application/pdf", files.TO_ATTACH).uid


def attach(actor, *about, data=b"Bytes", name="offer.pdf"):
    named = [{"type": "contacts", "uid": str(uid)} for uid in about]
    values = {"file": str(brought(actor, data, name)), "about": named}
    return write(actor, "attachments", None, values).uid


@pytest.fixture
def ola(ann):
    return write(ann, "contacts", None, {"name": "Ola"}).uid


def names(actor, uid):
    row = find_one(actor, "contacts", uid)
    return [one.title for one in attached(actor, "contacts", row)]


def test_a_file_is_named_as_it_came_and_found_by_that_name(ann, ola):
    uid = attach(ann, ola)
    row = find_one(ann, "attachments", uid)
    assert (row["name"], row["file"].name, row["file"].size) == ("offer.pdf", "offer.pdf", 5)
    assert names(ann, ola) == ["offer.pdf"]
    assert uid in [hit.uid for hit in search(ann, "offer")]


def test_what_is_sent_about_a_file_is_not_believed(ann):
    sent = {"uid": str(brought(ann)), "name": "lie", "size": 1}
    uid = write(ann, "attachments", None, {"file": sent}).uid
    assert find_one(ann, "attachments", uid)["file"].name == "offer.pdf"


def test_a_file_is_held_by_one_record_and_never_exchanged(ann, ola):
    uid = attach(ann, ola)
    held = str(find_one(ann, "attachments", uid)["file"].uid)
    with pytest.raises(ValidationError, match="used elsewhere"):
        write(ann, "attachments", None, {"file": held})
    with pytest.raises(ValidationError, match="cannot be typed in"):
        write(ann, "attachments", uid, {"file": str(brought(ann))})


def test_anothers_file_and_half_a_file_and_no_file_are_refused(ann, bob):
    half = files.begin(bob, "half.pdf", 10, "", files.TO_ATTACH).uid
    for odd in (brought(ann), half, uuid4(), "no uid"):
        with pytest.raises(ValidationError) as refused:
            write(bob, "attachments", None, {"name": "x", "file": str(odd)})
        assert list(refused.value.message_dict) == ["file"]


def test_the_bytes_are_read_by_who_may_see_the_record_and_nobody_else(ann, world, ola):
    uid = attach(world.dan, data=b"Secret")
    name, _file, path = content_of(world.dan, "attachments", uid, "file")
    assert (name, path.read_bytes()) == ("offer.pdf", b"Secret")
    with pytest.raises(NotFound):
        content_of(world.bob, "attachments", uid, "file")
    with pytest.raises(NotFound):
        content_of(world.dan, "attachments", uid, "name")


def test_a_changed_name_keeps_the_ending(ann, ola):
    uid = attach(ann, ola)
    write(ann, "attachments", uid, {"name": "The offer"})
    assert content_of(ann, "attachments", uid, "file")[0] == "The offer.pdf"


def test_the_sweep_keeps_what_a_record_names_also_in_the_trash(ann, ola):
    uid, loose = attach(ann, ola), brought(ann, b"Loose")
    remove(ann, "attachments", uid)
    with connection.cursor() as cursor:
        long_ago = dialect().instant(datetime.now(UTC) - timedelta(days=9))
        cursor.execute("UPDATE core_storedfile SET at = %s", [long_ago])
    assert files.sweep() == 1
    assert files.known(loose) is None
    restore(ann, "attachments", uid)
    assert content_of(ann, "attachments", uid, "file")[2].read_bytes() == b"Bytes"


def test_a_merge_carries_the_files_along_and_a_removal_leaves_them(ann, ola):
    twin = write(ann, "contacts", None, {"name": "Ola P"}).uid
    uid = attach(ann, twin)
    merge(ann, "contacts", Merge(ola, (twin,), {}))
    assert names(ann, ola) == ["offer.pdf"]
    remove(ann, "contacts", ola)
    assert not find_one(ann, "attachments", uid).removed
