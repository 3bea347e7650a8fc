"""Everything about one person: whole, within the rights, in words and as data."""

import orjson
import pytest

from kartotek.core import security
from kartotek.core.actor import EVERYTHING
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.person_file import person_file
from kartotek.core.write import write
from tests.core.test_erasing import KARI, note

pytestmark = pytest.mark.django_db
ENGLISH = Context("en", "NO", "UTC")


@pytest.fixture
def kari(ann):
    firm = write(ann, "companies", None, {"name": "Nordlys"}).uid
    jobs = [{"company": str(firm), "role": "Guide", "primary": True}]
    return write(ann, "contacts", None, {**KARI, "jobs": jobs}).uid


def test_it_holds_the_values_the_lists_and_what_is_about_them(ann, kari):
    note(ann, "Wants grey panels.", kari)
    write(ann, "contacts", None, {"name": "Nils", "reports_to": kari})
    write(ann, "contacts", kari, {"phones": "99 88 77 66"})
    told = person_file(ann, "contacts", kari, ENGLISH)
    shown = {one.name: one.shown for one in told.values}
    assert shown["name"] == KARI["name"]
    assert shown["phones"] == "99 88 77 66"
    assert shown["company"] == "Nordlys"
    assert [[one.shown for one in row] for row in told.parts["jobs"]] == [
        ["Nordlys", "Guide", "Yes"]
    ]
    assert [one.title for one in told.about] == ["Wants grey panels."]
    assert [(one.title, one.by) for one in told.linked] == [("Nils", "Reports to")]
    assert [one.verb for one in told.lines] == ["update", "create"]
    assert told.lines[0].fields[0].before == "+47 22 33 44 55"
    assert told.left_out == 0


def test_as_data_it_says_the_same_in_json(ann, kari):
    plain = orjson.loads(orjson.dumps(person_file(ann, "contacts", kari, ENGLISH).plain()))
    assert plain["values"]["birthday"] == "1971-05-13"
    assert plain["values"]["emails"][0]["address"] == "kari.na@example.com"
    assert plain["lists"]["jobs"][0]["company"]["title"] == "Nordlys"
    assert plain["history"][0]["did"] == "create"


def test_every_personal_field_of_a_type_is_marked(ann, kari):
    told = person_file(ann, "contacts", kari, ENGLISH)
    marks = {one.name: one.is_personal for one in told.values}
    assert marks["name"]
    assert marks["birthday"]
    assert not marks["owner"]


def test_fields_that_a_role_hides_are_counted_and_not_told(ann, kari):
    from dataclasses import replace

    rights = replace(EVERYTHING, hidden={"contacts": frozenset({"birthday", "phones"})})
    told = person_file(replace(ann, rights=rights), "contacts", kari, ENGLISH)
    assert {"birthday", "phones"}.isdisjoint(one.name for one in told.values)
    assert told.left_out == 2
    assert "1971-05-13" not in str(told.plain())


def test_it_leaves_a_line_in_the_security_log(ann, kari):
    person_file(ann, "contacts", kari, ENGLISH)
    [line] = security.lines(("person_file",))
    assert (line.actor, line.detail["record"]) == ("Ann", str(kari))


def test_it_is_refused_without_the_right_to_export_and_for_what_is_no_person(ann, dan, world, kari):
    with pytest.raises(NotFound):
        person_file(dan, "contacts", kari, ENGLISH)
    shared = write(ann, "contacts", None, {"name": "Ola", "owner": world.bob.member_uid}).uid
    with pytest.raises(PermissionDenied):
        person_file(world.reader, "contacts", shared, ENGLISH)
    with pytest.raises(ValidationError):
        person_file(ann, "members", ann.member_uid, ENGLISH)
