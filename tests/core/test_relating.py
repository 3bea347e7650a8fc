"""Relationships: who is what to whom, within reach of both ends, through merges and erasures."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartotek.core.actor import VERBS, Rights
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.erasing import erase
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.live import now, since, watch_of
from kartotek.core.measure import Measure, measure
from kartotek.core.merge import Merge, merge
from kartotek.core.person_file import person_file
from kartotek.core.question import Question
from kartotek.core.relating import related
from kartotek.core.remove import remove, restore
from kartotek.core.scope import Scope, own_scope, scope_of
from kartotek.core.search import search
from kartotek.core.timeline import timeline
from kartotek.core.undo import undo
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture
def accountant(ann):
    values = {"name": "accountant of", "inverse": "accountant"}
    return str(write(ann, "relationshipkinds", None, values).uid)


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola"}).uid


@pytest.fixture
def fjord(bob):
    return write(bob, "companies", None, {"name": "Fjord AS"}).uid


def contact(uid):
    return [{"type": "contacts", "uid": str(uid)}]


def company(uid):
    return [{"type": "companies", "uid": str(uid)}]


def tie(actor, one, kind, other, **more):
    return write(actor, "relationships", None, {"one": one, "kind": kind, "other": other, **more})


def told(actor, key, uid, today=TODAY):
    row = find_one(actor, key, uid)
    return [
        (group.words, one.other.title)
        for group in related(actor, key, row, today)
        for one in group.relations
    ]


def test_it_stands_on_both_cards_each_from_its_own_side(bob, ola, accountant, fjord):
    tie(bob, contact(ola), accountant, company(fjord))
    assert told(bob, "contacts", ola) == [("accountant of", "Fjord AS")]
    assert told(bob, "companies", fjord) == [("accountant", "Ola")]


def test_its_title_is_made_of_its_kind_and_follows_it(bob, ola, accountant, fjord):
    saved = tie(bob, contact(ola), accountant, company(fjord))
    assert find_one(bob, "relationships", saved.uid).title == "accountant of"
    lawyer = str(write(bob, "relationshipkinds", None, {"name": "lawyer of"}).uid)
    edit = write(bob, "relationships", saved.uid, {"kind": lawyer})
    assert find_one(bob, "relationships", saved.uid).title == "lawyer of"
    undo(bob, edit.batch)
    assert find_one(bob, "relationships", saved.uid).title == "accountant of"


def test_a_title_that_was_given_stays_when_the_kind_changes(bob, ola, accountant, fjord):
    saved = tie(bob, contact(ola), accountant, company(fjord), name="Our man there")
    lawyer = str(write(bob, "relationshipkinds", None, {"name": "lawyer of"}).uid)
    write(bob, "relationships", saved.uid, {"kind": lawyer})
    assert find_one(bob, "relationships", saved.uid).title == "Our man there"


def test_it_is_found_by_the_words_of_its_kind(bob, ola, accountant, fjord):
    saved = tie(bob, contact(ola), accountant, company(fjord))
    assert saved.uid in [hit.uid for hit in search(bob, "accountant")]


def test_what_is_over_stands_below_what_holds(bob, ola, accountant, fjord):
    berg = write(bob, "companies", None, {"name": "Berg"}).uid
    tie(bob, contact(ola), accountant, company(berg), until="2020-01-01")
    tie(bob, contact(ola), accountant, company(fjord), since="2020-01-01")
    assert told(bob, "contacts", ola) == [("accountant of", "Fjord AS"), ("accountant of", "Berg")]


def test_it_is_removed_put_back_and_in_the_history(bob, ola, accountant, fjord):
    saved = tie(bob, contact(ola), accountant, company(fjord))
    gone = remove(bob, "relationships", saved.uid)
    assert told(bob, "companies", fjord) == []
    undo(bob, gone.batch)
    assert told(bob, "companies", fjord) == [("accountant", "Ola")]
    lines = history(bob, "relationships", saved.uid, Context())
    assert [line.verb for line in lines] == ["restore", "remove", "create"]


def test_whose_end_lies_in_the_trash_comes_back_with_it(bob, ola, accountant, fjord):
    tie(bob, contact(ola), accountant, company(fjord))
    remove(bob, "contacts", ola)
    assert told(bob, "companies", fjord) == []
    restore(bob, "contacts", ola)
    assert told(bob, "companies", fjord) == [("accountant", "Ola")]


def test_it_stands_in_no_timeline_and_on_no_card_but_its_ends(bob, accountant, fjord):
    berg = write(bob, "companies", None, {"name": "Berg"}).uid
    ola = write(bob, "contacts", None, {"name": "Ola", "company": str(berg)}).uid
    tie(bob, contact(ola), accountant, company(fjord))
    assert told(bob, "companies", berg) == []
    for key, uid in (("contacts", ola), ("companies", fjord)):
        entries = timeline(bob, key, uid, Context()).entries
        assert {one.kind for one in entries} == {"change"}


@pytest.mark.parametrize(
    ("more", "field"),
    [({"until": "2019-12-31", "since": "2020-01-01"}, "until"), ({"other": None}, "other")],
)
def test_a_misfit_is_refused_at_its_field(more, field, bob, ola, accountant, fjord):
    with pytest.raises(ValidationError) as refused:
        tie(bob, contact(ola), accountant, **{"other": company(fjord), **more})
    assert list(refused.value.message_dict) == [field]


def test_nothing_is_tied_to_itself(bob, ola, accountant):
    with pytest.raises(ValidationError, match="to itself"):
        tie(bob, contact(ola), accountant, contact(ola))


def test_each_end_is_one_record_and_takes_part(bob, ola, accountant, fjord):
    with pytest.raises(ValidationError, match="Only one record fits here"):
        tie(bob, [*contact(ola), *company(fjord)], accountant, company(fjord))
    note = [{"type": "notes", "uid": str(write(bob, "notes", None, {"text": "Hi"}).uid)}]
    with pytest.raises(ValidationError, match="This cannot stand here"):
        tie(bob, note, accountant, company(fjord))


def test_a_kind_may_limit_what_stands_on_either_side(ann, ola, fjord):
    values = {"name": "audits", "inverse": "auditor", "one_type": "companies"}
    kind = str(write(ann, "relationshipkinds", None, values).uid)
    with pytest.raises(ValidationError) as refused:
        tie(ann, contact(ola), kind, company(fjord))
    assert refused.value.message_dict["one"] == [
        "This cannot stand here. Choose one of these: companies."
    ]


def test_the_same_is_not_said_twice_of_one_time(bob, ola, accountant, fjord):
    saved = tie(bob, contact(ola), accountant, company(fjord), until="2020-05-01")
    with pytest.raises(ValidationError, match="stands between these two already"):
        tie(bob, contact(ola), accountant, company(fjord))
    again = tie(bob, contact(ola), accountant, company(fjord), since="2020-05-01")
    with pytest.raises(ValidationError, match="stands between these two already"):
        write(bob, "relationships", again.uid, {"since": "2019-05-01"})
    write(bob, "relationships", saved.uid, {"remark": "As before"})


def test_what_reads_alike_on_both_sides_is_the_same_either_way_round(bob, ola):
    kari = write(bob, "contacts", None, {"name": "Kari"}).uid
    married = str(write(bob, "relationshipkinds", None, {"name": "Married to"}).uid)
    tie(bob, contact(ola), married, contact(kari))
    assert told(bob, "contacts", kari) == [("Married to", "Ola")]
    with pytest.raises(ValidationError, match="stands between these two already"):
        tie(bob, contact(kari), married, contact(ola))


@pytest.fixture
def half_hidden(ann, accountant, fjord, bob):
    """Of two relationships of Fjord's, both Bob's own by department, one leads to Dan's contact."""
    far = write(ann, "contacts", None, {"name": "Far"}).uid
    ola = write(bob, "contacts", None, {"name": "Ola"}).uid
    hidden = tie(ann, contact(far), accountant, company(fjord), owner=str(bob.member_uid))
    seen = tie(bob, contact(ola), accountant, company(fjord))
    return hidden.uid, seen.uid


