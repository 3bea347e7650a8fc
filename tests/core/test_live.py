"""What open pages are told: what changed within reach, and nothing of what lies beyond it."""

import base64
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartotek.core import live, log
from kartotek.core.catalogue import the_type
from kartotek.core.erasing import erase
from kartotek.core.errors import ValidationError
from kartotek.core.live import watch_of
from kartotek.core.models import Share
from kartotek.core.reading import raws, raws_by_uid
from kartotek.core.remove import remove, restore
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
PEOPLE = watch_of(["contacts"])


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola"}).uid


@pytest.fixture
def far(dan):
    """A contact that Bob does not see."""
    return write(dan, "contacts", None, {"name": "Far"}).uid


def hiding(actor, *names):
    return replace(actor, rights=replace(actor.rights, hidden={"contacts": frozenset(names)}))


def names(news):
    return {(one.uid, one.who, one.fields) for one in news.told}


def test_nothing_is_told_where_nothing_was_written(bob, ola):
    assert live.since(bob, live.now(), PEOPLE).is_nothing


def test_a_new_record_is_told_to_who_watches_its_type(bob):
    mark = live.now()
    ola = write(bob, "contacts", None, {"name": "Ola"}).uid
    news = live.since(bob, mark, PEOPLE)
    assert news.types == {"contacts"}
    assert names(news) == {(ola, "Bob", ())}
    assert live.since(bob, news.after, PEOPLE).is_nothing


def test_a_change_names_who_did_it_and_which_fields(bob, ann, ola):
    mark = live.now()
    write(ann, "contacts", ola, {"job_title": "Buyer"})
    write(ann, "contacts", ola, {"name": "Ola N."})
    assert names(live.since(bob, mark, PEOPLE)) == {(ola, "Ann", ("job_title", "name"))}


def test_what_is_not_watched_is_not_told(bob, ola):
    mark = live.now()
    write(bob, "companies", None, {"name": "Fjord"})
    other = write(bob, "contacts", None, {"name": "Kari"}).uid
    assert live.since(bob, mark, watch_of([f"contacts/{ola}"])).is_nothing
    assert live.since(bob, mark, watch_of([])).is_nothing
    news = live.since(bob, mark, watch_of([f"contacts/{other}"]))
    assert news.records == {("contacts", other)}
    assert news.types == set()


def test_what_is_out_of_reach_is_not_told_not_even_that_it_changed(bob, dan, far):
    mark = live.now()
    write(dan, "contacts", far, {"job_title": "Buyer"})
    write(dan, "contacts", None, {"name": "New"})
    remove(dan, "contacts", far)
    assert live.since(bob, mark, watch_of(["contacts", f"contacts/{far}"])).is_nothing
    assert live.since(dan, mark, PEOPLE).types == {"contacts"}


def test_who_may_view_none_of_a_type_is_told_nothing_of_it(world, ola):
    mark = live.now()
    write(world.ann, "contacts", ola, {"job_title": "Buyer"})
    both = watch_of(["contacts", f"contacts/{ola}"])
    assert live.since(world.eve, mark, both).is_nothing
    assert live.since(world.eve, "damaged", both).is_nothing


def test_a_record_that_leaves_the_reach_is_told_once_and_then_no_more(world, ann, bob, ola):
    mark = live.now()
    both = watch_of(["contacts", f"contacts/{ola}"])
    write(ann, "contacts", ola, {"owner": world.dan.member_uid, "department": place(world.dan)})
    news = live.since(bob, mark, both)
    assert (news.types, news.records) == ({"contacts"}, {("contacts", ola)})
    write(ann, "contacts", ola, {"job_title": "Buyer"})
    assert live.since(bob, news.after, both).is_nothing


def test_a_deputy_is_told_when_a_record_of_who_is_away_leaves_their_reach(world, ann, bob, far):
    standing_in = replace(bob, stands_in=(world.dan.member,), memo=None)
    mark, watch = live.now(), watch_of(["contacts", f"contacts/{far}"])
    write(ann, "contacts", far, {"owner": world.cyd.member_uid})
    assert live.since(standing_in, mark, watch).records == {("contacts", far)}
    assert live.since(bob, mark, watch).is_nothing


