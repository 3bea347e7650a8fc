"""A record's file as the page hands it out: never run, never kept by a cache."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kartotek.core import files
from kartotek.core.write import write
from tests.web_client import signed_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def held(actor, data, name, media_type):
    kept = files.keep_bytes(actor, data, name, media_type, files.TO_ATTACH)
    uid = write(actor, "attachments", None, {"file": str(kept.uid)}).uid
    return f"/attachments/{uid}/file/file"


@pytest.mark.parametrize(
    ("data", "name", "media_type", "told"),
    [
        (b"<script>", "a.html", "text/html", "application/octet-stream"),
        (b"<svg/>", "a.svg", "image/svg+xml", "application/octet-stream"),
        (b"%PDF", "å.pdf", "application/pdf", "application/pdf"),
    ],
)
def test_a_file_is_sent_to_be_kept_and_never_shown(ann, data, name, media_type, told):
    answer = signed_in(ann).get(f"{held(ann, data, name, media_type)}?show=1")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == told
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_picture_is_shown_by_its_bytes_and_only_where_asked(ann):
    path, client = held(ann, PNG, "a.png", "text/html"), signed_in(ann)
    shown, kept = client.get(f"{path}?show=1"), client.get(path)
    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == ("image/png", "inline")
    assert kept["Content-Disposition"].startswith("attachment;")


def test_who_may_not_see_the_record_gets_no_bytes(world):
    path = held(world.dan, b"%PDF", "a.pdf", "application/pdf")
    assert signed_in(world.bob).get(path).status_code == 404


def test_the_composer_does_not_offer_to_write_a_file(ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    html = signed_in(ann).get(f"/contacts/{uid}").content.decode()
    assert 'name="kind" value="notes"' in html
    assert 'name="kind" value="attachments"' not in html


def test_several_files_are_added_by_a_plain_form_and_listed(ann):
    uid, client = write(ann, "contacts", None, {"name": "Ola"}).uid, signed_in(ann)
    sent = [SimpleUploadedFile(name, b"Bytes") for name in ("one.pdf", "two.pdf")]
    answer = client.post(f"/contacts/{uid}/files", {"file": sent}, follow=True)
    html = answer.content.decode()
    assert "one.pdf</a>" in html
    assert "two.pdf</a>" in html


def test_an_empty_file_is_refused_in_words_and_nothing_is_added(ann):
    uid, client = write(ann, "contacts", None, {"name": "Ola"}).uid, signed_in(ann)
    sent = [SimpleUploadedFile("one.pdf", b"Bytes"), SimpleUploadedFile("none.pdf", b"")]
    answer = client.post(f"/contacts/{uid}/files", {"file": sent})
    assert answer.status_code == 422
    assert "This file is empty" in answer.content.decode()
    assert "one.pdf" not in client.get(f"/contacts/{uid}").content.decode()


def test_a_file_is_brought_in_pieces_and_then_put_on_the_record(ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    browser = signed_in(ann)
    begun = browser.post("/upload", {"name": "big.txt", "size": "6", "type": "text/plain",
                                     "purpose": "attach"}).json()  # fmt: skip
    for offset, data in ((0, b"abc"), (3, b"def")):
        told = browser.post(f"{begun['url']}?offset={offset}", data, "application/octet-stream")
        assert told.status_code == 200
    done = browser.post(f"/contacts/{uid}/files", {"upload": begun["uid"]})
    assert done.status_code == 302
    assert "big.txt" in browser.get(f"/contacts/{uid}").content.decode()
    again = browser.post(f"/contacts/{uid}/files", {"upload": begun["uid"]})
    assert again.status_code == 422


def test_who_may_add_no_file_brings_none(world):
    told = signed_in(world.reader).post(
        "/upload", {"name": "x.txt", "size": "3", "type": "text/plain", "purpose": "attach"}
    )
    assert told.status_code == 403


def test_removed_beside_it_the_page_stays(ann):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    told = signed_in(ann).post(
        f"/contacts/{uid}/remove", {"stay": "1"}, headers={"HX-Request": "true"}
    )
    assert "goto" not in told["HX-Trigger"]
