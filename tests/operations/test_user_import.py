"""Many people from a file: every row accounted for, one act, one press to take it back."""

import csv
import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from kartotek.core import log
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.write import write
from kartotek.people.roster import everybody, set_access
from kartotek.people.signing import account_of, set_password
from tests.interfaces.files.making import xlsx
from tests.people.credentials import PASSWORD

HEAD = "name,mail,role,department,phone,language"
TWO = "Gus Gran,Gus@example.com,Sales,Sales,91 23 45 67,nb\nHal Hay,hal@example.com,service,,,\n"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def people(tmp_path):
    """Writes a file of these rows; its path."""

    def written(rows, head=HEAD):
        path = tmp_path / "people.csv"
        path.write_text(f"{head}\n{rows}", encoding="utf-8")
        return path

    return written


def brought(capsys, *arguments, refused=False):
    """What the command says: on standard output, beside it."""
    capsys.readouterr()
    if refused:
        with pytest.raises(SystemExit) as ended:
            call_command("user", "import", *map(str, arguments))
        assert ended.value.code == 1
    else:
        call_command("user", "import", *map(str, arguments))
    told = capsys.readouterr()
    return told.out, told.err


def members(actor, *names):
    return {row.title: row for row in find(actor, "members", Question(columns=("name", *names)))}


def links_in(text):
    return {row["mail"]: row["link"] for row in csv.DictReader(io.StringIO(text))}


def test_every_row_becomes_a_member_who_waits_for_a_password(world, people, capsys):
    told, _beside = brought(capsys, people(TWO))
    assert "2 rows = 2 made + 0 unchanged + 0 blank + 0 refused" in told
    rows = members(world.ann, "role", "department", "phones", "language", "is_active")
    gus, hal = rows["Gus Gran"], rows["Hal Hay"]
    assert (gus["role"], gus["department"].title, gus["language"]) == ("sales", "Sales", "nb")
    assert gus["phones"][0]["text"] == "91 23 45 67" and gus["is_active"]
    assert (hal["role"], hal["department"], hal["language"]) == ("service", None, "en")
    assert not account_of("gus@example.com").has_usable_password()


def test_a_second_run_changes_nothing(world, people, capsys):
    brought(capsys, people(TWO))
    before = log.newest(), everybody()
    told, _beside = brought(capsys, people(TWO.replace("Sales", "Service")))
    assert "2 rows = 0 made + 2 unchanged + 0 blank + 0 refused" in told
    assert "undo" not in told
    assert (log.newest(), everybody()) == before


def test_a_workbook_is_read_as_a_table_is(world, tmp_path, capsys):
    rows = [["Name", "E-Mail", "Role", "Shoes"], ["Gus", "gus@example.com", "Sales", "44"]]
    told, _beside = brought(capsys, xlsx(tmp_path / "people.xlsx", {"People": rows}))
    assert "1 rows = 1 made" in told and "not read: Shoes" in told
    assert members(world.ann, "role")["Gus"]["role"] == "sales"


def test_refused_rows_are_named_by_line_and_reason_and_stop_nobody(world, people, capsys):
    rows = (
        "Gus,gus@example.com,Sales,,,\nAgain,GUS@example.com,Sales,,,\nBad,no address,Sales,,,\n"
        ",ida@example.com,Sales,,,\nJon,jon@example.com,Pirate,,,\nKai,kai@example.com,,,,\n"
        "Liv,liv@example.com,Sales,Nowhere,,\nMay,may@example.com,Sales,,,tlh\n,,,,,\n"
    )
    told, _beside = brought(capsys, people(rows), refused=True)
    assert "9 rows = 1 made + 0 unchanged + 1 blank + 7 refused" in told
    for line, why in [
        (3, "“gus@example.com” stands in line 2 already"),
        (4, "Type an e-mail address"),
        (5, "The name is missing"),
        (6, "There is no role “Pirate”. There are: Administrator, Manager"),
        (7, "The role is missing. There are: Administrator"),
        (8, "There is no department “Nowhere”"),
        (9, "Kartotek does not speak “tlh”. It speaks: en, nb"),
    ]:
        assert f"line {line}: {why}" in told
    assert "Jon" not in members(world.ann) and "Gus" in members(world.ann)


def test_a_role_of_rows_that_name_none_is_given_once(world, people, capsys):
    brought(capsys, people("Gus,gus@example.com\n", "name,mail"), "--role", "Read-only")
    assert members(world.ann, "role")["Gus"]["role"] == "read_only"


def test_departments_that_are_missing_are_made_only_when_asked(world, people, capsys):
    rows = "A,a@x.no,sales,Sales / North,,\nB,b@x.no,sales,sales/north/Coast,,\n"
    rows += "C,c@x.no,sales,Sales,,\n"
    told, _beside = brought(capsys, people(rows), refused=True)
    assert "3 rows = 1 made + 0 unchanged + 0 blank + 2 refused" in told
    assert "line 2: There is no department “Sales / North”" in told
    told, _beside = brought(capsys, people(rows), "--make-departments")
    assert "2 made + 1 unchanged" in told and "Departments made: 2" in told
    asked = Question(columns=("name", "parent"))
    above = {row.title: row["parent"] for row in find(world.ann, "departments", asked)}
    assert (above["Coast"].title, above["North"].title) == ("North", "Sales")
    assert members(world.ann, "department")["B"]["department"].title == "Coast"


