"""The first page of all: a link that works once founds the company."""

import pytest
from django.test import Client

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.workspace import workspace
from kartotek.operations.first_run import new_token
from kartotek.pages.welcome.places import countries, likely_country, zone_of, zones

SAID = {
    "name": "Ann Ozola", "email": "Ann@Example.com", "password": "correct horse battery",
    "company": "Nordlys Handel", "country": "LV", "language": "en", "zone": "",
}  # fmt: skip


@pytest.fixture
def link(db, settings, tmp_path):
    settings.DATA = tmp_path
    return f"/welcome/{new_token()}"


def named(key):
    columns = ("name", "head") if key == "departments" else ("name", "role", "department", "zone")
    return list(find(system("test"), key, Question(columns=columns)))


def test_one_form_founds_the_company_and_signs_in(link):
    browser = Client()
    assert browser.post(link, SAID)["Location"] == "/"
    (member,), (department,) = named("members"), named("departments")
    assert (member["name"], member["role"]) == ("Ann Ozola", "administrator")
    assert member["department"].title == department["name"] == "Nordlys Handel"
    assert department["head"].title == "Ann Ozola"
    facts = workspace()
    assert (facts.name, facts.country, facts.zone) == ("Nordlys Handel", "LV", "Europe/Riga")
    assert browser.get("/password").status_code == 200


def test_it_works_once(link):
    Client().post(link, SAID)
    again = Client().post(link, {**SAID, "email": "eve@example.com"})
    assert again.status_code == 410
    assert "Sign in" in again.text
    assert len(named("members")) == 1


def test_the_link_of_an_earlier_start_is_dead(link):
    new_token()
    answer = Client().get(link)
    assert answer.status_code == 404
    assert "terminal" in answer.text


@pytest.mark.parametrize("field, typed", [
    ("name", ""), ("email", "ann"), ("password", "short"), ("password", "1234567890123"),
    ("company", " "), ("country", "XX"), ("country", ""), ("language", "tlh"),
    ("zone", "Mars/Olympus"),
])  # fmt: skip
def test_what_does_not_fit_is_named_and_nothing_is_made(link, field, typed):
    answer = Client().post(link, {**SAID, field: typed})
    assert answer.status_code == 422
    assert f'id="h-{field}" class="public-error"' in answer.text
    assert (named("members"), named("departments"), workspace().name) == ([], [], "")


def test_what_was_typed_is_still_there_but_not_the_password(link):
    text = Client().post(link, {**SAID, "country": ""}).text
    assert 'value="Nordlys Handel"' in text
    assert SAID["password"] not in text


def test_the_page_is_never_kept_by_a_browser(link):
    assert "no-store" in Client().get(link)["Cache-Control"]


def test_a_chosen_zone_wins_over_that_of_the_country(link):
    Client().post(link, {**SAID, "country": "PT", "zone": "Atlantic/Azores"})
    assert workspace().zone == "Atlantic/Azores"


def test_the_browsers_language_suggests_the_country(rf):
    asked = rf.get("/", headers={"Accept-Language": "nb-NO,nb;q=0.9,en;q=0.8"})
    assert likely_country(asked) == "NO"


@pytest.mark.parametrize("country, zone", [
    ("NO", "Europe/Oslo"), ("LV", "Europe/Riga"), ("BR", "America/Sao_Paulo"),
    ("IN", "Asia/Kolkata"), ("US", "America/New_York"), ("??", "UTC"),
])  # fmt: skip
def test_a_country_has_a_usual_zone(country, zone):
    assert zone_of(country) == zone


def test_every_usual_zone_can_be_chosen():
    missing = {zone_of(code) for code, _name in countries("en")} - set(zones())
    assert missing == set()
