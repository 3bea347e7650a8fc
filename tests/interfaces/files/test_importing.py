"""Import: every row and every value accounted for, nothing done twice, all of it undone at once."""

import orjson
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartotek.core import receipts
from kartotek.core.actor import system
from kartotek.core.dialect import dialect
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.reading import as_uuid
from kartotek.core.record_lock import lock, today
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.core.settling_in import settle_in
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.interfaces.files import importing
from kartotek.interfaces.files.exporting import export_file
from kartotek.interfaces.files.importing import Importing, Plan, import_file
from kartotek.interfaces.files.reading import FileRow
from tests.contract.samples import part_sample, sample

pytestmark = pytest.mark.django_db
PEOPLE = (
    "name,given_name,phones,emails\n"
    "Ola N,Ola,22 33 44 55;99 88 77 66,ola@example.com\n"
    "Kari,Kari,,\n"
)


@pytest.fixture
def bring(tmp_path, ann):
    def run(text, type_key="", actor=ann, **options):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return import_file(actor, path, Plan(type_key, **options))

    return run


def figures(receipt):
    return (receipt.rows, receipt.created, receipt.updated, receipt.unchanged, receipt.skipped,
            receipt.failed)  # fmt: skip


def accounts(receipt):
    return {one.column.header: (one.values, one.taken, one.changed, one.left_out, one.failed)
            for one in receipt.columns}  # fmt: skip


def test_a_file_becomes_records_of_the_type_its_columns_speak_for(bring, ann):
    receipt = bring(PEOPLE)
    assert (receipt.type, figures(receipt)) == ("contacts", (2, 2, 0, 0, 0, 0))
    row = find(ann, "contacts", Question(words="ola", columns=("phones",))).rows[0]
    assert [item["text"] for item in row["phones"]] == ["22 33 44 55", "99 88 77 66"]


def test_the_same_file_twice_changes_nothing(bring):
    bring(PEOPLE)
    assert figures(bring(PEOPLE)) == (2, 0, 0, 2, 0, 0)


def test_a_row_twice_in_one_file_is_made_once(bring, ann):
    receipt = bring(PEOPLE + PEOPLE.split("\n", 1)[1])
    assert figures(receipt) == (4, 2, 0, 2, 0, 0)
    assert len(find(ann, "contacts")) == 2


def test_a_match_by_mail_and_name_adds_and_takes_nothing_out(bring, ann):
    bring(PEOPLE)
    receipt = bring("name,phones,emails,given_name\nOla N,11 22 33 44,OLA@example.com,\n")
    assert figures(receipt) == (1, 0, 1, 0, 0, 0)
    row = find(ann, "contacts", Question(words="ola", columns=("phones", "given_name"))).rows[0]
    assert [item["text"] for item in row["phones"]] == ["22 33 44 55", "99 88 77 66", "11 22 33 44"]
    assert row["given_name"] == "Ola"


def test_the_same_mail_under_another_name_is_another_record(bring, ann):
    bring(PEOPLE)
    assert bring("name,emails,given_name\nPer,ola@example.com,Per\n").created == 1


def test_with_a_uid_an_empty_cell_empties_the_field(bring, ann):
    uid = write(ann, "contacts", None, {"name": "Ola", "given_name": "O", "tags": "a"}).uid
    assert bring(f"uid,name,given_name,job_title\n{uid},Ola,,Buyer\n").updated == 1
    row = find_one(ann, "contacts", uid)
    assert (row["given_name"], row["job_title"], row["tags"]) == ("", "Buyer", ("a",))


def test_columns_are_known_by_name_and_label_whatever_their_case(bring):
    receipt = bring("NAME,First name,E-MAIL,Phone\nOla,O,o@example.com,1\n", "contacts")
    assert [one.column.field for one in receipt.columns] == [
        "name", "given_name", "emails", "phones"]  # fmt: skip


def test_every_value_is_accounted_for(bring, ann):
    write(ann, "companies", None, {"name": "Fjord"})
    write(ann, "companies", None, {"name": "Twin"})
    write(ann, "companies", None, {"name": "Twin"})
    receipt = bring(
        "name,company,lifecycle,shoe size,given_name\n"
        "A,Fjord,lead,42,\nB,Twin,LEAD,,\nC,Unknown,,43,\nD,Fjord,nonsense,44,\n"
    )
    assert figures(receipt) == (4, 3, 0, 0, 0, 1)
    assert accounts(receipt) == {
        "name": (4, 3, 0, 0, 1),
        "company": (4, 1, 0, 2, 1),
        "lifecycle": (3, 1, 1, 0, 1),
        "shoe size": (3, 0, 0, 2, 1),
        "given_name": (0, 0, 0, 0, 0),
    }
    assert receipt.columns[2].how == "LEAD → lead"


