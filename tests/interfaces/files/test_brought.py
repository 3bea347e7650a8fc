"""When, and by whom, a record was made where it comes from: taken over for new records only."""

from datetime import UTC, datetime

import pytest

from kartotek.core import log
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.undo_job import undo_or_later
from kartotek.core.write import write
from kartotek.interfaces.files.importing import Plan, import_file
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
THEN = datetime(2019, 5, 21, 8, 30, tzinfo=UTC)
EXPORTS = {
    "salesforce": "Id,Name,NumberOfEmployees,CreatedDate\n0010000000000A1,Fjord,9,"
    "2019-05-21T08:30:00.000Z\n",
    "hubspot": "Record ID,Company name,Company Domain Name,Create Date\n1,Fjord,fjord.example,"
    "2019-05-21 08:30\n",
    "pipedrive": "Organization - ID,Organization - Name,Organization - Organization created\n"
    "1,Fjord,2019-05-21 08:30:00\n",
    "zoho": "Record Id,Account Name,Employees,Created Time\nz1,Fjord,9,2019-05-21 08:30:00\n",
    "odoo": "External ID,Name,Website Link,create_date\no1,Fjord,fjord.example,"
    "2019-05-21 08:30:00\n",
    "dynamics": "(Do Not Modify) Account,Account Name,Main Phone,Created On\n1,Fjord,1,"
    "5/21/2019 8:30 AM\n",
}
OLD = EXPORTS["salesforce"]


@pytest.fixture
def bring(tmp_path, ann):
    def brought(text, **options):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return import_file(ann, path, Plan(**options))

    return brought


def only(actor):
    asked = Question(columns=("created_at", "created_by", "changed_at"))
    (row,) = find(actor, "companies", asked)
    return row


def account_of(receipt, header):
    return next(one for one in receipt.columns if one.column.header == header)


@pytest.mark.parametrize("system", EXPORTS)
def test_the_day_a_record_was_made_comes_along_from_every_system(system, bring, ann):
    receipt = bring(EXPORTS[system])
    assert receipt.source.split(" ")[0] == system
    assert only(ann)["created_at"] == THEN
    assert only(ann)["changed_at"].year >= 2026


def test_the_history_keeps_the_moment_of_the_import_and_undo_takes_it_back(bring, ann):
    before = datetime.now(UTC)
    receipt = bring(OLD)
    (line,) = log.of_batch(receipt.batch, None, 9)
    assert line.verb == "create" and line.at >= before
    undo_or_later(ann, receipt.batch)
    assert len(find(ann, "companies")) == 0


def test_the_record_page_tells_it(bring, ann):
    bring(OLD)
    page = signed_in(ann).get(f"/companies/{only(ann).uid}").content.decode()
    assert 'class="facts made"' in page and "2019" in page


def test_who_made_it_is_taken_over_where_they_are_a_member(bring, world, ann):
    members = write(ann, "members", None, {"name": "Old Hand", "emails": "hand@example.com"})
    text = "Account Name,Employees,Phone,Created By\nFjord,9,1,hand@example.com\n"
    bring(text)
    assert only(ann)["created_by"].uid == members.uid


def test_a_stranger_who_made_it_is_counted_and_makes_no_member(bring, ann):
    members = len(find(ann, "members"))
    receipt = bring("Account Name,Employees,Phone,Created By\nFjord,9,1,Some Body\n")
    assert account_of(receipt, "Created By").reasons == {"No record has this id or title.": 1}
    assert only(ann)["created_by"].uid == ann.member_uid
    assert len(find(ann, "members")) == members


def test_a_record_that_is_here_keeps_its_own_and_the_receipt_says_so(bring, ann):
    bring(OLD.replace("2019-05-21T08:30:00.000Z", ""))
    made = only(ann)["created_at"]
    receipt = bring(OLD)
    assert (receipt.created, receipt.unchanged) == (0, 1)
    assert account_of(receipt, "CreatedDate").reasons == {"Left as it was.": 1}
    assert only(ann)["created_at"] == made


def test_a_row_without_an_id_is_still_the_record_it_made_before(bring, ann):
    bring("Name,Tax number\nFjord,T1\n", type="companies")
    receipt = bring("Name,Tax number,Created\nFjord,T1,2019-05-21 08:30\n", type="companies")
    assert (receipt.created, receipt.unchanged) == (0, 1)


def test_a_row_of_our_own_export_changes_nothing_of_it(bring, ann):
    uid = write(ann, "companies", None, {"name": "Fjord"}).uid
    made = only(ann)["created_at"]
    receipt = bring(f"uid,name,created_at\n{uid},Fjord,2019-05-21T08:30\n", type="companies")
    assert (receipt.failed, receipt.unchanged) == (0, 1)
    assert only(ann)["created_at"] == made


@pytest.mark.parametrize(
    ("day", "says"), [("long ago", "is no time"), ("2119-05-21T08:30:00Z", "is still to come")]
)
def test_a_day_that_is_none_is_left_out_and_fails_no_row(day, says, bring, ann):
    receipt = bring(OLD.replace("2019-05-21T08:30:00.000Z", day))
    assert (receipt.created, receipt.failed) == (1, 0)
    assert says in next(iter(account_of(receipt, "CreatedDate").reasons))
    assert only(ann)["created_at"].year not in (2019, 2119)


@pytest.mark.parametrize("cause", ["web", "api", "bulk", "undo"])
def test_nobody_but_an_import_may_say_it(cause, ann):
    with pytest.raises(ValidationError, match="kept by Kartotek"):
        write(ann.because(cause), "companies", None, {"name": "Fjord", "created_at": THEN})


def test_an_import_may_not_say_it_of_a_record_that_is_here(ann):
    uid = write(ann, "companies", None, {"name": "Fjord"}).uid
    with pytest.raises(ValidationError, match="kept by Kartotek"):
        write(ann.because("import"), "companies", uid, {"created_at": THEN})
    with pytest.raises(ValidationError, match="kept by Kartotek"):
        write(ann.because("import"), "companies", None, {"name": "x", "changed_at": THEN})
