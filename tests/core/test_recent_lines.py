"""The last lines of the log in memory: what the log tells, each line read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartotek.core import live, log, recent_lines
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
LIMIT = 502


def people(actor, count):
    return [write(actor, "contacts", None, {"name": f"P {n}"}).uid for n in range(count)]


def test_it_tells_what_the_log_tells(ann):
    uids = people(ann, 5)
    begun = log.newest() - 3
    for number in range(3):
        write(ann, "contacts", uids[number], {"job_title": "Guide"})
        for position in (begun, begun + 2, log.newest()):
            told = recent_lines.glance(position, log.newest(), LIMIT, ["contacts"])
            assert told == log.glance(position, LIMIT, ["contacts"])


def test_who_asks_second_reads_nothing_again(ann, bob):
    mark = live.now()
    people(ann, 3)
    newest = log.newest()
    watched = live.watch_of(["contacts"])
    live.since(ann, mark, watched, newest)
    with CaptureQueriesContext(connection) as captured:
        live.since(ann, mark, watched, newest)
    assert len(captured) == 0
    live.since(bob, mark, watched, newest)
    with CaptureQueriesContext(connection) as captured:
        live.since(bob, mark, watched, newest)
    assert not any("core_change" in one["sql"] for one in captured)


def test_more_than_is_worth_keeping_is_read_from_the_log(ann, monkeypatch):
    monkeypatch.setattr(recent_lines, "MOST", 4)
    begun = log.newest()
    people(ann, 9)
    told = recent_lines.glance(begun, log.newest(), LIMIT, ["contacts"])
    assert told == log.glance(begun, LIMIT, ["contacts"])
    people(ann, 1)
    late = log.newest() - 1
    told = recent_lines.glance(late, log.newest(), LIMIT, ["contacts"])
    assert told == log.glance(late, LIMIT, ["contacts"])


def test_data_that_were_put_back_are_read_anew(ann):
    people(ann, 5)
    recent_lines.glance(1, log.newest(), LIMIT, ["contacts"])
    with connection.cursor() as cursor:  # as after a restore of an older copy
        cursor.execute("DELETE FROM core_change WHERE position > %s", [log.newest() - 3])
    newest = log.newest()
    told = recent_lines.glance(1, newest, LIMIT, ["contacts"])
    assert told == log.glance(1, LIMIT, ["contacts"])
    assert told[-1].position == newest


def test_where_a_record_stands_is_asked_anew_after_its_next_change(ann, bob, world):
    (uid,) = people(bob, 1)
    watched = live.watch_of(["contacts"])
    mark = live.now()
    write(ann, "contacts", uid, {"job_title": "Guide"})
    assert live.since(bob, mark, watched, log.newest()).types == {"contacts"}
    mark = live.now()
    write(ann, "contacts", uid, {"owner": world.dan.member_uid})
    assert live.since(bob, mark, watched, log.newest()).types == {"contacts"}
    mark = live.now()
    write(ann, "contacts", uid, {"job_title": "Chef"})
    assert live.since(world.dan, mark, watched, log.newest()).types == {"contacts"}
