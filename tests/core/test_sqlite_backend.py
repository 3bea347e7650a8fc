"""Our SQLite: every commit synced, one writer at a time across threads and processes.

On files of its own, whatever database the run is about.
"""

import fcntl
import os
import select
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from sqlite3 import connect

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from kartotek.core.backends.sqlite import base
from kartotek.core.backends.sqlite.base import reading
from kartotek.core.backends.sqlite.lock import WriterLock

ROOT = Path(__file__).resolve().parent.parent.parent
AT_ONCE = 0.2  # seconds in which whoever does not wait is long through


@pytest.fixture
def file(tmp_path, monkeypatch, django_db_blocker):
    """The name of a database alias with two tables; the path of its file is in its settings."""
    facts = {"ENGINE": "kartotek.core.backends.sqlite", "NAME": tmp_path / "a.sqlite3"}
    monkeypatch.setitem(connections.databases, "file", {**connections.databases["default"],
                        "OPTIONS": {}, "CONN_HEALTH_CHECKS": False, **facts})  # fmt: skip
    with django_db_blocker.unblock():
        run("CREATE TABLE drawer (id INTEGER PRIMARY KEY)")
        run("CREATE TABLE card (number INTEGER, drawer REFERENCES drawer (id))")
        yield "file"
        connections["file"].close()
    del connections["file"]


def run(sql, *params):
    """One statement by the connection of this thread; its first row."""
    with connections["file"].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone() if cursor.description else None


def writing():
    return transaction.atomic(using="file")


def path():
    return str(connections["file"].settings_dict["NAME"])


def is_free():
    """May another take the right to write just now?"""
    handle = os.open(f"{path()}.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def counted():
    return run("SELECT count(*) FROM card")[0]


@contextmanager
def elsewhere(work):
    """Run `work` in a thread with a connection of its own; gives the event of its end."""
    done, errors = threading.Event(), []

    def body():
        try:
            work()
            done.set()
        except Exception as error:
            errors.append(error)
        finally:
            connections["file"].close()

    thread = threading.Thread(target=body)
    thread.start()
    yield done
    thread.join(10)
    assert (errors, thread.is_alive()) == ([], False)


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("temp_store", 2),
     ("cache_size", -16384), ("journal_size_limit", 67108864), ("busy_timeout", 20000),
     ("mmap_size", 0)],
)  # fmt: skip
def test_every_connection_keeps_the_promises_of_the_file(pragma, wanted, file):
    for _time in range(2):
        assert run(f"PRAGMA {pragma}") == (wanted,)
        connections[file].close()
        assert is_free()


def test_a_card_in_a_drawer_that_is_not_there_is_refused(file):
    with pytest.raises(IntegrityError):
        run("INSERT INTO card VALUES (1, 99)")
    assert counted() == 0
    assert is_free()


def test_the_outermost_atomic_holds_the_right_to_write_from_its_first_moment(file):
    with writing():
        assert not is_free()
        with closing(connect(path(), timeout=0)) as other, pytest.raises(Exception, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    assert is_free()


def test_an_inner_atomic_neither_takes_nor_gives_back(file):
    with writing():
        with writing():
            run("INSERT INTO card VALUES (1, NULL)")
        assert not is_free()
        with pytest.raises(ValueError), writing():
            raise ValueError
        assert not is_free()
    assert is_free()
    assert counted() == 1


class Stopped(BaseException):
    """Neither an error nor an end: like a KeyboardInterrupt."""


@pytest.mark.parametrize("error", [ValueError, Stopped])
def test_an_exception_gives_the_right_back_and_leaves_nothing(error, file):
    with pytest.raises(error), writing():
        run("INSERT INTO card VALUES (1, NULL)")
        raise error
    assert is_free()
    assert counted() == 0


def test_a_rollback_gives_the_right_back(file):
    with writing():
        run("INSERT INTO card VALUES (1, NULL)")
        transaction.set_rollback(True, using=file)
    assert is_free()
    assert counted() == 0


def test_a_commit_that_fails_gives_the_right_back(file):
    with pytest.raises(IntegrityError), writing():
        run("PRAGMA defer_foreign_keys = 1")
        run("INSERT INTO card VALUES (1, 99)")
    assert is_free()
    assert counted() == 0


def test_the_right_is_back_before_the_hooks_of_a_commit_run(file):
    found = []

    def hook():
        found.append(is_free())
        with writing():
            found.append(is_free())

    with writing():
        transaction.on_commit(hook, using=file)
    assert found == [True, False]
    assert is_free()


def test_a_begin_that_fails_gives_the_right_back(file):
    connections[file].close()
    connections.databases[file]["OPTIONS"] = {"timeout": 0.01}
    del connections[file]
    with closing(connect(path())) as stranger:  # one that knows nothing of our lock
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError), writing():
            pass
        assert is_free()
    with writing():
        run("INSERT INTO card VALUES (1, NULL)")
    assert counted() == 1