def test_failed_rows_are_named_and_mended_in_a_file_of_their_own(bring, ann, tmp_path):
    receipt = bring("name,emails,given_name\nOla,o@example.com,\nKari,no mail,\n,x@example.com,X\n")
    assert [one["line"] for one in receipt.failures] == [3]
    beside = tmp_path / "people.csv.failed.csv"
    text = beside.read_text(encoding="utf-8")
    beside.write_text(text.replace("no mail", "k@example.com"), encoding="utf-8")
    again = import_file(ann, beside)
    assert figures(again) == (1, 1, 0, 0, 0, 0)


def test_a_row_wider_than_the_header_fails_and_a_blank_one_is_skipped(bring):
    receipt = bring("name,given_name\nOla,O,more\n,\nKari,K,\nPer\n", "contacts")
    assert figures(receipt) == (4, 2, 0, 0, 1, 1)


def test_the_receipt_is_kept_and_the_whole_import_is_undone_at_once(bring, ann):
    uid = write(ann, "contacts", None, {"name": "Old", "emails": "old@example.com"}).uid
    receipt = bring(PEOPLE + "Old,New given,,old@example.com\n")
    assert figures(receipt) == (3, 2, 1, 0, 0, 0)
    undone = undo(ann, receipt.batch)
    assert (undone.records, undone.kept) == (3, [])
    assert [row.uid for row in find(ann, "contacts")] == [uid]
    assert find_one(ann, "contacts", uid)["given_name"] == ""


@pytest.mark.parametrize("is_trial", [True, False], ids=["trial", "import"])
def test_a_row_of_a_locked_record_is_refused_by_name_the_others_go_through(
    is_trial, bring, world, ann
):
    uids = [write(ann, "contacts", None, {"name": name}).uid for name in ("Ola", "Kari")]
    lock(world.manager, "contacts", uids[0], "The lawyers look", today(world.manager))
    text = f"uid,name,job_title\n{uids[0]},Ola,Cook\n{uids[1]},Kari,Cook\n,Per,Cook\n"
    receipt = bring(text, "contacts", dry_run=is_trial)
    assert figures(receipt) == (3, 1, 1, 0, 0, 1)
    assert "“Ola” is locked by Mia until" in str(receipt.failures[0])
    asked = Question(columns=("job_title",))
    titles = {row.title: row["job_title"] for row in find(ann, "contacts", asked)}
    assert titles == ({"Ola": "", "Kari": ""} if is_trial else
                      {"Ola": "", "Kari": "Cook", "Per": "Cook"})  # fmt: skip


def test_a_trial_stores_nothing_and_tells_the_same(bring, ann):
    trial = bring(PEOPLE, dry_run=True)
    assert figures(trial) == (2, 2, 0, 0, 0, 0) and trial.plain()["batch"] is None
    assert len(find(ann, "contacts")) == 0


def test_chunks_make_no_difference(bring, ann, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 3)
    lines = "".join(f"N {n % 8},n{n % 8}@example.com,x\n" for n in range(20))
    receipt = bring("name,emails,given_name\n" + lines)
    assert figures(receipt) == (20, 8, 0, 12, 0, 0)


def test_a_link_to_a_row_further_down_is_made_at_the_end(bring, ann):
    receipt = bring("name,reports_to\nOla,Kari\nKari,Boss\n")
    assert figures(receipt) == (2, 2, 0, 0, 0, 0)
    assert accounts(receipt)["reports_to"] == (2, 1, 0, 1, 0)
    row = find(ann, "contacts", Question(words="ola", columns=("reports_to",))).rows[0]
    assert row["reports_to"].title == "Kari"
    undo(ann, receipt.batch)
    assert len(find(ann, "contacts")) == 0


def test_a_type_that_cannot_be_told_is_asked_for(bring):
    with pytest.raises(ValidationError, match="companies, contacts"):
        bring("name,phones\nOla,1\n")
    with pytest.raises(ValidationError, match="No column"):
        bring("x,y\n1,2\n")
    with pytest.raises(ValidationError, match="no type"):
        bring(PEOPLE, "spaceships")


