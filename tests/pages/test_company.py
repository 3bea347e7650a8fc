"""The page where the company is set up."""

import pytest

from kartotek.core import security, workspace
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.settling_in import settle_in
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/company"
FJORD = {"name": "Company", "country": "NO", "language": "en", "zone": "Europe/Oslo"}
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _fjord(world):
    settle_in(**FJORD)


def facts():
    workspace.forget()
    found = workspace.workspace()
    return {name: getattr(found, name) for name in FJORD}


def post(actor, **sent):
    return signed_in(actor).post(AT, {**FJORD, **sent}, headers=HX)


def changes():
    return [detail["changed"] for _k, _a, detail in security.recent(("company_changed",), 60)]


def test_it_is_the_first_of_the_settings_and_each_field_says_what_it_changes(ann):
    browser = signed_in(ann)
    assert browser.get("/settings")["Location"] == AT
    text = browser.get(AT).content.decode()
    assert text.index('href="/settings/company" aria-current="page"') < text.index(
        'href="/settings/people"'
    )
    for words in ("renamed with it", "without a country code", "order of its alphabet", "days of"):
        assert words in text
    assert '<option value="NO" selected>Norway' in text


def test_a_change_is_set_and_stands_in_the_security_log(ann):
    answer = post(ann, country="LV", zone="Europe/Riga")
    assert "2 changes saved" in answer.content.decode()
    assert facts() == {**FJORD, "country": "LV", "zone": "Europe/Riga"}
    assert changes() == ["country: NO → LV; zone: Europe/Oslo → Europe/Riga"]
    told = signed_in(ann).get("/settings/security?kind=rights").content.decode()
    assert "company set up anew" in told and "country: NO → LV" in told


def test_a_new_name_is_the_departments_too(ann):
    post(ann, name="  Fjord   AS ")
    assert facts()["name"] == "Fjord AS"
    names = {row["name"] for row in find(ann, "departments", Question(columns=("name",)))}
    assert "Fjord AS" in names and "Company" not in names


def test_nothing_new_is_no_change(ann):
    assert "as it was" in post(ann).content.decode()
    assert changes() == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", " ", "Type the name of your company"),
        ("name", "x" * 121, "A name has at most 120 letters"),
        ("country", "XX", "Choose one of the countries"),
        ("country", "", "Choose one of the countries"),
        ("language", "tlh", "Choose one of the languages"),
        ("zone", "Mars/Olympus", "Choose one of the time zones"),
        ("zone", "../../etc/passwd", "Choose one of the time zones"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_changed(field, value, why, ann):
    browser = signed_in(ann)
    browser.get(AT)
    before = everything()
    answer = browser.post(AT, {**FJORD, "zone": "Europe/Riga", field: value}, headers=HX)
    assert answer.status_code == 422
    assert f'id="company-{field}-error">{why}' in answer.content.decode()
    assert everything() == before and facts() == FJORD


def test_without_a_script_it_works_the_same(ann):
    answer = signed_in(ann).post(AT, {**FJORD, "name": "Fjord"})
    assert (answer.status_code, answer["Location"]) == (302, AT)
    assert facts()["name"] == "Fjord"


@pytest.mark.parametrize("who", ["bob", "manager", "reader", "eve"])
def test_nobody_else_sees_or_changes_it(who, world):
    browser = signed_in(getattr(world, who))
    for answer in (browser.get(AT), browser.post(AT, {**FJORD, "name": "Mine"})):
        assert answer.status_code == 403
    assert facts() == FJORD and changes() == []