@pytest.mark.parametrize(
    ("sql", "free"),
    [("INSERT INTO card SELECT is_free(), NULL", 0), ("UPDATE card SET number = is_free()", 0),
     ("SELECT is_free()", 1), ("  select is_free()", 1)],
)  # fmt: skip
def test_a_statement_outside_a_transaction_writes_alone_and_reads_freely(sql, free, file):
    run("INSERT INTO card VALUES (7, NULL)")
    found = []
    connections[file].connection.create_function("is_free", 0, lambda: found.append(is_free()) or 1)
    run(sql)
    assert found == [bool(free)]
    assert is_free()


def test_many_rows_outside_a_transaction_are_written_alone_too(file):
    found = []
    connections[file].ensure_connection()
    connections[file].connection.create_function("is_free", 0, lambda: found.append(is_free()) or 1)
    with connections[file].cursor() as cursor:
        cursor.executemany("INSERT INTO card VALUES (is_free() + %s, NULL)", [(1,), (2,)])
    assert found == [False, False]
    assert is_free() and counted() == 2


def test_a_reader_takes_no_lock_and_sees_one_moment(file, monkeypatch):
    monkeypatch.setattr(base, "connection", connections[file])
    with reading(), writing():
        assert counted() == 0
        assert is_free()
        with elsewhere(lambda: run("INSERT INTO card VALUES (1, NULL)")) as done:
            assert done.wait(10)
        assert counted() == 0
    assert counted() == 1


def test_a_reader_does_not_wait_for_a_writer(file):
    is_written, has_looked, seen = threading.Event(), threading.Event(), []

    def look():
        assert is_written.wait(10)
        with connections[file].as_reader(), writing():
            seen.append(counted())
        has_looked.set()

    with elsewhere(look), writing():
        run("INSERT INTO card VALUES (1, NULL)")
        is_written.set()
        assert has_looked.wait(10)
    assert (seen, counted()) == ([0], 1)


def test_after_reading_the_next_transaction_writes_again_whatever_happened(file, monkeypatch):
    monkeypatch.setattr(base, "connection", connections[file])
    with pytest.raises(ValueError), reading():
        raise ValueError
    with reading(), reading():
        pass
    with writing():
        assert not is_free()


def test_reading_is_nothing_special_where_every_transaction_is_a_snapshot(monkeypatch):
    monkeypatch.setattr(base, "connection", object())
    with reading():
        pass


WRITER = """
import sys
from kartotek.core.backends.sqlite.lock import WriterLock
lock = WriterLock(sys.argv[1])
print("at the door", flush=True)
lock.take()
print("inside", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process():
    """A process that asks for the right to write, tells when it has it, and keeps it."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, path()],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    try:
        assert says(child) == b"at the door\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def says(child, seconds=10.0):
    """The next line of a process, or nothing where none comes in time."""
    return child.stdout.readline() if select.select([child.stdout], [], [], seconds)[0] else b""


def test_another_process_waits_and_then_gets_it(file):
    with ExitStack() as stack:
        with writing():
            child = stack.enter_context(another_process())
            assert says(child, AT_ONCE) == b""
        assert says(child) == b"inside\n"


def test_a_process_that_dies_leaves_the_right_to_others(file):
    with another_process() as child:
        assert says(child) == b"inside\n"
        assert not is_free()
    with writing():
        run("INSERT INTO card VALUES (1, NULL)")
    assert counted() == 1


def test_no_two_threads_ever_write_at_once(file):
    run("INSERT INTO card VALUES (0, NULL)")
    inside, most = [], []

    def add():
        for _time in range(8):
            with writing():
                inside.append(1)
                number = run("SELECT number FROM card")[0]
                most.append(len(inside))
                run("UPDATE card SET number = %s", number + 1)
                inside.pop()

    with elsewhere(add), elsewhere(add), elsewhere(add), elsewhere(add):
        pass
    assert set(most) == {1}
    assert run("SELECT number FROM card") == (32,)


def test_closing_waits_for_the_writer(file):
    """The last to close writes the log back into the file, and that is writing, too."""
    held, begun = threading.Event(), threading.Event()

    def leave():
        assert counted() == 0
        assert held.wait(10)
        begun.set()
        connections[file].close()

    with elsewhere(leave) as done:
        with writing():
            run("INSERT INTO card VALUES (1, NULL)")
            held.set()
            assert begun.wait(10)
            closed_early = done.wait(AT_ONCE)
        assert done.wait(10)
    assert not closed_early
    assert counted() == 1


def test_closing_in_the_midst_of_a_write_gives_the_right_back_and_leaves_nothing(file):
    with writing():
        run("INSERT INTO card VALUES (1, NULL)")
        connections[file].close()
        assert is_free()
    assert is_free()
    assert counted() == 0


def test_the_right_is_given_back_as_often_as_it_was_taken_and_no_oftener(tmp_path):
    lock, other = WriterLock(str(tmp_path / "a")), WriterLock(str(tmp_path / "a"))
    lock.give_back()
    lock.take()
    lock.take()
    lock.give_back()
    assert lock.is_held
    lock.close()
    assert not lock.is_held
    other.take()
    lock.close()
    assert other.is_held
    other.close()


def test_the_lock_lies_beside_the_database_and_only_its_owner_opens_it(tmp_path):
    lock = WriterLock(str(tmp_path / "a.sqlite3"))
    lock.take()
    assert (tmp_path / "a.sqlite3.lock").stat().st_mode & 0o777 == 0o600
    lock.close()
