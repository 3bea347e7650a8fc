"""A ZIP of several files: recognised, imported in the order of their links, undone; kept files."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.db import connection

from kartotek.core import drafts, files, jobs, worker
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.worker import Worker
from kartotek.interfaces.files.importing import Importing
from tests.everything import everything
from tests.interfaces.web.bringing import bring, text_of
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

ACCOUNTS = "Id,Name,BillingCity,Phone\n0010000000000A1,Fjord AS,Oslo,+4722000000\n"
PEOPLE = (
    "Id,AccountId,FirstName,LastName,Email\n0030000000000A1,0010000000000A1,Ola,N,o@b.example\n"
)
SALES = "Id,AccountId,Name,StageName,CloseDate,Probability\n1,2,Big,Won,2026-01-02,90\n"
FILES = {"Contact.csv": PEOPLE, "Account.csv": ACCOUNTS, "Opportunity.csv": SALES,
         "readme.pdf": "%PDF-1.4", "none.csv": "Name\n"}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(jobs, "RECURRING", {})


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def zipped(members):
    data = BytesIO()
    with ZipFile(data, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return data.getvalue()


@pytest.fixture
def address(browser):
    return unpacked(browser, FILES)


def unpacked(browser, members):
    """The address of an archive that the worker has unpacked, or refused."""
    found = bring(browser, zipped(members), "WE_0001.zip")
    Worker().run_due()
    return found


def pressed(browser, address, what):
    assert browser.post(f"{address}/{what}").status_code == 302
    Worker().run_due()
    return text_of(browser, address)


def test_each_file_is_recognised_and_what_others_link_to_comes_first(browser, address):
    text = text_of(browser, address)
    names = re.findall(r'class="import-name"[^>]*>([^<]*)<', text)
    assert names == ["Account.csv", "Contact.csv", "Opportunity.csv"]
    assert "Salesforce Opportunity" in text and "Kept for later" in text
    assert "readme.pdf" in text and "none.csv" in text and "has a header and no rows" in text


def test_two_presses_import_all_of_it_with_links_and_one_takes_it_back(browser, address, ann):
    assert "Import 2 rows" in pressed(browser, address, "check")
    pressed(browser, address, "run")
    row = find(ann, "contacts", Question(columns=("company",))).rows[0]
    assert row["company"].title == "Fjord AS"
    told = text_of(browser, address)
    assert told.count("state-done") == 2 and "Undo all of it" in told
    browser.post(f"{address}/undo")
    assert (len(find(ann, "contacts")), len(find(ann, "companies"))) == (0, 0)
    assert text_of(browser, address).count("Taken back") == 2


def test_a_file_whose_columns_were_chosen_stays_one_of_the_archive(browser, address, ann):
    first = next(one for one in drafts.recent(ann, 9) if one.name == "Contact.csv")
    sent = {"type": "contacts", "match": "fill", "make-offered": "1", "column-4": ""}
    browser.post(f"/import/{first.uid}/check", sent)
    pressed(browser, address, "check")
    pressed(browser, address, "run")
    assert text_of(browser, address).count("state-done") == 2
    assert "All files of the archive" in text_of(browser, f"/import/{first.uid}")


def test_each_file_has_its_own_receipt_and_its_own_undo(browser, address, ann):
    pressed(browser, address, "check")
    pressed(browser, address, "run")
    second = next(one for one in drafts.recent(ann, 9) if one.name == "Contact.csv")
    page = text_of(browser, f"/import/{second.uid}")
    assert "Imported: Contact.csv" in page and "All files of the archive" in page
    browser.post(f"/import/{second.uid}/undo", **PIECE)
    assert (len(find(ann, "contacts")), len(find(ann, "companies"))) == (0, 1)


def test_the_archive_stands_once_in_the_list_with_what_is_kept(browser, address):
    text = text_of(browser, "/import")
    assert "WE_0001.zip" in text and "Account.csv" not in text
    assert "Kept for later: 1 file, 1 row. Kartotek cannot hold these yet: Salesforce Opp" in text


def test_a_file_whose_rows_no_type_holds_is_kept_and_offered_again(browser, ann, monkeypatch):
    address = bring(browser, SALES, "Opportunity.csv")
    text = text_of(browser, address)
    assert "Kept for later: 1 row. Kartotek cannot hold a Salesforce Opportunity yet" in text
    monkeypatch.setattr(drafts, "FILE_KEPT", drafts.FILE_KEPT * 0)
    drafts.let_go_of_old()
    assert drafts.recent(ann, 1)[0].file is not None
    held = {"salesforce": dict.fromkeys(["StageName", "CloseDate", "Probability"], "tags")}
    monkeypatch.setattr(RECORD_TYPES["companies"], "imports", held, raising=False)
    assert "Say what its rows are" in text_of(browser, address)


def test_who_kept_a_file_can_let_it_go(browser, world, ann):
    address = bring(browser, SALES, "Opportunity.csv")
    assert signed_in(world.bob).post(f"{address}/let-go").status_code == 404
    browser.post(f"{address}/let-go")
    assert "You let go of the file." in text_of(browser, address)
    assert drafts.recent(ann, 1)[0].file is None
    assert browser.post(f"{address}/let-go").status_code == 422


def stored():
    """How many files are kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_storedfile")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("members", [{"a.pdf": "%PDF"}, {"none.csv": "Name\n"}])
