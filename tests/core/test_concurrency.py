"""Many writers at once, on real databases: nothing lost, nothing locked, the log in order."""

import threading

import pytest
from django.db import connection

from kartotek.core import log
from kartotek.core.actor import system
from kartotek.core.context import Context
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Question
from kartotek.core.write import write

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, WRITES = 8, 50


def together(works):
    """Run each in a thread with a connection of its own; the errors they ended with."""
    errors, barrier = [], threading.Barrier(len(works))

    def run(work):
        try:
            barrier.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_two_people_who_change_two_fields_at_once_keep_both():
    house = system("test")
    uid = write(house, "contacts", None, {"name": "Shared"}).uid

    def change(field):
        return lambda: write(house, "contacts", uid, {field: f"by {field}"}, version=1)

    assert together([change("job_title"), change("source")]) == []
    row = find_one(house, "contacts", uid)
    assert (row["job_title"], row["source"], row.version) == ("by job_title", "by source", 3)


def test_two_people_who_each_add_a_phone_at_once_keep_both():
    house = system("test")
    uid = write(house, "contacts", None, {"name": "Shared", "phones": "+47 22 00 00 01"}).uid
    base = find_one(house, "contacts", uid)["phones"]

    def add(number):
        phones = [*base, {"text": number}]
        return lambda: write(house, "contacts", uid, {"phones": phones}, version=1)

    assert together([add("+47 22 00 00 02"), add("+47 22 00 00 03")]) == []
    kept = {item["text"][-2:] for item in find_one(house, "contacts", uid)["phones"]}
    assert kept == {"01", "02", "03"}


def test_eight_writers_wait_for_each_other_and_a_reader_of_the_log_misses_nothing():
    house = system("test")
    shared = write(house, "companies", None, {"name": "Everybody's"}).uid
    done, seen = threading.Event(), []

    def writer(place):
        def work():
            for number in range(WRITES):
                if number % 5:
                    write(house, "companies", None, {"name": f"Firm {place} {number}"})
                else:
                    write(
                        house,
                        "companies",
                        shared,
                        {f"{FIELDS[place]}": f"{place}-{number}.example.com"},
                    )

        return work

    def poll():
        while not done.is_set():
            read()

    def read():
        seen.extend(one.position for one in log.after(seen[-1] if seen else 0, 500))

    reader = threading.Thread(target=lambda: (poll(), connection.close()))
    reader.start()
    errors = together([writer(place) for place in range(WRITERS)])
    done.set()
    reader.join()
    read()
    assert errors == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM core_change ORDER BY position")
        assert seen == [row[0] for row in cursor.fetchall()]
    assert len(seen) == 1 + WRITERS * WRITES
    row = find_one(house, "companies", shared)
    assert row.version == len(history(house, "companies", shared, Context(), limit=500)) == 81


FIELDS = ("source", "registration_number", "tax_number", "remember", "website", "name", "source",
          "tax_number")  # fmt: skip


def test_one_idempotency_key_sent_by_eight_at_once_writes_once():
    house = system("test")
    works = [lambda: write(house, "companies", None, {"name": "Once"}, key="the-key")] * WRITERS
    assert together(works) == []
    assert [row.title for row in find(house, "companies", Question())] == ["Once"]
    assert log.newest() == 1 or len(list(log.after(0, 10))) == 1
