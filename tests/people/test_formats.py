"""What everybody sets of how pages look to them: formats and keys; programs see none of it."""

import pytest
from django.test import Client

from kartotek.core import bulk_job, jobs
from kartotek.core.bulk import EDIT, BulkAct
from kartotek.core.context import AS_THE_LANGUAGE, Formats
from kartotek.core.find import find_one
from kartotek.core.settling_in import settle_in
from kartotek.core.worker import Worker
from kartotek.core.workspace import context_for
from kartotek.core.write import write
from kartotek.interfaces.files.exporting import person
from kartotek.people.acting import actor_of_member, actor_of_user
from kartotek.people.models import Account
from kartotek.people.tokens import make_token
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/me"
HX = {"HX-Request": "true"}
CHOSEN = {"date_format": "dot", "number_format": "comma", "clock": "24"}


@pytest.fixture(autouse=True)
def _oslo(world):
    settle_in("Company", "NO", "en", "Europe/Oslo")


@pytest.fixture
def ola(world):
    write(world.ann, "customfields", None, {"on": "contacts", "label": "Height", "kind": "decimal"})
    sent = {"name": "Ola", "birthday": "1980-11-04", "x_height": "1234.5",
            "last_contacted": "2026-03-01T14:30"}  # fmt: skip
    return write(world.ann, "contacts", None, sent).uid


def at_a_page(actor):
    return actor_of_user(Account.objects.get(member_id=actor.member).user_id)


def shown(browser, uid, name, edit=""):
    answer = browser.get(f"/contacts/{uid}/field/{name}{edit}", headers=HX)
    return answer.content.decode().replace("\u00a0", " ")


def test_what_is_chosen_is_how_values_are_shown_and_read(world, ola):
    browser = signed_in(world.ann)
    assert "Saved" in browser.post(AT, CHOSEN, headers=HX).content.decode()
    assert "04.11.1980" in shown(browser, ola, "birthday")
    assert "1 234,5" in shown(browser, ola, "x_height")
    assert "01.03.2026, 14:30:00" in shown(browser, ola, "last_contacted")
    assert 'value="1234,5"' in shown(browser, ola, "x_height", "?edit=1")
    version = find_one(world.ann, "contacts", ola).version
    sent = {"x_height": "2 345,25", "version": str(version)}
    browser.post(f"/contacts/{ola}/field/x_height", sent, headers=HX)
    assert str(find_one(world.ann, "contacts", ola)["x_height"]) == "2345.25"


def test_a_colleague_sees_them_as_ever(world, ola):
    signed_in(world.ann).post(AT, CHOSEN, headers=HX)
    assert "Nov 4, 1980" in shown(signed_in(world.reader), ola, "birthday")


def test_programs_exports_and_imports_see_no_difference(world, ola):
    bearer = {"Authorization": f"Bearer {make_token(world.ann, 'Program')[1]}"}
    at = f"/api/v1/contacts/{ola}"
    before = Client().get(at, headers=bearer).content
    signed_in(world.ann).post(AT, CHOSEN, headers=HX)
    assert Client().get(at, headers=bearer).content == before
    ann = at_a_page(world.ann)
    assert ann.formats == Formats("dot", "comma", "24")
    assert person(ann).formats == AS_THE_LANGUAGE
    assert actor_of_member(world.ann.member).formats == AS_THE_LANGUAGE
    assert context_for(ann.because("import")).formats == AS_THE_LANGUAGE


def test_a_job_reads_what_was_typed_as_the_page_did(world, ola, monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    signed_in(world.ann).post(AT, CHOSEN, headers=HX)
    act = BulkAct(EDIT, "x_height", value="7,5")
    uid = bulk_job.do_later(at_a_page(world.ann), "contacts", act, [ola])
    Worker().run_due()
    assert jobs.facts(uid).state == "done"
    assert str(find_one(world.ann, "contacts", ola)["x_height"]) == "7.5"


def test_letter_keys_are_off_wherever_one_signs_in(world):
    browser = signed_in(world.bob)
    assert 'data-keys="on"' in browser.get(AT).content.decode()
    browser.post(AT, {"no_letter_keys": "true"}, headers=HX)
    browser.cookies["k_keys"] = "on"
    text = browser.get(AT).content.decode()
    assert 'data-keys="off"' in text and 'data-remember="keys"' not in text
    assert "Off in your settings" in browser.get("/keys").content.decode()
    browser.post(AT, {"no_letter_keys": "false"}, headers=HX)
    assert 'data-keys="on"' in browser.get(AT).content.decode()


@pytest.mark.parametrize("name", ["date_format", "number_format", "clock"])
def test_what_is_no_choice_is_refused_and_nothing_is_changed(name, world):
    browser = signed_in(world.bob)
    browser.get(AT)
    before = everything()
    answer = browser.post(AT, {"name": "Bobby", name: "<b>yyyy</b>"}, headers=HX)
    assert answer.status_code == 422
    assert f'id="me-{name}-error"' in answer.content.decode()
    assert everything() == before