def test_a_record_that_comes_into_reach_is_told(world, ann, bob, far):
    mark = live.now()
    write(ann, "contacts", far, {"department": place(world.bob)})
    assert live.since(bob, mark, PEOPLE).types == {"contacts"}


def place(actor):
    """The uid of the department where they stand."""
    return str(raws(the_type("departments"), [], [actor.department])[0].uid)


def test_a_record_that_is_shared_is_told(bob, dan, far):
    record = raws_by_uid(the_type("contacts"), [], [far])[0].id
    Share.objects.create(type="contacts", record=record, member=bob.member, may_edit=False)
    mark = live.now()
    write(dan, "contacts", far, {"job_title": "Buyer"})
    assert live.since(bob, mark, PEOPLE).types == {"contacts"}


def test_removal_and_putting_back_are_told(bob, ola):
    for act in (remove, restore):
        mark = live.now()
        act(bob, "contacts", ola)
        news = live.since(bob, mark, watch_of(["contacts", f"contacts/{ola}"]))
        assert (news.types, news.records) == ({"contacts"}, {("contacts", ola)})


def test_an_erasure_is_told_to_whose_it_was_and_to_nobody_else(ann, bob, dan, ola):
    seen, elsewhere = live.now(), live.now()
    watched = watch_of(["contacts", f"contacts/{ola}"])
    erase(ann, "contacts", ola)
    news = live.since(bob, seen, watched)
    assert (news.types, news.records) == ({"contacts"}, {("contacts", ola)})
    assert live.since(ann, seen, watched).records == {("contacts", ola)}
    assert live.since(dan, elsewhere, watched).is_nothing


def test_a_change_of_hidden_fields_alone_is_not_told(ann, bob, ola):
    mark = live.now()
    write(ann, "contacts", ola, {"job_title": "Buyer"})
    for actor in (hiding(ann, "job_title"), hiding(bob, "job_title")):
        assert live.since(actor, mark, PEOPLE).is_nothing
    write(ann, "contacts", ola, {"name": "Ola N."})
    news = live.since(hiding(bob, "job_title"), mark, PEOPLE)
    assert names(news) == {(ola, "Ann", ("name",))}


def test_a_record_leaves_the_reach_also_where_its_place_is_hidden(world, ann, bob, ola):
    mark = live.now()
    write(ann, "contacts", ola, {"owner": world.dan.member_uid, "department": place(world.dan)})
    assert live.since(hiding(bob, "owner", "department"), mark, PEOPLE).types == {"contacts"}
    assert live.since(hiding(ann, "owner", "department"), mark, PEOPLE).is_nothing


def test_a_role_that_reads_no_history_is_not_told_who(ann, bob, ola):
    quiet = {**bob.rights.verbs, "contacts": {"view": "department", "see_history": "none"}}
    blind = replace(bob, rights=replace(bob.rights, verbs=quiet))
    mark = live.now()
    write(ann, "contacts", ola, {"job_title": "Buyer"})
    assert names(live.since(blind, mark, PEOPLE)) == {(ola, "", ("job_title",))}


def test_what_stands_on_the_page_of_a_record_is_told_with_it(bob):
    fjord = write(bob, "companies", None, {"name": "Fjord"}).uid
    other = write(bob, "companies", None, {"name": "Other"}).uid
    watch = watch_of([f"companies/{fjord}", f"companies/{other}"])
    mark = live.now()
    ola = write(bob, "contacts", None, {"name": "Ola", "company": str(fjord)}).uid
    news = live.since(bob, mark, watch)
    assert (news.records, news.told) == ({("companies", fjord)}, ())
    write(bob, "contacts", ola, {"company": str(other)})
    assert live.since(bob, news.after, watch).records == watch.records


def test_a_note_is_told_to_the_pages_in_whose_timeline_it_stands(bob, dan, ola, far):
    mark = live.now()
    about = [{"type": "contacts", "uid": str(ola)}]
    write(bob, "notes", None, {"text": "Called", "about": about})
    watch = watch_of([f"contacts/{ola}", f"contacts/{far}"])
    assert live.since(bob, mark, watch).records == {("contacts", ola)}
    assert live.since(dan, mark, watch).is_nothing
    assert live.since(bob, mark, PEOPLE).is_nothing