def test_two_departments_of_one_name_are_told_apart_by_their_path(world, people, capsys):
    uids = {row.title: row.uid for row in find(world.ann, "departments")}
    for above in ("Sales", "Service"):
        write(world.ann, "departments", None, {"name": "North", "parent": uids[above]})
    rows = "A,a@x.no,sales,North,,\nB,b@x.no,sales,Service / North,,\n"
    told, _beside = brought(capsys, people(rows), refused=True)
    assert "line 2: Several departments are called “North”" in told
    place = members(world.ann, "department")["B"]["department"].uid
    row = find(world.ann, "departments", Question(columns=("parent",), uids=(place,))).rows[0]
    assert row["parent"].title == "Service"


def test_a_trial_tells_the_same_and_writes_nothing(world, people, capsys):
    before = log.newest(), set(members(world.ann)), len(find(world.ann, "departments"))
    rows = f"{TWO}Ida,ida@example.com,sales,Sales / North,,\n"
    told, _beside = brought(capsys, people(rows), "--trial", "--make-departments", "--invite")
    assert told == ""
    assert "3 rows = 3 made + 0 unchanged + 0 blank + 0 refused" in _beside
    assert "nothing was stored" in _beside and "undo" not in _beside
    there = set(members(world.ann)), len(find(world.ann, "departments"))
    assert (log.newest(), *there) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_user")
        assert cursor.fetchone()[0] == 0 and everybody() == []


def test_an_undo_leaves_nobody_who_can_sign_in(world, people, capsys):
    rows = f"{TWO.replace(',nb', ',')}Ida,ida@example.com,sales,Sales / North,,\n"
    told, beside = brought(capsys, people(rows), "--invite", "--make-departments")
    link = links_in(told)["hal@example.com"].partition("/invitation")[2]
    set_password(account_of("gus@example.com"), PASSWORD)
    inside = Client()
    inside.post("/sign-in", {"email": "gus@example.com", "password": PASSWORD})
    assert inside.get("/contacts").status_code == 200
    inside.post("/settings/me", {"name": "Gustav"})  # what they changed since keeps nobody in
    call_command("undo", beside.split("kartotek undo ")[1].split()[0])
    assert "4 records put back." in capsys.readouterr().out
    assert inside.get("/contacts").status_code == 302
    again = Client().post("/sign-in", {"email": "gus@example.com", "password": PASSWORD})
    assert "do not go together" in again.content.decode()
    assert Client().get(f"/invitation{link}").status_code != 200
    assert not any(one.is_active for one in everybody())
    assert not {"Gus Gran", "Gustav", "Ida"} & set(members(world.ann))
    with pytest.raises(CommandError, match="no access"):
        call_command("user", "invite", "gus@example.com")


def test_after_an_undo_the_same_file_makes_the_same_people_with_no_old_password(
    world, people, capsys
):
    told, _beside = brought(capsys, people(TWO))
    set_password(account_of("gus@example.com"), PASSWORD)
    call_command("undo", told.split("kartotek undo ")[1].split()[0])
    told, _beside = brought(capsys, people(TWO))
    assert "2 made + 0 unchanged" in told
    assert not account_of("gus@example.com").has_usable_password()
    assert [one.email for one in everybody()] == ["gus@example.com", "hal@example.com"]


def test_the_links_open_and_who_has_a_password_gets_none(world, people, capsys):
    told, beside = brought(capsys, people(TWO), "--invite")
    assert told.splitlines()[0] == "name,mail,link" and "2 made" in beside
    assert list(links_in(told)) == ["gus@example.com", "hal@example.com"]
    link = links_in(told)["gus@example.com"].partition("/invitation")[2]
    answer = Client().post(f"/invitation{link}", {"password": "correct horse battery"})
    assert answer.status_code == 302
    told, beside = brought(capsys, people(TWO), "--invite")
    assert list(links_in(told)) == ["hal@example.com"] and "2 unchanged" in beside


def test_who_was_let_out_comes_in_by_no_file(world, people, capsys):
    brought(capsys, people(TWO))
    gus = members(world.ann)["Gus Gran"]
    set_access(world.ann, gus.uid, is_open=False)
    told, _beside = brought(capsys, people(TWO), "--invite")
    assert list(links_in(told)) == ["hal@example.com"]
    assert not members(world.ann, "is_active")["Gus Gran"]["is_active"]


def test_a_name_like_a_formula_is_text_in_the_list_of_links(world, people, capsys):
    told, _beside = brought(capsys, people("=1+1,g@example.com,sales,,,\n"), "--invite")
    assert told.splitlines()[1].startswith("'=1+1,g@example.com,http")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (f"{HEAD}\n".encode(), "has a header and no rows"),
        (b"%PDF-1.7 x", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"who,where\nGus,gus\n", "has no column name, mail. Name its columns name, mail, role"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused_in_words(
    content, why, world, tmp_path, capsys
):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=why):
        call_command("user", "import", str(path))
    assert everybody() == []
    with pytest.raises(CommandError, match="There is no file"):
        call_command("user", "import", str(tmp_path / "none.csv"))


@pytest.mark.slow
def test_400_people_are_made_and_invited_in_20_seconds(world, people, capsys):
    rows = "".join(
        f"Person {n},person{n}@example.com,sales,Sales / Team {n % 20},9{n:07},en\n"
        for n in range(400)
    )
    began = time.monotonic()
    told, beside = brought(capsys, people(rows), "--invite", "--make-departments")
    assert time.monotonic() - began < 20
    assert "400 rows = 400 made" in beside and len(links_in(told)) == 400
    call_command("undo", beside.split("kartotek undo ")[1].split()[0])
    assert not any(one.is_active for one in everybody())
