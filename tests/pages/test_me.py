"""The page where everybody sets what is their own."""

import pytest

from kartotek.core.find import find_one
from kartotek.core.write import write
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/me"
HX = {"HX-Request": "true"}
EVERYBODY = ["ann", "bob", "cyd", "eve", "reader", "manager"]
PHONE = {"phones.rows": "1", "phones.row": "+0", "phones.+0.text": "91 23 45 67"}


def row_of(world, actor):
    return find_one(world.ann, "members", actor.member_uid)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_finds_it_and_changes_their_name(who, world):
    actor = getattr(world, who)
    browser = signed_in(actor)
    assert f'href="{AT}"' in browser.get("/keys").content.decode()
    assert f'href="{AT}"' in browser.get("/search?q=your+set").content.decode()
    assert browser.get(AT).status_code == 200
    answer = browser.post(AT, {"name": "Kim", "zone": "Asia/Tokyo"}, headers=HX)
    assert "Saved" in answer.content.decode() and AT in answer["HX-Trigger"]
    row = row_of(world, actor)
    assert (row["name"], row["zone"]) == ("Kim", "Asia/Tokyo")


@pytest.mark.parametrize("way", ["plain", "htmx"])
def test_whatever_is_posted_nothing_else_changes(way, world):
    """No profile edit changes rights, and none reaches another's record."""
    browser, before = signed_in(world.bob), row_of(world, world.bob)
    browser.get(AT)
    others = {who: dict(row_of(world, getattr(world, who)).values) for who in ("ann", "dan", "eve")}
    uid = str(world.dan.member_uid)
    sent = {
        "name": "Bobby", "role": "administrator", "department": uid, "department.text": "Company",
        "is_active": "false", "emails": "x@example.com", "emails.rows": "new1",
        "emails.new1.address": "x@example.com", "owner": uid, "uid": uid, "id": "1", "pk": "1",
        "member": uid, "custom": '{"x": 1}', "removed_at": "2026-01-01", "version": "1",
        "created_by": uid, "actor": uid, "user": "1", "password": "x", "is_superuser": "on",
        "rights": "*", "zone": "Europe/Riga", "unknown": "x",
    }  # fmt: skip
    browser.post(AT, sent, headers=HX if way == "htmx" else {})
    after = row_of(world, world.bob)
    changed = {name for name in after.values if after[name] != before[name]}
    assert changed <= {"name", "zone", "changed_at", "changed_by"}
    assert (after["name"], after["role"], after["is_active"]) == ("Bobby", "sales", True)
    assert others == {who: dict(row_of(world, getattr(world, who)).values) for who in others}


def test_a_phone_is_added_as_on_any_record(world):
    signed_in(world.bob).post(AT, {"name": "Bob", **PHONE}, headers=HX)
    assert row_of(world, world.bob)["phones"][0]["text"] == "91 23 45 67"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "  ", "Fill this in"),
        ("zone", "Mars/Olympus", "Choose one of the time zones"),
        ("language", "tlh", "Choose one of the languages"),
    ],
)
def test_a_refusal_stands_at_its_field(field, value, why, world):
    browser = signed_in(world.bob)
    browser.get(AT)
    before = everything()
    answer = browser.post(AT, {"name": "Bobby", field: value}, headers=HX)
    assert answer.status_code == 422
    assert f'id="me-{field}-error">{why}' in answer.content.decode()
    assert everything() == before


def test_a_change_is_taken_back_by_one_press_and_by_nobody_else(world):
    browser = signed_in(world.bob)
    told = browser.post(AT, {"name": "Bobby"}, headers=HX).content.decode()
    at = told.split('data-undo="')[1].split('"')[0]
    assert signed_in(world.dan).post(at, headers=HX).status_code == 404
    assert row_of(world, world.bob)["name"] == "Bobby"
    assert "Taken back" in browser.post(at, headers=HX).content.decode()
    assert row_of(world, world.bob)["name"] == "Bob"


def test_nothing_new_is_no_change(world):
    answer = signed_in(world.bob).post(AT, {"name": "Bob"}, headers=HX)
    assert "as it was" in answer.content.decode()


def test_what_somebody_else_changed_meanwhile_is_asked_about(world):
    browser, version = signed_in(world.bob), row_of(world, world.bob).version
    write(world.ann, "members", world.bob.member_uid, {"name": "Robert"})
    answer = browser.post(AT, {"name": "Bobby", "version": str(version)}, headers=HX)
    assert answer.status_code == 409
    assert row_of(world, world.bob)["name"] == "Robert"


def test_without_a_script_it_works_the_same(world):
    answer = signed_in(world.bob).post(AT, {"name": "Bobby"})
    assert (answer.status_code, answer["Location"]) == (302, AT)
    assert row_of(world, world.bob)["name"] == "Bobby"


def test_how_pages_look_is_shown_as_the_browser_keeps_it(world):
    browser = signed_in(world.bob)
    browser.cookies.load({"k_theme": "dark", "k_density": "dense", "k_keys": "off"})
    text = browser.get(AT).content.decode()
    for name, value in (("theme", "dark"), ("density", "dense"), ("keys", "off")):
        assert f'value="{value}" data-remember="{name}" checked' in text


def test_nobody_comes_in_without_signing_in(client):
    assert client.get(AT).status_code == 302
