"""A record's file as the page hands it out: never run, never kept by a cache."""

import pytest

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
