"""Suggestions over everything: found by a job, shown within rights, dismissed for good."""

from dataclasses import replace
from uuid import UUID

import pytest

from kartotek.core import candidates, jobs, receipts, suggesting
from kartotek.core.catalogue import the_type
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.merge import Merge, merge
from kartotek.core.suggesting import look_again
from kartotek.core.suggestions import dismiss, dismissals, last_search, reopen, suggestions
from kartotek.core.undo import undo
from kartotek.core.worker import Worker
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_comes_again(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})


def searched(actor, key="contacts"):
    """Look for duplicates; the receipt."""
    uid = look_again(actor, key)
    Worker().run_due()
    job = jobs.facts(uid)
    assert (job.state, job.error) == ("done", "")
    return receipts.read(actor, job.result["receipt"])


def twice(actor, name="Ola Nordmann", again="Ola Nordman", phones="+4722001122"):
    """One person entered twice: both uids."""
    return tuple(
        write(actor, "contacts", None, {"name": called, "phones": phones}).uid
        for called in (name, again)
    )


def shown(actor, **asked):
    return [(one.one, one.other) for one in suggestions(actor, "contacts", **asked)[0]]


def figures(receipt):
    return (receipt.rows, receipt.created, receipt.updated, receipt.unchanged, receipt.skipped)


def test_a_pair_is_found_with_its_reasons(ann):
    pair = twice(ann)
    write(ann, "contacts", None, {"name": "Somebody Else", "phones": "+4722003344"})
    assert figures(searched(ann)) == (1, 1, 0, 0, 0)
    [found], following = suggestions(ann, "contacts")
    assert ((found.one, found.other), following) == (pair, "")
    assert {(one.field, one.sort) for one in found.reasons} == {("phones", "same"),
                                                                ("name", "alike")}  # fmt: skip


def test_a_second_search_finds_the_same_and_the_figures_say_so(ann):
    one, _other = twice(ann)
    searched(ann)
    assert figures(searched(ann)) == (1, 0, 0, 1, 0)
    write(ann, "contacts", one, {"name": "Ola Nordman"})
    assert figures(searched(ann)) == (1, 0, 1, 0, 0)


def test_what_is_dismissed_stays_so_after_a_new_search(ann):
    pair = twice(ann)
    searched(ann)
    dismiss(ann, "contacts", *pair)
    searched(ann)
    assert shown(ann) == []
    reopen(ann, "contacts", *reversed(pair))
    assert shown(ann) == [pair]


def test_what_was_dismissed_is_listed_with_who_and_when_the_last_first(ann, bob):
    pairs = [
        twice(bob, name, name, phone)
        for name, phone in (("Ola Vik", "+4722001122"), ("Kari Dal", "+4722003344"))
    ]
    searched(ann)
    dismiss(ann, "contacts", *pairs[0])
    dismiss(bob, "contacts", *pairs[1])
    found, following = dismissals(ann, "contacts")
    assert [(one.one, one.other) for one in found] == [pairs[1], pairs[0]]
    assert [one.by.title for one in found] == ["Bob", "Ann"]
    assert (found[0].at > found[1].at, following) == (True, "")
    reopen(ann, "contacts", *pairs[1])
    assert [(one.one, one.other) for one in dismissals(ann, "contacts")[0]] == [pairs[0]]


def test_what_was_dismissed_goes_on_where_the_last_page_ended(ann):
    for number in range(3):
        dismissed = twice(ann, f"Name{number} Abc", f"Name{number} Abc", f"+472200{number}111")
        searched(ann)
        dismiss(ann, "contacts", *dismissed)
    first, following = dismissals(ann, "contacts", size=2)
    rest, last = dismissals(ann, "contacts", size=2, after=following)
    assert (len(first), len(rest), last) == (2, 1, "")
    assert not {one.cursor for one in first} & {one.cursor for one in rest}


def test_what_was_dismissed_is_listed_only_to_who_sees_both_and_why(ann, dan):
    pair = twice(ann, "Ola", "Olav")
    searched(ann)
    dismiss(ann, "contacts", *pair)
    rights = replace(ann.rights, hidden={"contacts": frozenset({"phones"})})
    assert len(dismissals(ann, "contacts")[0]) == 1
    assert dismissals(dan, "contacts") == ([], "")
    assert dismissals(replace(ann, rights=rights), "contacts") == ([], "")


def test_what_is_alike_no_more_is_no_suggestion_any_more(ann):
    one, _other = twice(ann)
    searched(ann)
    write(ann, "contacts", one, {"name": "Quite Different", "phones": ""})
    searched(ann)
    assert shown(ann) == []