def test_an_archive_without_a_table_says_so_and_keeps_no_file(browser, ann, members):
    told = text_of(browser, unpacked(browser, members))
    assert "Not imported: WE_0001.zip" in told and "holds no table that can be read" in told
    assert "Bring another file" in told and ">Try again<" not in told
    assert (stored(), drafts.recent(ann, 9)[0].file) == (0, None)


def test_a_damaged_file_inside_leaves_nothing_of_the_others(browser, ann):
    damaged = zipped(FILES).replace(b"Fjord AS", b"Fjord XX", 1)
    address = bring(browser, damaged, "x.zip")
    Worker().run_due()
    assert "Not imported: x.zip" in text_of(browser, address)
    assert (stored(), len(drafts.recent(ann, 9))) == (0, 1)


def many(count):
    return zipped({f"{n}.csv": "Name\nOla\n" for n in range(count)})


def bomb():
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"0" * 30_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zipped({}), "x.zip"),
        (zipped(FILES)[:300], "x.zip"),
        (bomb(), "unpacks to far more than a table needs"),
        (many(301), "holds more than 300 files"),
    ],
    ids=["empty", "cut", "bomb", "many"],
)
def test_what_the_list_of_files_gives_away_is_refused_at_once(browser, data, says):
    browser.get("/keys")
    before, file = everything(), BytesIO(data)
    file.name = "x.zip"
    answer = browser.post("/import", {"file": file})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert everything() == before


def test_the_page_tells_how_many_files_are_unpacked(browser, monkeypatch):
    seen, keep = [], files.keep
    address = bring(browser, zipped(FILES), "WE_0001.zip")
    waiting = text_of(browser, address)
    assert "Unpacking WE_0001.zip" in waiting and "It takes a moment." in waiting

    def kept(*told):
        seen.append(text_of(browser, address))
        return keep(*told)

    monkeypatch.setattr(files, "keep", kept)
    Worker().run_due()
    assert "1 of 5 files" in seen[1] and '<progress class="import-bar"' in seen[1]
    assert "Archive" in text_of(browser, "/import")


@pytest.fixture
def cuts(monkeypatch):
    """How often the machine goes down over the second file that is kept."""
    monkeypatch.setattr(worker, "FIRST_WAIT", worker.FIRST_WAIT * 0)
    keep, left, did = files.keep, [1], []

    def kept(actor, path, name, *rest):
        if len(did) == 1 and left[0]:
            left[0] -= 1
            raise RuntimeError("The machine went down.")
        did.append(name)
        return keep(actor, path, name, *rest)

    monkeypatch.setattr(files, "keep", kept)
    return left


def test_an_archive_cut_off_while_it_is_unpacked_goes_on_with_the_next_file(browser, ann, cuts):
    told = text_of(browser, unpacked(browser, FILES))
    assert (told.count("import-name"), cuts) == (3, [0])
    assert stored() == 4  # the archive, and each table once


def test_an_archive_whose_job_gave_up_is_unpacked_again(browser, cuts, monkeypatch):
    cuts[0] = 2
    monkeypatch.setattr(drafts, "MOST_ATTEMPTS", 1)
    address = unpacked(browser, FILES)
    told = text_of(browser, address)
    assert "fault of ours" in told and "Try again" in told and "Change the columns" not in told
    cuts[0] = 0
    told = pressed(browser, address, "check")
    assert told.count("import-name") == 3


def test_a_file_that_is_refused_stops_the_rest_of_the_archive(browser, address, ann):
    pressed(browser, address, "check")
    first = next(one for one in drafts.recent(ann, 9) if one.name == "Account.csv")
    browser.post(f"{address}/run")
    files.forget(ann, first.file)
    Worker().run_due()
    text = text_of(browser, address)
    assert "Not imported" in text and len(find(ann, "contacts")) == 0
    assert "See what would come of all of it" in text


def test_an_archive_cut_off_in_its_second_file_goes_on_without_doubling(
    browser, address, ann, monkeypatch
):
    pressed(browser, address, "check")
    monkeypatch.setattr(worker, "FIRST_WAIT", worker.FIRST_WAIT * 0)
    whole, cuts = Importing.step, []

    def step(work):
        if work.receipt.type == "contacts" and len(cuts) < 2:
            cuts.append(work.done)
            raise RuntimeError("The machine went down.")
        return whole(work)

    monkeypatch.setattr(Importing, "step", step)
    pressed(browser, address, "run")
    assert len(cuts) == 2
    assert (len(find(ann, "contacts")), len(find(ann, "companies"))) == (1, 1)
    assert text_of(browser, address).count("state-done") == 2
