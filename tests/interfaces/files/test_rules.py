"""What an import does to records that are here already: fill, overwrite, skip, create."""

import pytest

from kartotek.core.errors import ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import Plan, import_file

pytestmark = pytest.mark.django_db
TEXT = "name,emails,job_title,given_name\nOla,ola@example.com,Boss,Ola\n"
THEIRS = "Id,LastName,FirstName,Title,Email\n003A0,Nordmann,Ola,Boss,ola@example.com\n"


@pytest.fixture
def bring(tmp_path, ann):
    def run(text, match="", matches=None, **options):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        decisions = Decisions(match=match, matches=matches or {})
        return import_file(ann, path, Plan("contacts", decisions=decisions, **options))

    return run


@pytest.fixture
def ola(ann):
    values = {"name": "Ola", "emails": "ola@example.com", "job_title": "Buyer"}
    return write(ann, "contacts", None, values).uid


def values_of(ann, uid):
    row = find_one(ann, "contacts", uid)
    return row["job_title"], row["given_name"]


def test_a_match_by_mail_and_name_fills_what_is_empty_and_leaves_the_rest(bring, ann, ola):
    receipt = bring(TEXT)
    assert values_of(ann, ola) == ("Buyer", "Ola")
    assert receipt.updated == 1 and receipt.adds_up
    column = receipt.columns[2]
    assert (column.taken, dict(column.reasons)) == (0, {"Left as it was.": 1})


def test_a_match_by_an_id_of_its_system_overwrites(bring, ann):
    bring(THEIRS)
    bring(THEIRS.replace("Boss", "Chair"))
    (row,) = find(ann, "contacts").rows
    assert values_of(ann, row.uid)[0] == "Chair"


@pytest.mark.parametrize(("match", "found"), [
    ("fill", ("Buyer", "Ola")), ("overwrite", ("Boss", "Ola")), ("skip", ("Buyer", "")),
])  # fmt: skip
def test_the_whole_file_follows_one_rule(bring, ann, ola, match, found):
    receipt = bring(TEXT, match)
    assert values_of(ann, ola) == found
    assert receipt.adds_up and len(find(ann, "contacts")) == 1
    assert receipt.unchanged == (match == "skip")


def test_create_makes_another_record_without_the_id_of_the_first(bring, ann):
    bring(THEIRS)
    receipt = bring(THEIRS, "create")
    assert receipt.created == 1 and len(find(ann, "contacts")) == 2
    assert dict(receipt.columns[0].reasons) == {"Another record has this id.": 1}
    assert bring(THEIRS).unchanged == 1


def test_a_column_has_its_own_rule(bring, ann, ola):
    receipt = bring(TEXT, "skip", {"job_title": "overwrite"})
    assert values_of(ann, ola) == ("Boss", "")
    assert dict(receipt.columns[3].reasons) == {"Left as it was.": 1}
    undo(ann, receipt.batch)
    bring(TEXT, "overwrite", {2: "skip"})
    assert values_of(ann, ola) == ("Buyer", "Ola")


def test_lists_gain_what_they_lack_unless_they_are_left_as_they_are(bring, ann, ola):
    more = TEXT.replace("ola@example.com,", "ola@example.com;o@example.com,")
    bring(more, "fill", {1: "skip"})
    assert len(find_one(ann, "contacts", ola)["emails"]) == 1
    bring(more, "fill")
    assert len(find_one(ann, "contacts", ola)["emails"]) == 2


@pytest.mark.parametrize(("match", "found", "count"), [
    ("", ("Boss", ""), 1), ("fill", ("Buyer", ""), 1), ("skip", ("Buyer", ""), 1),
    ("create", ("Buyer", ""), 2),
])  # fmt: skip
def test_a_row_with_a_uid_follows_the_rule_too(bring, ann, ola, match, found, count):
    write(ann, "contacts", ola, {"given_name": ""})
    receipt = bring(f"uid,name,job_title,given_name\n{ola},Ola,Boss,\n", match)
    assert values_of(ann, ola) == found
    assert len(find(ann, "contacts")) == count and receipt.adds_up


def test_filling_empties_nothing_with_an_empty_cell(bring, ann, ola):
    bring(f"uid,name,job_title\n{ola},Ola,\n", "fill")
    assert values_of(ann, ola)[0] == "Buyer"
    bring(f"uid,name,job_title\n{ola},Ola,\n")
    assert values_of(ann, ola)[0] == ""


def test_a_link_that_waits_for_the_end_follows_the_rule(bring, ann, ola):
    boss = write(ann, "contacts", None, {"name": "Chief"}).uid
    write(ann, "contacts", ola, {"reports_to": boss})
    text = "name,emails,reports_to\nOla,ola@example.com,Kari\nKari,kari@example.com,\n"
    receipt = bring(text)
    assert find_one(ann, "contacts", ola)["reports_to"].uid == boss and receipt.adds_up
    bring(text, "overwrite")
    assert find_one(ann, "contacts", ola)["reports_to"].title == "Kari"


def test_a_record_deleted_there_stays_here_where_matches_are_skipped(bring, ann):
    bring(THEIRS)
    gone = THEIRS.replace("Email\n", "Email,IsDeleted\n").rstrip() + ",1\n"
    receipt = bring(gone, "skip")
    assert receipt.trashed == 0 and len(find(ann, "contacts")) == 1


def test_a_trial_tells_the_same_as_the_import(bring, ola):
    trial = bring(TEXT, "skip", dry_run=True)
    assert (trial.updated, trial.unchanged, trial.adds_up) == (0, 1, True)


def test_a_rule_that_is_none_is_refused_before_anything_is_written(bring, ann):
    with pytest.raises(ValidationError, match="fill, overwrite, skip, create"):
        bring(TEXT, "replace")
    with pytest.raises(ValidationError, match="one column"):
        bring(TEXT, "", {1: "create"})
    assert len(find(ann, "contacts")) == 0