def test_a_pair_is_shown_only_to_who_sees_both(ann, bob, dan):
    write(bob, "contacts", None, {"name": "Kari Sandvik", "phones": "+4722005566"})
    write(dan, "contacts", None, {"name": "Kari Sandvik", "phones": "+4722005566"})
    pair = twice(bob)
    searched(ann)
    assert len(shown(ann)) == 2
    assert shown(bob) == [pair]
    assert shown(dan) == []


def test_what_only_a_hidden_field_says_is_not_shown(ann):
    twice(ann, "Ola", "Olav")
    searched(ann)
    rights = replace(ann.rights, hidden={"contacts": frozenset({"phones"})})
    assert len(shown(ann)) == 1
    assert shown(replace(ann, rights=rights)) == []


def test_who_may_not_see_both_cannot_say_anything_to_a_pair(ann, dan):
    pair = twice(ann)
    searched(ann)
    with pytest.raises(NotFound):
        dismiss(dan, "contacts", *pair)
    with pytest.raises(NotFound):
        dismiss(ann, "contacts", pair[0], UUID(int=7))
    assert shown(ann) == [pair]


def test_a_merge_takes_the_pair_away_and_its_undo_brings_it_back(ann):
    one, other = twice(ann)
    searched(ann)
    saved = merge(ann, "contacts", Merge(one, (other,), {}))
    assert shown(ann) == []
    undo(ann, saved.batch)
    assert shown(ann) == [(one, other)]


def test_pages_go_on_where_the_last_one_ended(ann):
    for number in range(5):
        twice(
            ann, f"Person{number} Abc{number}", f"Person{number} Abc{number}", f"+472200{number}111"
        )
    searched(ann)
    first, following = suggestions(ann, "contacts", size=2)
    rest, last = suggestions(ann, "contacts", size=4, after=following)
    assert (len(first), len(rest), last) == (2, 3, "")
    assert not {one.cursor for one in first} & {one.cursor for one in rest}


def test_blocks_that_are_too_common_are_skipped_and_counted(ann, monkeypatch):
    monkeypatch.setattr(candidates, "MOST", 2)
    for name in ("Ola Abel", "Kari Bruun", "Per Carlsen"):
        write(ann, "contacts", None, {"name": name, "phones": "+4722009988"})
    receipt = searched(ann)
    assert (receipt.rows, receipt.detail["too_common"], receipt.detail["records"]) == (0, 1, 3)


def test_who_shares_a_number_with_very_many_is_still_found_by_a_like_name(ann, monkeypatch):
    monkeypatch.setattr(candidates, "MOST", 2)
    for name in ("Ola Nordmann", "Ole Nordmann", "Per Carlsen", "Kari Bruun"):
        write(ann, "contacts", None, {"name": name, "phones": "+4722009988"})
    searched(ann)
    [found] = suggestions(ann, "contacts")[0]
    assert ("phones", "same") in {(one.field, one.sort) for one in found.reasons}


def test_colleagues_of_other_names_are_not_even_candidates(ann):
    for name in ("Ola Nordmann", "Kari Bruun", "Per Carlsen"):
        mail = f"{name.replace(' ', '.').lower()}@fjord.example"
        write(ann, "contacts", None, {"name": name, "emails": mail})
    found = candidates.candidates(the_type("contacts"))
    assert (found.pairs, found.records) == ([], 3)


def test_a_search_that_is_handed_back_goes_on_and_counts_each_pair_once(ann, monkeypatch):
    monkeypatch.setattr(suggesting, "CHUNK", 1)
    for number in range(3):
        twice(
            ann, f"Person{number} Abc{number}", f"Person{number} Abc{number}", f"+472200{number}111"
        )
    uid = look_again(ann, "contacts")
    worker, compare = Worker(), suggesting._compare
    monkeypatch.setattr(suggesting, "_compare", lambda *a: (compare(*a), worker.stop()))
    worker.run_due()
    assert jobs.facts(uid).state == "ready"
    monkeypatch.setattr(suggesting, "_compare", compare)
    Worker().run_due()
    receipt = receipts.read(ann, jobs.facts(uid).result["receipt"])
    assert figures(receipt) == (receipt.rows, 3, 0, 0, receipt.rows - 3)


def test_one_search_at_a_time_and_only_for_who_merges(ann, world):
    assert last_search("contacts") is None
    first = look_again(ann, "contacts")
    assert look_again(ann, "contacts") == first
    assert last_search("contacts").uid == first
    with pytest.raises(PermissionDenied):
        look_again(world.eve, "contacts")


def test_companies_are_found_by_their_website(ann):
    for name in ("Fjord Pharma AS", "Fjord Pharma"):
        write(ann, "companies", None, {"name": name, "website": "https://www.fjord.example/x"})
    searched(ann, "companies")
    assert len(suggestions(ann, "companies")[0]) == 1
