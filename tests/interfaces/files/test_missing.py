"""Records that a file names and that are not here: made in the same act, where it was chosen."""

import pytest

from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.interfaces.files import importing
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.missing import are_names

pytestmark = pytest.mark.django_db
TEXT = (
    "name,company,reports_to,emails\nOla,Fjord AS,Kari,\nPer,fjord as,,\nEli,Harbour Energy,,\n"
    "Bad,Nowhere AS,,no mail\n"
)


@pytest.fixture
def bring(tmp_path, ann):
    def run(text=TEXT, make=True, actor=ann, **options):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return import_file(actor, path, Plan("contacts", decisions=Decisions(make=make), **options))

    return run


def employers(ann):
    rows = find(ann, "contacts", Question(columns=("name", "company")))
    return {row.title: row["company"] and row["company"].title for row in rows}


def test_a_company_that_is_not_here_is_made_once_however_it_is_written(bring, ann):
    write(ann, "companies", None, {"name": "Harbour Energy"})
    receipt = bring()
    assert employers(ann) == {"Ola": "Fjord AS", "Per": "Fjord AS", "Eli": "Harbour Energy"}
    assert receipt.made == {"companies": 1} and receipt.created == 3 and receipt.adds_up
    assert any("among the companies was made" in line for line in receipt.lines())


def test_undo_takes_the_made_ones_back_too(bring, ann):
    undo(ann, bring().batch)
    assert (len(find(ann, "companies")), len(find(ann, "contacts"))) == (0, 0)


def test_unless_chosen_the_name_is_left_out_and_listed(bring, ann):
    receipt = bring(make=False)
    assert len(find(ann, "companies")) == 0
    assert [one["value"] for one in receipt.columns[1].lost][:2] == ["Fjord AS", "fjord as"]


def test_a_trial_counts_them_once_and_makes_none(bring, ann, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 1)
    trial = bring(dry_run=True)
    assert trial.made == {"companies": 2} and trial.adds_up
    assert len(find(ann, "companies")) == 0
    assert bring().made == {"companies": 2}


def test_a_name_that_is_here_in_other_letters_is_that_record(bring, ann):
    write(ann, "companies", None, {"name": "FJORD AS"})
    assert bring(dry_run=True).made == {"companies": 1}
    assert bring().made == {"companies": 1}
    assert employers(ann)["Ola"] == "FJORD AS"


def test_ids_make_no_records(bring, ann):
    receipt = bring("name,company,emails\nOla,0013000000AbCdE,\nPer,0013000000AbCdF,\n")
    assert receipt.made == {} and len(find(ann, "companies")) == 0
    assert are_names(["Fjord AS", "3M", "Harbour 2 AS", "IKEA", "Nord", "Sør"])
    assert not are_names(["a@b.example", "c@d.example"]) and not are_names([])
    assert not are_names(["1" * 1_000_000 + " "])  # told at once


def test_a_record_of_the_same_type_is_not_made_for_it_may_stand_further_down(bring, ann):
    bring()
    assert "Kari" not in employers(ann)


def test_an_import_that_only_makes_what_is_named_can_be_taken_back(bring, ann):
    uid = write(ann, "contacts", None, {"name": "Ola", "emails": "o@example.com"}).uid
    text = f"uid,name,company\n{uid},Ola,Fjord AS\n"
    receipt = bring(text)
    assert receipt.updated == 1
    undo(ann, receipt.batch)
    assert len(find(ann, "companies")) == 0