def test_whose_other_end_is_out_of_reach_does_not_exist(ann, bob, fjord, half_hidden):
    hidden, seen = half_hidden
    assert told(ann, "companies", fjord) == [("accountant", "Ola"), ("accountant", "Far")]
    assert told(bob, "companies", fjord) == [("accountant", "Ola")]
    page = find(bob, "relationships", Question(count=True))
    assert ([row.uid for row in page], page.count) == ([seen], 1)
    assert [hit.uid for hit in search(bob, "accountant") if hit.type == "relationships"] == [seen]
    for ask in (
        lambda: find_one(bob, "relationships", hidden),
        lambda: write(bob, "relationships", hidden, {"remark": "Mine"}),
        lambda: remove(bob, "relationships", hidden),
        lambda: history(bob, "relationships", hidden, Context()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_who_sees_all_relationships_sees_those_whose_ends_they_see(ann, half_hidden):
    """Companies all of them, of the contacts none but their own."""
    verbs = {"*": dict.fromkeys(VERBS, "all"), "contacts": {"view": "own"}}
    narrow = replace(ann, rights=Rights(verbs), member=None, memo=None)
    assert find(ann, "relationships", Question(count=True)).count == 2
    assert find(narrow, "relationships", Question(count=True)).count == 0


def test_who_sees_all_records_is_asked_of_no_end(ann, half_hidden, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert scope_of(ann, the_type("relationships")) == Scope(everything=True)


@pytest.mark.parametrize("verb", ["create", "edit", "remove"])
def test_what_one_may_do_with_what_one_sees_is_asked_of_no_end(verb, bob, half_hidden):
    ties = the_type("relationships")
    assert scope_of(bob, ties, verb) == own_scope(bob, ties, verb) != Scope()
    assert scope_of(bob, ties).owner is None


def test_of_very_many_the_newest_are_within_reach(bob, half_hidden, ola, accountant, fjord):
    ties = the_type("relationships")
    newest = tie(bob, contact(ola), accountant, company(fjord)).uid
    with CaptureQueriesContext(connection) as captured:
        assert len(scope_of(bob, ties).shared) == 2
    assert captured[-1]["sql"].endswith("ORDER BY r.id DESC LIMIT 20000")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kartotek.core.scope.MOST_TIED", 1)
        assert [row.uid for row in find(bob, "relationships")] == [newest]


def test_nobody_counts_what_is_out_of_reach(bob, half_hidden):
    assert measure(bob, "relationships", Measure()).total.count == 1


def test_what_is_shared_comes_into_reach_with_its_relationship(ann, bob, fjord, half_hidden):
    far = next(row.uid for row in find(ann, "contacts", Question()) if row.title == "Far")
    write(ann, "contacts", far, {"owner": str(bob.member_uid)})
    assert ("accountant", "Far") in told(bob, "companies", fjord)
    assert find_one(bob, "relationships", half_hidden[0]).title == "accountant of"


def test_a_new_one_is_within_reach_at_once_in_the_same_request(bob, ola, accountant, fjord):
    asking = replace(bob, memo={})
    assert find(asking, "relationships", Question(count=True)).count == 0
    saved = tie(asking, contact(ola), accountant, company(fjord))
    assert find_one(asking, "relationships", saved.uid).uid == saved.uid


def test_who_does_not_see_the_words_sees_no_relationship(ann, ola, accountant, fjord):
    tie(ann, contact(ola), accountant, company(fjord))
    rights = replace(ann.rights, hidden={"relationshipkinds": frozenset({"inverse"})})
    assert told(replace(ann, rights=rights), "companies", fjord) == []


def test_an_open_page_of_either_end_hears_of_it(bob, ola, accountant, fjord):
    for key, uid in (("contacts", ola), ("companies", fjord)):
        mark = now()
        saved = tie(bob, contact(ola), accountant, company(fjord))
        news = since(bob, mark, watch_of([f"{key}/{uid}"]))
        assert (key, uid) in news.records
        remove(bob, "relationships", saved.uid)


def test_an_open_page_hears_nothing_of_one_whose_other_end_is_out_of_reach(
    ann, bob, accountant, fjord
):
    far = write(ann, "contacts", None, {"name": "Far"}).uid
    mark = now()
    saved = tie(ann, contact(far), accountant, company(fjord), owner=str(bob.member_uid))
    write(ann, "relationships", saved.uid, {"remark": "Quietly"})
    watch = watch_of([f"companies/{fjord}", "relationships"])
    assert since(bob, mark, watch).is_nothing
    assert not since(ann, mark, watch).is_nothing


def test_a_page_of_relationships_asks_two_questions(bob, ola, accountant):
    for n in range(5):
        firm = write(bob, "companies", None, {"name": f"Firm {n}"}).uid
        tie(bob, contact(ola), accountant, company(firm))
    actor = replace(bob, memo={})
    row = find_one(actor, "contacts", ola)
    related(actor, "contacts", row, TODAY)
    with CaptureQueriesContext(connection) as captured:
        assert len(related(actor, "contacts", row, TODAY)[0].relations) == 5
    assert len(captured) == 2


def test_a_merge_moves_them_to_the_one_that_stays_and_undo_brings_them_back(
    ann, ola, accountant, fjord
):
    double = write(ann, "contacts", None, {"name": "Ola N."}).uid
    tie(ann, contact(double), accountant, company(fjord))
    merged = merge(ann, "contacts", Merge(ola, (double,), {}))
    assert told(ann, "companies", fjord) == [("accountant", "Ola")]
    undo(ann, merged.batch)
    assert told(ann, "companies", fjord) == [("accountant", "Ola N.")]


def test_a_merge_leaves_nothing_said_twice_or_of_itself(ann, ola, accountant, fjord):
    double = write(ann, "contacts", None, {"name": "Ola N."}).uid
    tie(ann, contact(ola), accountant, company(fjord))
    tie(ann, contact(double), accountant, company(fjord))
    tie(ann, contact(double), accountant, contact(ola))
    before = {uid: told(ann, "contacts", uid) for uid in (ola, double)}
    merged = merge(ann, "contacts", Merge(ola, (double,), {}))
    assert told(ann, "contacts", ola) == [("accountant of", "Fjord AS")]
    assert find(ann, "relationships", Question(count=True)).count == 1
    undo(ann, merged.batch)
    assert {uid: told(ann, "contacts", uid) for uid in (ola, double)} == before


def test_kinds_are_merged_like_anything_else(ann, ola, accountant, fjord):
    values = {"name": "bookkeeper of", "inverse": "bookkeeper"}
    other = write(ann, "relationshipkinds", None, values).uid
    tie(ann, contact(ola), accountant, company(fjord))
    tie(ann, contact(ola), str(other), company(fjord))
    merge(ann, "relationshipkinds", Merge(other, (find_kind(ann, accountant),), {}))
    assert told(ann, "contacts", ola) == [("bookkeeper of", "Fjord AS")]


def find_kind(actor, uid):
    return find_one(actor, "relationshipkinds", uid).uid


def test_two_relationships_made_one_keep_one_record_at_each_end(ann, ola, accountant, fjord):
    berg = write(ann, "companies", None, {"name": "Berg"}).uid
    one = tie(ann, contact(ola), accountant, company(fjord)).uid
    two = tie(ann, contact(ola), accountant, company(berg)).uid
    merge(ann, "relationships", Merge(one, (two,), {}))
    assert told(ann, "contacts", ola) == [("accountant of", "Fjord AS")]


def test_an_erased_person_takes_them_along(ann, ola, accountant, fjord):
    saved = tie(ann, contact(ola), accountant, company(fjord), remark="Knows the books")
    erase(ann, "contacts", ola)
    assert told(ann, "companies", fjord) == []
    with pytest.raises(NotFound):
        find_one(ann, "relationships", saved.uid)
    assert find_one(ann, "companies", fjord).title == "Fjord AS"


def test_the_file_of_a_person_tells_of_them(ann, ola, accountant, fjord):
    tie(ann, contact(ola), accountant, company(fjord), remark="Knows the books")
    piece = next(
        one for one in person_file(ann, "contacts", ola, Context()).about
        if one.type == "relationships"
    )  # fmt: skip
    shown = {value.name: value.shown for value in piece.values}
    assert (shown["kind"], shown["other"]) == ("accountant of", "Fjord AS")
    assert shown["remark"] == "Knows the books"