def test_what_is_addressed_to_a_member_is_always_told(monkeypatch, world, bob, ola):
    monkeypatch.setattr(type(the_type("contacts")), "addressed_to", "owner")
    mark = live.now()
    write(world.ann, "contacts", ola, {"job_title": "Buyer"})
    assert live.since(bob, mark, watch_of([])).types == {"contacts"}
    assert live.since(world.manager, mark, watch_of([])).is_nothing


def test_whose_own_reach_changed_looks_at_everything(world, ann, bob, ola):
    mark = live.now()
    write(ann, "members", str(world.dan.member_uid), {"department": place(bob)})
    assert live.since(bob, mark, PEOPLE).is_nothing
    write(ann, "members", str(bob.member_uid), {"department": place(world.cyd)})
    assert live.since(bob, mark, PEOPLE).types == {"contacts"}


def test_a_mark_shows_no_position_and_is_never_the_same_twice(bob, ola):
    one, other = live.now(), live.since(bob, live.now(), PEOPLE).after
    assert one != other
    raw = base64.urlsafe_b64decode(one + "==")
    assert log.newest().to_bytes(8, "big") not in raw


@pytest.mark.parametrize("mark", ["", "x", "AAAA", "A" * 32, "ø" * 32, "=" * 400])
def test_a_mark_that_is_none_has_all_of_it_looked_at(bob, ola, mark):
    news = live.since(bob, mark, watch_of(["contacts", f"contacts/{ola}", "nothing"]))
    assert (news.types, news.records) == ({"contacts"}, {("contacts", ola)})
    assert live.since(bob, news.after, PEOPLE).is_nothing


def test_after_very_many_lines_all_of_it_is_looked_at(monkeypatch, bob, dan, ola):
    monkeypatch.setattr(live, "MOST_LINES", 3)
    mark = live.now()
    for number in range(3):
        write(dan, "contacts", None, {"name": f"Person {number}"})
    assert live.since(bob, mark, PEOPLE).is_nothing
    write(dan, "contacts", None, {"name": "One more"})
    news = live.since(bob, mark, PEOPLE)
    assert news.types == {"contacts"}
    assert live.since(bob, news.after, PEOPLE).is_nothing


def test_a_mark_from_after_a_copy_that_was_put_back_has_all_of_it_looked_at(bob, ola):
    mark = live._sealed(log.newest() + 40)
    assert live.since(bob, mark, PEOPLE).types == {"contacts"}


def test_an_empty_log_has_a_mark_as_well(db):
    assert live._opened(live.now()) == log.newest()


def test_too_much_and_what_is_no_record_are_refused():
    with pytest.raises(ValidationError, match="Reload"):
        watch_of([f"type{n}" for n in range(41)])
    with pytest.raises(ValidationError, match="Reload"):
        watch_of(["contacts/5"])


def asked(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return [one["sql"] for one in captured]


def test_a_question_is_one_query_and_two_where_the_reach_must_be_looked_at(ann, bob, dan, ola):
    both = watch_of(["contacts", f"contacts/{ola}"])
    for actor in (ann, bob):
        live.since(actor, live.now(), both)
        mark = live.now()
        assert len(asked(lambda a=actor, m=mark: live.since(a, m, both))) == 1
    mark = live.now()
    write(dan, "companies", None, {"name": "Elsewhere"})
    write(ann, "contacts", ola, {"job_title": "Buyer"})
    assert len(asked(lambda: live.since(ann, mark, both))) == 1
    assert len(asked(lambda: live.since(bob, mark, PEOPLE))) == 2


def test_the_question_walks_the_log_from_its_mark_on(bob, ola):
    sql = asked(lambda: log.glance(log.newest(), 502, ["contacts"]))[-1]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index Scan using core_change_pkey" in plan
            assert "Sort" not in plan
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
            assert plan == ["SEARCH core_change USING INTEGER PRIMARY KEY (rowid>?)"]
