"""Consumers of the log: every line at least once, the cursor in the same commit."""

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import consumers, following, jobs, log
from kartotek.core.catalogue import the_type
from kartotek.core.find import find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.remove import remove, restore
from kartotek.core.search import search
from kartotek.core.storage import rebuild_search
from kartotek.core.undo import undo
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_recurring(monkeypatch):
    """What follows from the log, and no copy of the database beside it."""
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def heard(monkeypatch):
    """A consumer of the test's own, alone; the uids it was given."""
    monkeypatch.setattr(consumers, "CONSUMERS", {})
    given = []
    consumers.consumer("ear")(lambda changes: given.extend(change.uid for change in changes))
    return given


def found(actor, text):
    return {hit.title for hit in search(actor, text)}


def at_work(actor, company="Acme", name="Ann Other"):
    """A company and somebody who works there."""
    company = write(actor, "companies", None, {"name": company}).uid
    return company, write(actor, "contacts", None, {"name": name, "company": str(company)}).uid


def test_a_consumer_is_given_every_line_once_and_in_order(heard, house):
    wanted = [write(house, "companies", None, {"name": f"Firm {n}"}).uid for n in range(3)]
    Worker().run_due()
    Worker().run_due()
    assert heard == wanted
    assert consumers.behind() == []


def test_more_lines_than_fit_come_in_the_next_sitting(heard, house, monkeypatch):
    monkeypatch.setattr(consumers, "AT_ONCE", 2)
    wanted = [write(house, "companies", None, {"name": f"Firm {n}"}).uid for n in range(5)]
    assert consumers.feed("ear") == 2
    Worker().run_due()
    assert heard == wanted


def test_a_consumer_that_fails_keeps_its_place_and_does_not_stop_the_others(heard, house):
    @consumers.consumer("broken")
    def broken(changes):
        write(house, "companies", None, {"name": "Written and rolled back"})
        raise RuntimeError

    wanted = write(house, "companies", None, {"name": "Acme"}).uid
    worker = Worker()
    worker.run_due()
    assert heard == [wanted]
    assert consumers.positions() == {"ear": log.newest(), "broken": 0}
    assert worker.run_due() == 0


def test_a_contact_is_found_by_its_companys_name(bob):
    at_work(bob)
    assert found(bob, "acme other") == {"Ann Other"}
    assert found(bob, "acme") == {"Acme", "Ann Other"}


def test_a_renamed_company_finds_its_contacts_by_the_new_name_and_not_the_old(bob):
    company, _contact = at_work(bob)
    write(bob, "companies", company, {"name": "Globex"})
    Worker().run_due()
    assert found(bob, "globex") == {"Globex", "Ann Other"}
    assert found(bob, "acme") == set()


def test_a_contact_that_changes_company_is_found_by_the_new_one_at_once(bob):
    _company, contact = at_work(bob)
    other = write(bob, "companies", None, {"name": "Globex"}).uid
    saved = write(bob, "contacts", contact, {"company": str(other)})
    assert found(bob, "globex other") == {"Ann Other"}
    assert found(bob, "acme other") == set()
    undo(bob, saved.batch)
    assert found(bob, "acme other") == {"Ann Other"}


def test_an_edit_of_something_else_keeps_the_companys_words(bob):
    _company, contact = at_work(bob)
    write(bob, "contacts", contact, {"name": "Ann Another"})
    assert found(bob, "acme another") == {"Ann Another"}


def test_the_main_job_brings_its_companys_words(bob):
    _company, contact = at_work(bob)
    other = write(bob, "companies", None, {"name": "Globex"}).uid
    job = {"company": str(other), "role": "Cook", "primary": True}
    write(bob, "contacts", contact, {"jobs": [job]})
    assert found(bob, "globex other") == {"Ann Other"}


def test_a_restored_and_a_reindexed_contact_keep_the_companys_words(bob):
    _company, contact = at_work(bob)
    remove(bob, "contacts", contact)
    restore(bob, "contacts", contact)
    assert found(bob, "acme other") == {"Ann Other"}
    rebuild_search(the_type("contacts"))
    assert found(bob, "acme other") == {"Ann Other"}


def test_a_company_of_very_many_is_followed_by_a_job(bob, monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 2)
    company, _contact = at_work(bob)
    for number in range(4):
        values = {"name": f"Person {number}", "company": str(company)}
        write(bob, "contacts", None, values)
    write(bob, "companies", company, {"name": "Globex"})
    Worker().run_due()
    assert len(found(bob, "globex")) == 6
    assert found(bob, "acme") == set()


def test_a_removed_contact_is_not_put_back_into_the_search_by_a_rename(bob):
    company, contact = at_work(bob)
    remove(bob, "contacts", contact)
    write(bob, "companies", company, {"name": "Globex"})
    Worker().run_due()
    assert found(bob, "globex") == {"Globex"}


def test_an_act_of_very_many_changes_has_the_tallies_counted_again_once(house, monkeypatch):
    monkeypatch.setattr(following, "MANY", 4)
    monkeypatch.setattr(following, "SOME", 2)
    for number in range(4):
        write(house.because("import", uuid7()), "companies", None, {"name": f"Few {number}"})
    Worker().run_due()
    assert waiting() == []
    many = house.because("import", uuid7())
    for number in range(4):
        write(many, "companies", None, {"name": f"Many {number}"})
    Worker().run_due()
    assert waiting() == ["tally companies"]


def waiting():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT unique_key FROM core_job WHERE state = 'ready'")
        return [row[0] for row in cursor.fetchall()]


def test_many_written_at_once_are_found_by_their_companys_name(bob):
    company = write(bob, "companies", None, {"name": "Acme"}).uid
    values = {"name": "Ann Other", "company": str(company)}
    write_many(bob, "contacts", [Wish(uuid7(), values), Wish(uuid7(), {"name": "Nobody's"})])
    assert found(bob, "acme") == {"Acme", "Ann Other"}


def test_a_companys_words_find_nothing_for_who_may_not_see_that_company(world):
    company = write(world.dan, "companies", None, {"name": "Acme"}).uid
    values = {"company": str(company), "owner": str(world.bob.member_uid)}
    for name in ("Ann Other", "Acme Fan"):
        saved = write(world.dan, "contacts", None, {"name": name, "company": str(company)})
        write(world.ann, "contacts", saved.uid, {**values, "department": sales(world)})
    assert found(world.ann, "acme") == {"Acme", "Ann Other", "Acme Fan"}
    assert found(world.bob, "acme") == {"Acme Fan"}
    assert found(world.bob, "other") == {"Ann Other"}


def sales(world):
    return str(find_one(world.ann, "members", world.bob.member_uid)["department"].uid)
