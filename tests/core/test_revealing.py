"""Masked fields: nobody sees them whole by the way, and who looks leaves a line."""

import zipfile
from dataclasses import replace

import pytest

from kartotek.core import security
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.errors import Conflict, NotFound, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.merge import Merge, merge
from kartotek.core.question import Condition, Question
from kartotek.core.revealing import masked_among, reveal, revealing
from kartotek.core.search import search
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.interfaces.files.exporting import export_file

pytestmark = pytest.mark.django_db
SECRET, NAME = "123-45-6789", "x_social_security"


@pytest.fixture
def ola(ann):
    values = {"on": "contacts", "label": "Social security", "kind": "masked", "in_list": True}
    write(ann, "customfields", None, values)
    return write(ann, "contacts", None, {"name": "Ola", NAME: SECRET}).uid


def test_no_read_gives_it_whole(ola, ann, tmp_path):
    write(ann, "contacts", ola, {NAME: "987-65-4321"})
    lines = history(ann, "contacts", ola, Context())
    export_file(ann, "contacts", tmp_path / "x.csv")
    told = [
        find_one(ann, "contacts", ola)[NAME],
        find(ann, "contacts").rows[0][NAME],
        str(lines),
        (tmp_path / "x.csv").read_text(encoding="utf-8"),
        str(search(ann, "987")),
    ]
    assert told[0] == "••••21"
    assert not any("987-65" in one or "123-45" in one for one in told)


def test_it_cannot_be_found_out_by_asking(ola, ann):
    for op in ("is", "starts", "in"):
        with pytest.raises(ValidationError):
            find(ann, "contacts", Question(where=(Condition(NAME, op, SECRET),)))
    with pytest.raises(ValidationError):
        find(ann, "contacts", Question(sort=NAME))
    filled = Question(where=(Condition(NAME, "not_empty"),))
    assert len(find(ann, "contacts", filled)) == 1


def test_who_looks_leaves_a_line_without_the_value(ola, ann):
    assert reveal(ann, "contacts", ola, NAME) == SECRET
    (_kind, _address, detail), *_rest = security.recent(("revealed",), 60)
    assert detail == {"type": "contacts", "record": str(ola), "field": NAME}


def test_nobody_reveals_what_is_out_of_reach_or_not_masked(ola, ann, bob):
    with pytest.raises(NotFound):
        reveal(bob, "contacts", ola, NAME)
    with pytest.raises(ValidationError):
        reveal(ann, "contacts", ola, "name")
    assert security.recent(("revealed",), 60) == []


def test_the_mask_sent_back_changes_nothing_and_undo_knows_the_value(ola, ann):
    saved = write(ann, "contacts", ola, {NAME: "••••89"})
    assert saved.changed == ()
    emptied = write(ann, "contacts", ola, {NAME: ""})
    undo(ann, emptied.batch)
    assert reveal(ann, "contacts", ola, NAME) == SECRET


def test_a_conflict_tells_no_side_of_it(ola, ann):
    write(ann, "contacts", ola, {NAME: "111-11-1111"}, version=1)
    with pytest.raises(Conflict) as refused:
        write(ann, "contacts", ola, {NAME: "222-22-2222"}, version=1)
    assert "111-11" not in str(refused.value.clashes) and "123-45" not in str(refused.value.clashes)


def test_a_merge_takes_the_whole_of_what_was_chosen_by_its_mask(ola, ann):
    other = write(ann, "contacts", None, {"name": "Ola", NAME: "555-55-5555"}).uid
    merge(ann, "contacts", Merge(ola, (other,), {NAME: "••••55"}))
    assert reveal(ann, "contacts", ola, NAME) == "555-55-5555"


def test_one_step_on_it_is_masked_too(ann, ola):
    values = {"on": "companies", "label": "Account", "kind": "masked"}
    write(ann, "customfields", None, values)
    firm = write(ann, "companies", None, {"name": "Fjord", "x_account": "NO12-3456-7890"}).uid
    write(ann, "contacts", ola, {"company": str(firm)})
    asked = Question(columns=("company.x_account",))
    assert find(ann, "contacts", asked).rows[0]["company.x_account"] == "••••90"
    whole = find(revealing(ann), "contacts", asked).rows[0]["company.x_account"]
    assert whole == "NO12-3456-7890"
    names = ("name", "company.x_account", NAME, "company.name")
    assert masked_among(ann, the_type("contacts"), names) == ("company.x_account", NAME)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_a_file_holds_it_whole_for_who_asks_so_and_the_log_counts_it(kind, ola, ann, tmp_path):
    write(ann, "contacts", None, {"name": "Without"})
    masked = export_file(ann, "contacts", tmp_path / f"masked.{kind}")
    assert "Social security" in masked.remarks[-1] and masked.revealed == {}
    assert security.recent(("revealed",), 60) == []
    whole = export_file(revealing(ann), "contacts", tmp_path / f"whole.{kind}")
    assert whole.revealed == {NAME: 1} and "whole in this file" in whole.remarks[-1]
    ((_kind, _address, detail),) = security.recent(("revealed",), 60)
    assert detail == {"type": "contacts", "file": f"whole.{kind}", "fields": {NAME: 1}}
    for name, holds in (("masked", False), ("whole", True)):
        assert (SECRET in text_of(tmp_path / f"{name}.{kind}")) is holds


def text_of(path):
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as opened:
        return opened.read("xl/worksheets/sheet1.xml").decode()


def test_what_is_hidden_is_not_revealed(ola, ann, tmp_path):
    hidden = replace(ann.rights, hidden={"contacts": frozenset({NAME})})
    receipt = export_file(revealing(replace(ann, rights=hidden)), "contacts", tmp_path / "x.csv")
    assert receipt.revealed == {} and NAME not in receipt.columns
    assert SECRET not in (tmp_path / "x.csv").read_text(encoding="utf-8")


def test_an_empty_one_is_revealed_as_nothing_and_only_masked_columns_are_counted(ola, ann):
    per = write(ann, "contacts", None, {"name": "Per"}).uid
    assert reveal(ann, "contacts", per, NAME) == ""
    asked = (NAME, "name", "name.x", "nothing", "nothing.x", "company.name", f"company.{NAME}")
    assert masked_among(ann, the_type("contacts"), asked) == (NAME,)
