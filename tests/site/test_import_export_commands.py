"""The commands import, export and undo: what they print, and how they end."""

import json

import pytest
from django.core.management import CommandError, call_command

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.security import recent
from kartotek.core.undo import AT_ONCE
from kartotek.core.write import write
from tests.interfaces.files.making import packed, xlsx

pytestmark = pytest.mark.django_db
TEXT = "name,given_name,emails\nOla,O,ola@example.com\n=1+1,K,k@example.com\n"


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_last_line_of_a_json_import_is_the_receipt(people, house, capsys):
    call_command("import", people, "--json")
    receipt = json.loads(capsys.readouterr().out.splitlines()[-1])
    names = ("rows", "created", "updated", "unchanged", "skipped", "failed")
    assert [receipt[name] for name in names] == [2, 2, 0, 0, 0, 0]
    assert receipt["columns"][0]["column"] == "name" and receipt["adds_up"]


def test_an_import_says_how_to_take_it_back_and_undo_does(people, house, capsys):
    call_command("import", people)
    told = capsys.readouterr().out
    assert "2 rows = 2 created + 0 updated" in told
    call_command("undo", told.split("kartotek undo ")[1].strip())
    assert "2 records put back." in capsys.readouterr().out
    assert len(find(house, "contacts")) == 0


def test_failed_rows_end_in_1_with_the_receipt_as_last_line(people, house, capsys):
    people.write_text("name,emails,given_name\nOla,bad,O\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("import", people, "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["failed"] == 1


def test_who_acts_is_named_by_mail_and_what_they_may_not_is_refused(people, world, capsys):
    house = system("test")
    write(house, "members", world.cyd.member_uid, {"emails": "cyd@example.com"})
    for arguments in (["import", people], ["export", "contacts", "--to", str(people) + ".csv"]):
        with pytest.raises(CommandError, match="Your role may not"):
            call_command(*arguments, "--as", "Cyd@example.com")
    with pytest.raises(CommandError, match="No active member"):
        call_command("import", people, "--as", "nobody@example.com")


def test_an_export_is_safe_to_open_and_says_how_many_rows_it_has(people, house, tmp_path, capsys):
    call_command("import", people)
    for ending in ("csv", "jsonl", "xlsx", "vcf"):
        call_command("export", "contacts", "--to", str(tmp_path / f"out.{ending}"))
        told = capsys.readouterr().out.splitlines()
        assert "2 rows written" in told[-2]
        assert (json.loads(told[-1])["rows"], json.loads(told[-1])["there"]) == (2, 2)
    lines = (tmp_path / "out.csv").read_bytes().split(b"\r\n")
    assert lines[0].startswith(b"uid,name,") and b",'=1+1," in lines[2]
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["name"] for row in rows] == ["Ola", "=1+1"]


def test_everything_goes_into_one_archive(people, house, tmp_path, capsys):
    call_command("import", people)
    call_command("export", "--all", "--to", str(tmp_path / "everything.zip"))
    receipt = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert receipt["rows"] == receipt["unchanged"] == 2
    for arguments, told in ((["--all", "--to", "x.csv"], "one archive"),
                            (["--to", "x.csv"], "Name the type")):  # fmt: skip
        with pytest.raises(CommandError, match=told):
            call_command("export", *arguments)


def test_an_export_leaves_a_line_in_the_security_log(house, tmp_path):
    call_command("export", "contacts", "--to", str(tmp_path / "out.csv"))
    assert recent(("export",), 60)[0][2]["type"] == "contacts"


@pytest.mark.parametrize(
    ("type_key", "name", "told"),
    [
        ("spaceships", "out.csv", "no type"),
        ("contacts", "out.xls", "end it in"),
        ("contacts", "none/out.csv", "cannot be written"),
    ],
)
def test_an_export_that_cannot_be_says_why(type_key, name, told, house, tmp_path):
    with pytest.raises(CommandError, match=told):
        call_command("export", type_key, "--to", str(tmp_path / name))


def test_an_undo_of_nothing_says_so(house):
    for batch, told in (("x", "names no act"), ("0" * 32, "nothing to undo")):
        with pytest.raises(CommandError, match=told):
            call_command("undo", batch)


@pytest.mark.django_db(transaction=True)
def test_a_big_import_is_undone_by_the_command_too(tmp_path, capsys):
    lines = "".join(f"N {number},n{number}@example.com,x\n" for number in range(AT_ONCE + 20))
    path = tmp_path / "many.csv"
    path.write_text(f"name,emails,given_name\n{lines}", encoding="utf-8")
    call_command("import", path)
    batch = capsys.readouterr().out.split("kartotek undo ")[1].strip()
    call_command("undo", batch)
    assert f"{AT_ONCE + 20} records put back." in capsys.readouterr().out


