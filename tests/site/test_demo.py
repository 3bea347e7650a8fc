"""`kartotek demo`: what it brings, that it adds up, and that it goes again."""

import json
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from kartotek.core import acts
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.site.demo.making import SIZES, make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TYPES = ("companies", "contacts", "notes")


def told(capsys, *words):
    call_command("demo", "--json", *words)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def counts(actor):
    return [find(actor, key, Question(count=True)).count for key in TYPES]


def test_the_demo_brings_companies_people_and_notes_and_its_receipt_adds_up(house, capsys):
    receipt = told(capsys)
    assert counts(house) == [40, 120, 200]
    assert (receipt["rows"], receipt["created"], receipt["failed"]) == (360, 360, 0)


def test_the_last_line_is_the_receipt_in_words(house, capsys):
    call_command("demo")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("360 rows = 360 created + 0 updated")
    assert "kartotek demo --remove" in lines[-2]


def test_the_demo_works_before_anybody_is_there(db, capsys):
    assert told(capsys)["created"] == 360


def test_people_stand_with_their_companies_and_notes_on_both_cards(house, capsys):
    told(capsys)
    asked = Question(columns=("name", "company", "phones", "emails"))
    for row in find(house, "contacts", asked).rows:
        assert row["company"].is_reachable and row["phones"][0]["e164"] and row["emails"]
    note = find(house, "notes", Question(columns=("text", "about"))).rows[0]
    assert [one.type for one in note["about"]] == ["contacts", "companies"]
    assert "{" not in note["text"]


@pytest.mark.parametrize("size", list(SIZES))
def test_the_same_seed_makes_the_same_people_and_no_company_twice(house, size):
    first, again = (make(SIZES[size]) for _time in range(2))
    for key in ("companies", "contacts"):
        names = [one.values["name"] for one in first[key]]
        assert names == [one.values["name"] for one in again[key]]
    firms = [one.values["name"] for one in first["companies"]]
    assert len(set(firms)) == len(firms) == SIZES[size].companies


def test_every_value_is_one_that_a_person_could_type(house):
    for key, wishes in make(SIZES["large"]).items():
        fields = the_type(key).fields
        for wish in wishes:
            for name, value in wish.values.items():
                assert not fields[name].is_empty(fields[name].clean(value, Context())) or not value


def test_a_second_demo_is_refused_while_the_first_stands(house, capsys):
    told(capsys)
    with pytest.raises(CommandError, match="there already"):
        call_command("demo")
    assert counts(house) == [40, 120, 200]


def test_the_demo_goes_in_one_step_and_may_come_again(house, capsys):
    told(capsys)
    receipt = told(capsys, "--remove")
    assert (receipt["rows"], receipt["updated"], receipt["skipped"]) == (360, 360, 0)
    assert counts(house) == [0, 0, 0]
    with pytest.raises(CommandError, match="no practice data"):
        call_command("demo", "--remove")
    assert told(capsys)["created"] == 360


def test_what_people_changed_or_made_stays_and_is_listed(house, ann, capsys):
    told(capsys)
    row = find(house, "contacts").rows[0]
    gone = find(house, "companies").rows[0]
    write(ann, "contacts", row.uid, {"job_title": "Queen"})
    own = write(ann, "companies", None, {"name": "Own AS"})
    remove(ann, "companies", gone.uid)
    call_command("demo", "--remove")
    lines = capsys.readouterr().out.splitlines()
    assert f"  {row.title}: It was changed again since." in lines
    assert lines[-1].startswith("360 rows = 0 created + 358 updated + 0 unchanged + 2 skipped")
    assert not find_one(ann, "contacts", row.uid).removed
    assert not find_one(ann, "companies", own.uid).removed


def test_taking_the_demo_back_can_be_taken_back_and_then_done_again(house, capsys):
    told(capsys)
    receipt = told(capsys, "--remove")
    undo(house, UUID(receipt["batch"]))
    assert counts(house) == [40, 120, 200]
    assert len(acts.standing("demo")) == 1
    assert told(capsys, "--remove")["updated"] == 360


def test_who_may_not_write_brings_no_demo(world, house, capsys):
    write(house, "members", world.reader.member_uid, {"emails": "rae@example.com"})
    with pytest.raises(CommandError):
        call_command("demo", "--as", "rae@example.com")
    assert counts(house) == [0, 0, 0]
