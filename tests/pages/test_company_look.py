"""The company's logo and colour: brought, shown, never trusted."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kartotek.core import security, workspace
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace_settings import COLOURS
from tests.core.test_picture import PLAIN, png
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/company"
HX = {"HX-Request": "true"}
SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def _fjord(world):
    settle_in("Fjord", "NO", "en", "Europe/Oslo")


def bring(actor, data=None, name="logo.png", **sent):
    file = {} if data is None else {"logo": SimpleUploadedFile(name, data, "text/html")}
    return signed_in(actor).post(AT, {"part": "look", **file, **sent}, headers=HX)


def facts():
    workspace.forget()
    return workspace.workspace()


def changes():
    return [detail["changed"] for _k, _a, detail in security.recent(("company_changed",), 60)]


@pytest.mark.parametrize(("data", "kind"), [(png(), "image/png"), (PLAIN, "image/svg+xml")])
def test_a_logo_stands_in_the_frame_and_where_people_sign_in(data, kind, ann):
    assert "1 change saved" in bring(ann, data).content.decode()
    at = f"/logo/{facts().logo}"
    assert f'src="{at}" alt="Fjord"' in signed_in(ann).get("/settings/me").content.decode()
    assert f'src="{at}" alt="Fjord"' in Client().get("/sign-in").content.decode()
    picture = Client().get(at)
    assert (picture.content, picture["Content-Type"]) == (data, kind)
    assert picture["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in picture["Cache-Control"]


def test_the_log_tells_of_it_and_no_name_from_outside_is_kept(ann):
    bring(ann, png(), name="../../etc/hacked.php")
    assert changes() == ["logo: – → PNG 3 × 2"]
    assert "hacked" not in signed_in(ann).get(AT).content.decode()


def test_another_logo_has_another_address_and_the_old_one_is_gone(ann):
    bring(ann, png())
    old = facts().logo
    bring(ann, PLAIN)
    assert facts().logo != old
    assert Client().get(f"/logo/{old}").status_code == 404


def test_a_logo_is_taken_away(ann):
    bring(ann, png())
    old = facts().logo
    bring(ann, drop_logo="on")
    assert facts().logo == "" and Client().get(f"/logo/{old}").status_code == 404
    assert 'class="logo-name">Kartotek' in Client().get("/sign-in").content.decode()
    assert changes()[0].startswith(f"logo: {old[:8]}")
    assert "as it was" in bring(ann, drop_logo="on").content.decode()


def test_the_same_logo_again_is_no_change(ann):
    bring(ann, png())
    assert "as it was" in bring(ann, png()).content.decode()


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (SCRIPT, "logo.svg", "more than a drawing: &lt;script&gt;"),
        (SCRIPT, "logo.png", "more than a drawing"),
        (b"<?php echo 1;", "../logo.png", "no picture that can be shown"),
        (b"", "logo.png", "empty"),
        (png(4001, 1), "logo.png", "4001 × 1 pixels"),
        (png() + bytes(2**20), "logo.png", "at most 1 MB"),
    ],
)
def test_a_refused_logo_is_told_at_its_field_and_nothing_is_changed(data, name, why, ann):
    browser = signed_in(ann)
    browser.get(AT)
    before = everything()
    file = SimpleUploadedFile(name, data, "image/png")
    answer = browser.post(AT, {"part": "look", "logo": file, "colour": "blue"}, headers=HX)
    text = answer.content.decode()
    assert answer.status_code == 422 and 'id="company-logo-error">' in text and why in text
    assert 'id="company-name"' not in text  # its own form alone comes back
    assert everything() == before and facts().logo == "" and changes() == []


def test_without_a_script_it_works_the_same(ann):
    sent = {"part": "look", "logo": SimpleUploadedFile("l.png", png()), "colour": "teal"}
    answer = signed_in(ann).post(AT, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{AT}#look")
    assert facts().logo and facts().settings.colour == "teal"
    refused = signed_in(ann).post(AT, {**sent, "logo": SimpleUploadedFile("l.svg", SCRIPT)})
    text = refused.content.decode()
    assert refused.status_code == 422 and text.startswith("<!doctype html>")
    assert 'id="company-name"' in text and 'id="company-logo-error"' in text


def test_a_colour_is_one_of_the_palette_and_holds_for_every_page(ann):
    bring(ann, colour="blue")
    assert changes() == ["colour: – → blue"]
    for page in (signed_in(ann).get("/settings/me"), Client().get("/sign-in")):
        assert '<html lang="en" class="accent h16"' in page.content.decode()
    for wrong in ("#ff0000", "red;}", "h16"):
        assert bring(ann, colour=wrong).status_code == 422
    assert facts().settings.colour == "blue"
    bring(ann, colour="")
    assert 'class="accent' not in Client().get("/sign-in").content.decode().partition("<body")[0]


def test_every_colour_has_a_class_and_a_word(ann):
    text = signed_in(ann).get(AT).content.decode()
    for key, hue in COLOURS.items():
        assert f'value="{key}"' in text and (not hue or f"accent {hue}" in text)


@pytest.mark.parametrize("who", ["bob", "manager", "reader", "eve"])
def test_nobody_else_brings_one(who, world):
    assert bring(getattr(world, who), png()).status_code == 403
    assert facts().logo == ""


def test_settings_of_another_version_stay_as_they_are(ann):
    from dataclasses import replace

    held = replace(facts().settings, others={"of_tomorrow": {"a": 1}, "colour": 7})
    workspace.keep_settings(held)
    bring(ann, colour="rust")
    assert dict(facts().settings.others) == {"of_tomorrow": {"a": 1}}
    assert facts().settings.hue == "h3"


def test_address_and_tax_number_are_kept_and_what_looks_odd_is_marked(ann):
    sent = {"part": "company", "name": "Fjord", "address": " Kaien 1 \r\n\r\n5003  Bergen",
            "tax_number": "NO 995 525 828 MVA"}  # fmt: skip
    browser = signed_in(ann)
    browser.post(AT, sent, headers=HX)
    assert facts().settings.address == "Kaien 1\n5003 Bergen"
    assert "no tax number as NO gives" not in browser.get(AT).content.decode()
    browser.post(AT, {**sent, "tax_number": "NO 995 525 829 MVA"}, headers=HX)
    assert facts().settings.tax_number == "NO 995 525 829 MVA"
    assert "no tax number as NO gives" in browser.get(AT).content.decode()
    for field, typed in (("address", "a\n" * 9), ("tax_number", "9" * 41)):
        answer = browser.post(AT, {**sent, field: typed}, headers=HX)
        assert answer.status_code == 422
        assert f'id="company-{field}-error"' in answer.content.decode()