def test_a_role_without_the_right_imports_nothing(bring, world):
    with pytest.raises(PermissionDenied):
        bring(PEOPLE, actor=world.cyd)
    assert len(find(world.ann, "contacts")) == 0


def test_the_code_page_of_the_workspace_is_tried_after_utf8(tmp_path, ann):
    settle_in("Fjord", "LV", "lv", "UTC")
    path = tmp_path / "lv.csv"
    path.write_bytes("name;given_name\nLīga Bērziņa;Līga\n".encode("cp1257"))
    assert import_file(ann, path).encoding == "cp1257"
    assert find(ann, "contacts").rows[0].title == "Līga Bērziņa"


def exported(actor, key, path):
    export_file(actor, key, path)
    return path


def plain(record_type, row):
    names = [name for name, kind in record_type.fields.items() if kind.editable]
    parts = {name: [dict(one) for one in row[name]] for name in record_type.parts}
    return {name: record_type.fields[name].plain(row[name]) for name in names} | parts


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_an_export_read_into_an_emptied_place_gives_the_same_records(key, ann, tmp_path):
    record_type = RECORD_TYPES[key]
    values = [sample(ann, record_type, seed) for seed in (1, 2, 3)]
    for one in values:
        one |= {part: [part_sample(ann, record_type, part, 1)] for part in record_type.parts}
    uids = [write(ann, key, None, one).uid for one in values]
    before = {uid: plain(record_type, find_one(ann, key, uid)) for uid in uids}
    path = exported(ann, key, tmp_path / "out.csv")
    forget(record_type, uids)
    receipt = import_file(system("import"), path, Plan(key))
    assert receipt.created == 3 and not receipt.failed
    assert {uid: plain(record_type, find_one(ann, key, uid)) for uid in uids} == before


def forget(record_type, uids):
    """Take the rows out as if they had never been: only a test may."""
    marks = ", ".join(["%s"] * len(uids))
    those = f"SELECT id FROM {record_type.table} WHERE uid IN ({marks})"
    asked = [dialect().uid(uid) for uid in uids]
    with connection.cursor() as cursor:
        for part in record_type.parts.values():
            cursor.execute(
                f"DELETE FROM {part.table} WHERE {part.parent_column} IN ({those})", asked
            )
        cursor.execute(f"DELETE FROM core_identifier WHERE record IN ({those})", asked)
        cursor.execute(f"DELETE FROM {record_type.table} WHERE uid IN ({marks})", asked)


@pytest.mark.either
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1, max_size=6)
)
def test_whatever_is_in_a_cell_comes_back_from_an_export(ann, tmp_path, texts):
    kept = {}
    for text in texts:
        saved = write(ann, "contacts", None, {"name": "N", "remember": text, "source": text})
        kept[saved.uid] = find_one(ann, "contacts", saved.uid, ("remember", "source")).values
    path = exported(ann, "contacts", tmp_path / "out.csv")
    receipt = import_file(ann, path, Plan("contacts"))
    assert receipt.unchanged == receipt.rows
    for uid, values in kept.items():
        assert find_one(ann, "contacts", uid, ("remember", "source")).values == values
        remove(ann, "contacts", uid)


def test_a_kept_receipt_can_be_read(bring, ann):
    bring(PEOPLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM core_receipt WHERE kind = 'import'")
        (uid,) = cursor.fetchone()
    facts = receipts.read(ann, as_uuid(uid))
    assert (facts.rows, facts.created, facts.label) == (2, 2, "people.csv")
    assert facts.detail["columns"][0]["taken"] == 2


def test_an_import_goes_on_from_its_last_commit_without_doubling(bring, ann, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = tmp_path / "people.csv"
    rows = "".join(f"P{n},p{n}@example.com,\n" for n in range(3))
    path.write_text(f"name,emails,reports_to\n{rows}Q,no mail,\nR,,S\nS,,\n", encoding="utf-8")
    first = Importing(ann, path, Plan("contacts"))
    assert first.step()
    kept = orjson.loads(orjson.dumps(first.state))
    first.failed.add(FileRow(9, ["never committed"]), "killed")
    again = Importing(ann, path, Plan("contacts"), kept)
    while again.step():
        pass
    assert figures(again.receipt) == (6, 5, 0, 0, 0, 1)
    assert again.receipt.adds_up
    assert "killed" not in (tmp_path / "people.csv.failed.csv").read_text(encoding="utf-8")
    assert len(find(ann, "contacts")) == 5
