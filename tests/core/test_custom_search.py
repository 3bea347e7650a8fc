"""Customers' fields by whose words records are found, for who may see the fields."""

from dataclasses import replace

import pytest
from django.db import connection

from kartotek.core import asking, consumers, custom_search, customizing, jobs, searching, storage
from kartotek.core.actor import Rights
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.remove import remove, restore
from kartotek.core.search import search
from kartotek.core.undo import undo
from kartotek.core.worker import Worker
from kartotek.core.write import write
from tests.core.test_custom_fields import contact, field

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(custom_search, "WAIT", custom_search.WAIT * 0)


def work():
    """What the workers do once somebody changed something."""
    connection.check_constraints()
    Worker().run_due()


def there(actor, text):
    """The contacts that words find, in the palette and in the list alike."""
    found = {hit.title for hit in search(actor, text, types=["contacts"])}
    listed = find(actor, "contacts", Question(words=text, columns=("name",)))
    assert found == {row["name"] for row in listed}
    return found


CHOICES = [{"key": "k1", "label": "Gold rim"}, {"key": "k2", "label": "Tin"}]


@pytest.mark.parametrize(("kind", "value", "asked"), [
    ("text", "Blue whale", "whal"), ("long_text", "met\nby the lighthouse", "lighthouse"),
    ("choice", "k1", "rim"), ("several", ["k1", "k2"], "tin"), ("tags", ["sailing"], "sail"),
    ("phone", "+47 22 00 11 22", "22001122"), ("email", "bills@berg.no", "berg"),
    ("url", "https://www.porto.pt/x", "porto"),
])  # fmt: skip
def test_the_words_of_each_kind_find_once_the_field_says_so(ann, kind, value, asked):
    choices = CHOICES if kind in ("choice", "several") else []
    made = field(ann, "Thing", kind=kind, choices=choices)
    contact(ann, "Before", x_thing=value)
    work()
    assert there(ann, asked) == set()
    write(ann, "customfields", made.uid, {"searched": True})
    work()
    contact(ann, "After", x_thing=value)
    assert there(ann, asked) == {"Before", "After"}
    write(ann, "customfields", made.uid, {"searched": False})
    work()
    assert there(ann, asked) == set() and there(ann, "after") == {"After"}


@pytest.mark.parametrize("kind", ["masked", "number", "decimal", "flag", "date", "link:companies"])
def test_what_has_no_words_or_is_masked_is_never_searched(ann, kind):
    with pytest.raises(ValidationError, match="no words"):
        field(ann, "Thing", kind=kind, searched=True)


def test_at_most_five_of_a_type_and_the_refusal_says_what_to_do(ann):
    for n in range(customizing.MOST_SEARCHED):
        field(ann, f"Thing {n}", searched=True)
    with pytest.raises(ValidationError, match="Take it from another"):
        field(ann, "One more", searched=True)
    field(ann, "Unsearched")


def test_a_changed_value_is_found_by_its_new_words_alone(ann):
    field(ann, "Thing", searched=True)
    uid = contact(ann, "Ola", x_thing="whale")
    changed = write(ann, "contacts", uid, {"x_thing": "heron"})
    assert (there(ann, "whale"), there(ann, "heron")) == (set(), {"Ola"})
    undo(ann, changed.batch)
    assert (there(ann, "whale"), there(ann, "heron")) == ({"Ola"}, set())


def test_a_role_that_does_not_see_the_field_finds_nothing_by_it(ann):
    field(ann, "Thing", searched=True)
    contact(ann, "Ola", x_thing="whale")
    hidden = {"contacts": frozenset({"x_thing"})}
    blind = replace(ann, rights=Rights(verbs=ann.rights.verbs, hidden=hidden))
    assert (there(blind, "whale"), there(blind, "ola")) == (set(), {"Ola"})
    assert there(ann, "ola whale") == {"Ola"}


def test_a_hidden_or_removed_field_finds_nothing_until_it_is_back(ann):
    made = field(ann, "Thing", searched=True)
    contact(ann, "Ola", x_thing="whale")
    work()
    for gone, back in (
        (lambda: remove(ann, "customfields", made.uid),
         lambda: restore(ann, "customfields", made.uid)),
        (lambda: write(ann, "customfields", made.uid, {"hidden": True}),
         lambda: write(ann, "customfields", made.uid, {"hidden": False})),
    ):  # fmt: skip
        gone()
        work()
        assert there(ann, "whale") == set()
        back()
        work()
        assert there(ann, "whale") == {"Ola"}


def test_a_choice_that_is_renamed_is_found_by_its_new_name(ann):
    made = field(ann, "Thing", kind="choice", choices=CHOICES, searched=True)
    contact(ann, "Ola", x_thing="k1")
    work()
    renamed = [{"key": "k1", "label": "Silver"}, CHOICES[1]]
    write(ann, "customfields", made.uid, {"choices": renamed})
    work()
    assert (there(ann, "rim"), there(ann, "silver")) == (set(), {"Ola"})


def test_what_tells_nothing_of_the_search_puts_no_job_down(ann):
    quiet, made = field(ann, "Quiet"), field(ann, "Thing", searched=True)
    work()
    write(ann, "customfields", made.uid, {"hint": "Short."})
    write(ann, "customfields", quiet.uid, {"hidden": True})
    while consumers.feed("customers' indexes"):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job WHERE task LIKE '%%custom_search%%' "
                       "AND state <> 'done'")  # fmt: skip
        assert cursor.fetchone() == (0,)


def test_the_table_is_mended_with_the_words_and_not_made_twice(ann):
    field(ann, "Thing", searched=True)
    contact(ann, "Ola", x_thing="whale")
    work()
    assert storage.mend() == []
    searching.forget(catalogue()["contacts"])
    assert storage.mend() == [asking.table_of(catalogue()["contacts"])]
    assert there(ann, "whale") == {"Ola"}
