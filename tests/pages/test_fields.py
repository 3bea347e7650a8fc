"""The page where fields are added and changed."""

import pytest

from kartotek.core.catalogue import catalogue
from kartotek.core.find import find
from kartotek.core.fitting import fitted, move
from kartotek.core.question import Question
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/fields/contacts"


def names(actor):
    return [one.name for one in fitted(actor, "contacts")]


def test_only_who_may_change_fields_comes_in(ann, bob):
    assert signed_in(ann).get(AT).status_code == 200
    for path in (AT, f"{AT}/new", f"{AT}/name"):
        assert signed_in(bob).get(path).status_code == 403
    assert signed_in(bob).post(f"{AT}/name/hide").status_code == 403
    assert 'href="/settings"' in signed_in(ann).get("/contacts").content.decode()
    assert 'href="/settings"' not in signed_in(bob).get("/contacts").content.decode()


def test_a_field_is_added_by_its_form(ann):
    sent = {"label": "Loyalty number", "kind": "text", "in_list": "true"}
    assert signed_in(ann).post(f"{AT}/new", sent).status_code == 302
    assert "x_loyalty_number" in catalogue()["contacts"].column_names


def test_a_refused_form_comes_back_with_what_was_typed(ann):
    answer = signed_in(ann).post(f"{AT}/new", {"label": "Phones", "kind": "text"})
    assert answer.status_code == 422
    assert "have a field" in answer.content.decode() and 'value="Phones"' in answer.content.decode()


def test_a_given_label_left_as_it_is_goes_on_speaking_each_language(ann):
    label = str(catalogue()["contacts"].fields["birthday"].label)
    signed_in(ann).post(f"{AT}/birthday", {"label": label, "hint": "Day and month will do."})
    row = find(ann, "customfields", Question(columns=("label", "name"))).rows[0]
    assert (row["label"], row["name"]) == ("", "birthday")
    assert catalogue()["contacts"].fields["birthday"].hint == "Day and month will do."


def test_fields_move_as_often_as_one_likes_and_back(ann):
    before = names(ann)
    last = before[-1]
    for place in (3, 2, 1, 0, len(before)):
        batch = move(ann, "contacts", last, place)
        assert names(ann).index(last) == min(place, len(before) - 1)
    undo(ann, batch)
    assert names(ann)[0] == last
    for _time in range(15):  # until no number is left between two neighbours
        move(ann, "contacts", before[5], 1)
        move(ann, "contacts", before[6], 1)
    assert names(ann)[1:3] == [before[6], before[5]]
    assert sorted(names(ann)) == sorted(before)


def test_what_was_changed_of_a_given_field_is_taken_back(ann):
    write(ann, "customfields", None, {"on": "contacts", "name": "birthday", "label": "Name day"})
    signed_in(ann).post(f"{AT}/birthday/drop")
    assert str(catalogue()["contacts"].fields["birthday"].label) != "Name day"
