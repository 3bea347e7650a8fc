"""Files by the API: announced, brought in pieces, held by a record, fetched as they came."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from kartotek.core import files
from kartotek.people.tokens import make_token
from tests.everything import everything
from tests.interfaces.api.calling import BASE, problem, send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.fixture
def asking(ann):
    """A program's header."""
    return {"Authorization": f"Bearer {make_token(ann, 'Nightly')[1]}"}


def announced(headers, size=5, **more):
    body = {"name": "offer.pdf", "size": size, "media_type": "application/pdf", **more}
    return send(Client(), "POST", "/files", body, **headers)


def put(path, data, offset, headers):
    kind = "application/octet-stream"
    return Client().put(f"{path}?offset={offset}", data, content_type=kind, headers=headers)


def test_a_file_comes_in_pieces_is_held_by_a_record_and_is_fetched_as_it_came(asking):
    begun = announced(asking)
    assert begun.status_code == 201 and begun.json()["received"] == 0
    assert put(begun["Location"], b"By", 0, asking).json()["received"] == 2
    whole = put(begun["Location"], b"tes", 2, asking).json()
    assert whole["is_whole"] and whole["uid"] == begun.json()["uid"]
    about = send(Client(), "POST", "/contacts", {"name": "Ola"}, **asking).json()["uid"]
    sent = {"file": whole["uid"], "about": [{"type": "contacts", "uid": about}]}
    made = send(Client(), "POST", "/attachments", sent, **asking)
    assert made.status_code == 201 and made.json()["name"] == "offer.pdf"
    fetched = send(Client(), "GET", f"/attachments/{made.json()['uid']}/files/file", **asking)
    assert b"".join(fetched.streaming_content) == b"Bytes"
    assert fetched["Content-Type"] == "application/octet-stream"
    assert fetched["Content-Disposition"] == 'attachment; filename="offer.pdf"'


def test_a_piece_needs_no_type_and_a_session_needs_its_token(ann, asking):
    path = announced(asking)["Location"]
    form = Client().generic("PUT", f"{path}?offset=0", b"By", "text/plain", headers=asking)
    assert form.status_code == 200
    by_session = signed_in(ann, enforce_csrf_checks=True)
    problem(by_session.put(f"{path}?offset=2", b"tes", "application/octet-stream"), 403)


def test_a_piece_in_the_wrong_place_is_told_where_to_go_on(asking):
    path = announced(asking)["Location"]
    put(path, b"By", 0, asking)
    assert problem(put(path, b"By", 0, asking), 409)["received"] == 2
    assert Client().get(path, headers=asking).json()["received"] == 2


@pytest.mark.parametrize(
    ("data", "offset"), [(b"", 0), (b"six six", 0), (b"By", "x"), (b"By", -1), (b"By", "9" * 40)]
)
def test_a_piece_that_is_none_changes_nothing(asking, data, offset):
    path = announced(asking)["Location"]
    problem(put(path, data, offset, asking), 422)
    assert Client().get(path, headers=asking).json()["received"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a", "size": "5"}, "size"),
        ({"name": "a", "size": True}, "size"),
        ({"name": 7, "size": 5}, "name"),
        ({"name": "a", "size": 5, "path": "/etc/passwd"}, "path"),
    ],
)
def test_what_cannot_be_announced_is_named(asking, body, field):
    problem(send(Client(), "POST", "/files", body, **asking), 422, field)


def test_too_large_and_empty_are_refused(asking):
    problem(announced(asking, size=0), 422)
    problem(announced(asking, size=files.MOST + 1), 422)


def test_anothers_file_is_not_there(asking, world):
    path = announced(asking)["Location"]
    theirs = {"Authorization": f"Bearer {make_token(world.bob, 'Other')[1]}"}
    send(Client(), "GET", "/contacts", **theirs)  # its first use is noted
    before = everything()
    for headers, status in ((theirs, 404), ({}, 401)):
        problem(Client().get(path, headers=headers), status)
        problem(put(path, b"Bytes", 0, headers), status)
    assert everything() == before
    problem(Client().get(f"{BASE}/files/{uuid4()}", headers=asking), 404)


def test_who_may_add_no_file_announces_none(world):
    refused = send(signed_in(world.reader), "POST", "/files", {"name": "a", "size": 5})
    problem(refused, 403)


def test_a_field_that_holds_no_file_has_none(asking):
    uid = send(Client(), "POST", "/contacts", {"name": "Ola"}, **asking).json()["uid"]
    for name in ("name", "file", "nothing"):
        problem(send(Client(), "GET", f"/contacts/{uid}/files/{name}", **asking), 404)