def test_columns_go_where_a_map_says(people, house, tmp_path, capsys):
    people.write_text("name,Cell,Secret\nOla,91 23 45 67,x\n", encoding="utf-8")
    choices = tmp_path / "columns.json"
    choices.write_text('{"Cell": "phones.mobile", "Secret": ""}', encoding="utf-8")
    call_command("import", people, "--type", "contacts", "--map", str(choices), "--json")
    receipt = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(one["field"], one["left_out"]) for one in receipt["columns"]] == [
        ("name", 0), ("phones.mobile", 0), ("", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("not json", "cannot be read as JSON"), ("[1]", "must hold one object"),
     ('{"name": "nowhere"}', "have no place “nowhere”")],
)  # fmt: skip
def test_a_map_that_says_nothing_is_named(text, words, people, house, tmp_path):
    choices = tmp_path / "columns.json"
    choices.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        call_command("import", people, "--type", "contacts", "--map", str(choices))
    assert len(find(house, "contacts")) == 0


def test_a_sheet_that_is_not_there_is_named(house, tmp_path):
    path = xlsx(tmp_path / "people.xlsx", {"People": [["name"], ["Ola"]]})
    with pytest.raises(CommandError, match="Its sheets are: People"):
        call_command("import", path, "--type", "contacts", "--sheet", "Firms")
    call_command("import", path, "--type", "contacts", "--sheet", "People")
    assert len(find(house, "contacts")) == 1


def test_a_map_says_for_a_column_what_to_do_with_a_match(house, tmp_path):
    write(house, "contacts", None, {"name": "Ola", "emails": "o@example.com", "source": "fair"})
    people, said = tmp_path / "p.csv", tmp_path / "map.json"
    people.write_text("name,emails,Where,job_title\nOla,o@example.com,web,Boss\n", encoding="utf-8")
    said.write_text('{"Where": {"to": "source", "match": "overwrite"}}', encoding="utf-8")
    told = ["--type", "contacts", "--map", str(said), "--match", "skip"]
    call_command("import", people, *told)
    row = find(house, "contacts", Question(columns=("source", "job_title"))).rows[0]
    assert (row["source"], row["job_title"]) == ("web", "")
    said.write_text('{"Where": {"too": "source"}}', encoding="utf-8")
    with pytest.raises(CommandError, match="Where"):
        call_command("import", people, *told)


def test_an_archive_comes_in_file_by_file_in_the_order_of_its_links(house, tmp_path, capsys):
    people = "Id,AccountId,FirstName,LastName\n0030000000000A1,0010000000000A1,Ola,N\n"
    sales = "Id,Name,StageName,CloseDate,Probability\n1,Big,Won,2026-01-02,90\n"
    firms = "Id,Name,BillingCity,Phone\n0010000000000A1,Fjord,Oslo,1\n"
    path = packed(tmp_path / "x.zip", {"1.csv": people, "2.csv": sales, "3.csv": firms})
    call_command("import", path, "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(one["file"], one["created"]) for one in told["files"]] == [("3.csv", 1), ("1.csv", 1)]
    assert told["left"][0]["file"] == "2.csv" and "Opportunity" in told["left"][0]["why"]
    row = find(house, "contacts", Question(columns=("company",))).rows[0]
    assert row["company"].title == "Fjord"


def test_a_file_whose_rows_no_type_holds_is_named_for_what_it_is(house, tmp_path):
    path = tmp_path / "Opportunity.csv"
    path.write_text("Name,StageName,CloseDate,Probability\nBig,Won,2026-01-02,90\n")
    with pytest.raises(CommandError, match="cannot hold a Salesforce Opportunity yet"):
        call_command("import", path)


@pytest.mark.django_db
def test_an_undo_names_what_people_changed_since_and_removes_it_when_asked_again(
    ann, tmp_path, capsys
):
    path = tmp_path / "people.csv"
    path.write_text("name,job_title\nOla,\nKari,\n")
    call_command("import", str(path), "--json")
    batch = json.loads(capsys.readouterr().out.splitlines()[-1])["batch"]
    ola = find(ann, "contacts", Question(words="ola")).rows[0]
    write(ann, "contacts", ola.uid, {"job_title": "Captain"})
    call_command("undo", batch)
    told = capsys.readouterr().out
    assert "Ann changed it since." in told and f"kartotek undo {batch} --changed-too" in told
    assert [row.uid for row in find(ann, "contacts")] == [ola.uid]
    call_command("undo", batch, "--changed-too")
    assert len(find(ann, "contacts")) == 0
