"""Relationships and their kinds: what each is called, over the API, in files and for machines."""

import csv
import io

import pytest
from django.core.management import call_command

from kartotek.core.fieldtypes import Ref
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.interfaces.api.calling import send
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(ann):
    values = {"name": "accountant of", "inverse": "accountant"}
    return write(ann, "relationshipkinds", None, values).uid


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola"}).uid


@pytest.fixture
def fjord(bob):
    return write(bob, "companies", None, {"name": "Fjord AS"}).uid


@pytest.fixture
def values(accountant, ola, fjord):
    return {
        "one": [{"type": "contacts", "uid": str(ola)}], "kind": str(accountant),
        "other": [{"type": "companies", "uid": str(fjord)}], "since": "2024-03-01",
    }  # fmt: skip


def test_a_kind_reads_the_same_on_both_cards_where_nothing_else_is_said(ann):
    uid = write(ann, "relationshipkinds", None, {"name": "married to"}).uid
    assert find_one(ann, "relationshipkinds", uid)["inverse"] == "married to"


def test_the_words_of_a_renamed_kind_stand_at_once(ann, values, accountant):
    uid = write(ann, "relationships", None, values).uid
    write(ann, "relationshipkinds", accountant, {"name": "bookkeeper of"})
    assert find_one(ann, "relationships", uid, ("kind",))["kind"].title == "bookkeeper of"


def test_an_end_is_changed_and_taken_back(ann, bob, values):
    berg = write(bob, "companies", None, {"name": "Berg"}).uid
    saved = write(ann, "relationships", None, values)
    edit = write(ann, "relationships", saved.uid, {"other": {"type": "companies", "uid": berg}})
    assert find_one(ann, "relationships", saved.uid)["other"][0].title == "Berg"
    undo(ann, edit.batch)
    assert find_one(ann, "relationships", saved.uid)["other"][0].title == "Fjord AS"


def test_relationships_of_a_kind_are_found_by_it(ann, values, accountant):
    uid = write(ann, "relationships", None, values).uid
    asked = Question(where=(Condition("kind", "is", str(accountant)),))
    assert [row.uid for row in find(ann, "relationships", asked)] == [uid]


def test_the_api_makes_reads_and_refuses_them(ann, values, fjord):
    client = signed_in(ann)
    made = send(client, "POST", "/relationships", values)
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["other"] == [{"type": "companies", "uid": str(fjord), "title": "Fjord AS"}]
    assert (told["kind"]["title"], told["since"]) == ("accountant of", "2024-03-01")
    again = send(client, "POST", "/relationships", values)
    assert again.status_code == 422
    assert "stands between these two already" in again.content.decode()


def test_the_api_tells_nobody_of_one_whose_end_is_out_of_reach(world, values):
    far = write(world.dan, "contacts", None, {"name": "Far"}).uid
    hidden = {**values, "one": [{"type": "contacts", "uid": str(far)}]}
    uid = write(world.ann, "relationships", None, {**hidden, "owner": world.bob.member_uid}).uid
    client = signed_in(world.bob)
    listed = client.get("/api/v1/relationships?count=1").json()
    assert (listed["rows"], listed["count"]) == ([], 0)
    assert send(client, "GET", f"/relationships/{uid}").status_code == 404


def test_a_file_of_them_is_imported_by_the_names_of_our_own_columns(
    house, ann, values, ola, fjord, tmp_path
):
    path = tmp_path / "relationships.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["one", "kind", "other", "since", "remark"])
        ends = [
            f'[{{"type":"contacts","uid":"{ola}"}}]',
            f'[{{"type":"companies","uid":"{fjord}"}}]',
        ]
        rows.writerow([ends[0], "accountant of", ends[1], "2024-03-01", "Since then"])
    call_command("import", path, "--type", "relationships")
    row = find(ann, "relationships").rows[0]
    assert (row["one"], row["other"]) == (
        (Ref("contacts", ola, "Ola"),), (Ref("companies", fjord, "Fjord AS"),))  # fmt: skip
    assert row.title == "accountant of"


def test_an_export_for_machines_comes_in_again(house, ann, values, ola, tmp_path):
    path = tmp_path / "out.csv"
    uid = write(ann, "relationships", None, values).uid
    call_command("export", "relationships", "--to", path)
    told = next(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert (told["uid"], str(ola) in told["one"]) == (str(uid), True)
    write(ann, "relationships", uid, {"since": ""})
    call_command("import", path, "--type", "relationships")
    assert find_one(ann, "relationships", uid)["since"].isoformat() == "2024-03-01"
