"""Rows made ready in a second process: the same records, the same receipt, whatever happens."""

import os
import signal

import pytest

from kartotek.core import log
from kartotek.core.ahead import Ahead, may_fork
from kartotek.core.fieldtypes import Ref
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from kartotek.interfaces.files import importing, pace
from kartotek.interfaces.files.importing import Importing, Plan, import_file
from tests.emptying import empty
from tests.world import make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="processes are not forked here"),
]
HEADER = "Name,E-mail,Phone,Job title,Reports to,Owner,Contact ID\n"


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 4)
    monkeypatch.setattr(pace, "MOST", 1)
    monkeypatch.setattr(pace, "LEAST", 4)


def rows_of_all_sorts():
    """Rows that mean each other over the borders of chunks, that fail, and that change what is
    here."""
    rows = [f"P {n},p{n}@example.com,22 00 00 {n:02},,,," for n in range(12)]
    rows += ["P 11,p11@example.com,55 00 00 11,Boss,,,", "P 10,,22 00 00 10,Clerk,,,"]  # the same
    rows += ["Q,no mail,,,,,", ",,,,,,", "Old Friend,old@example.com,,Captain,,,"]
    rows += ["Old Friend,old@example.com,99 88 77 66,,,,", "Q,q@example.com,,,Late Comer,,"]
    rows += ["R,r@example.com,,,P 1,,", "R,,,,,,", "S,s@example.com,,,,new@example.com,"]
    rows += [f"T {n},t{n}@example.com,,,,new@example.com," for n in range(6)]
    rows += ["Late Comer,late@example.com,,,,,", "Late Comer,late@example.com,,Guest,,,"]
    rows += [f"U {n},,,,S,," for n in range(5)] + ["U 4,,,,S,,", "S,s@example.com,,Chief,,,"]
    return HEADER + "\n".join(rows) + "\n"


def brought(tmp_path, monkeypatch, *, ahead):
    """What an import of all sorts leaves, and its receipt."""
    empty()
    ann = make_world().ann
    write(ann, "contacts", None, {"name": "Old Friend", "emails": "old@example.com"})
    path = tmp_path / "people.csv"
    path.write_text(rows_of_all_sorts(), encoding="utf-8")
    taken = []
    monkeypatch.setattr(importing, "may_fork", lambda: ahead)
    monkeypatch.setattr(
        Importing, "_take", lambda work, piece, do=Importing._take: taken.append(do(work, piece))
    )
    receipt = import_file(ann, path, Plan("contacts"))
    told = {key: value for key, value in receipt.plain().items() if key != "batch"}
    columns = ("name", "emails", "phones", "job_title", "reports_to", "owner", "external_ids")
    found = find(ann, "contacts", Question(columns=columns, sort="name", size=200))
    plain = [[_plain(row[name]) for name in columns] + [row.version] for row in found]
    failed = (tmp_path / "people.csv.failed.csv").read_text(encoding="utf-8")
    verbs = log.verbs_of_batch(receipt.batch, "contacts")
    return bool(taken), (told, sorted(plain, key=str), failed, verbs)


def _plain(value):
    if isinstance(value, tuple):
        return [{key: one[key] for key in one if key != "id"} for one in value]
    return value.title if isinstance(value, Ref) else value


def test_two_processes_leave_what_one_leaves(tmp_path, monkeypatch):
    was_ahead, alone = brought(tmp_path, monkeypatch, ahead=False)
    assert not was_ahead
    was_ahead, together = brought(tmp_path, monkeypatch, ahead=True)
    assert was_ahead
    assert together == alone


def people(tmp_path, count):
    path = tmp_path / "people.csv"
    rows = "".join(f"P {n},p{n}@example.com\n" for n in range(count))
    path.write_text(f"name,emails\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def work(world, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "may_fork", lambda: True)
    found = Importing(world.ann, people(tmp_path, 40), Plan("contacts"))
    yield found
    found.close()


def to_the_end(work):
    while work.step():
        pass
    return work.receipt


def test_when_the_second_process_dies_the_first_goes_on_alone(work, world):
    work.step()
    work.step()
    os.kill(work._ahead._pid, signal.SIGKILL)
    receipt = to_the_end(work)
    assert (receipt.created, receipt.adds_up) == (40, True)
    assert find(world.ann, "contacts", Question(count=True)).count == 40


def test_what_somebody_changed_meanwhile_is_not_overwritten(world, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "may_fork", lambda: True)
    uid = write(world.ann, "contacts", None, {"name": "P 1", "emails": "p1@example.com"}).uid
    path = people(tmp_path, 40)
    path.write_text(
        path.read_text(encoding="utf-8").replace("emails", "emails,job_title")
        .replace("p1@example.com", "p1@example.com,Boss"), encoding="utf-8",
    )  # fmt: skip
    work = Importing(world.ann, path, Plan("contacts"))
    work.ready()
    write(world.ann, "contacts", uid, {"job_title": "Owner", "phones": "22 00 00 00"})
    receipt = to_the_end(work)
    (row,) = find(world.ann, "contacts", Question(uids=(uid,), columns=("job_title", "phones")))
    assert (row["job_title"], row["phones"][0]["text"]) == ("Owner", "22 00 00 00")
    assert (receipt.created, receipt.unchanged) == (39, 1)


def test_the_second_process_ends_with_the_import(work):
    work.step()
    pid = work._ahead._pid
    to_the_end(work)
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)


def test_it_ends_by_itself_where_the_first_one_is_gone():
    endless = Ahead(lambda _gate: iter(int, 1), 1)
    assert endless.take() == 0
    os.close(endless._tell)
    pid, _status = os.waitpid(endless._pid, 0)
    assert pid == endless._pid
    for one in (*endless._slots, endless._sizes):
        os.close(one)


def test_what_goes_wrong_in_it_ends_it_and_not_the_first_one():
    def broken(_gate):
        yield "one"
        raise RuntimeError

    child = Ahead(broken, 1)
    assert (child.take(), child.take()) == ("one", None)
    child.close()


@pytest.mark.django_db(transaction=False)
def test_inside_of_a_transaction_there_is_one_process(ann):
    assert not may_fork()
