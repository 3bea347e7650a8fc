"""`kartotek config`: the set-up as a file, there and back."""

import json
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from kartotek.core.catalogue import catalogue
from kartotek.core.undo import undo
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(ann, tmp_path):
    """The set-up with a field of Ann's own and one that she renamed."""
    write(ann, "customfields", None, {"on": "contacts", "label": "Loyalty number", "hint": "A-17"})
    write(ann, "customfields", None,
          {"on": "contacts", "name": "birthday", "label": "Name day"})  # fmt: skip
    path = tmp_path / "set-up.json"
    call_command("config", "export", to=path)
    return path


def run(capsys, *words, **options):
    call_command("config", *words, **options)
    return capsys.readouterr().out


def test_what_was_written_does_not_differ(file, capsys):
    assert run(capsys, "diff", str(file)) == ""


def test_applied_elsewhere_it_makes_the_same_set_up_and_is_undone_as_one(file, ann, capsys):
    held = json.loads(file.read_bytes())
    held["customfields"] = [{**one, "name": "x_bonus", "label": "Bonus"} if "kind" in one else one
                            for one in held["customfields"]]  # fmt: skip
    file.write_text(json.dumps(held), encoding="utf-8")
    receipt = json.loads(run(capsys, "apply", str(file)).splitlines()[-1])
    assert (receipt["rows"], receipt["created"], receipt["unchanged"]) == (2, 1, 1)
    assert "x_bonus" in catalogue()["contacts"].fields
    assert "x_loyalty_number" in catalogue()["contacts"].fields
    undo(ann, UUID(receipt["batch"]))
    assert "x_bonus" not in catalogue()["contacts"].fields


def test_a_difference_is_told_and_ends_with_one(file, ann, capsys):
    held = json.loads(file.read_bytes())
    added = next(one for one in held["customfields"] if "kind" in one)
    added["hint"] = "Look at the card."
    file.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run(capsys, "diff", str(file))
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert told == ("~ customfields: contacts x_loyalty_number: hint: A-17 → Look at the card.\n")


def test_what_the_file_lacks_stays_unless_it_is_to_go(file, ann, capsys):
    write(ann, "customfields", None, {"on": "companies", "label": "Fleet"})
    run(capsys, "apply", str(file))
    assert "x_fleet" in catalogue()["companies"].fields
    run(capsys, "apply", str(file), remove=True)
    assert "x_fleet" not in catalogue()["companies"].fields


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"kartotek_config": 9}'])
def test_another_file_is_refused_and_changes_nothing(text, file):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="no set-up of Kartotek"):
        call_command("config", "apply", str(file))


def test_an_entry_that_cannot_be_is_named_and_nothing_is_applied(file):
    held = {"kartotek_config": 1, "customfields": [
        {"on": "contacts", "name": "x_good", "label": "Good", "kind": "text"},
        {"on": "contacts", "name": "x_bad", "label": "Phones", "kind": "text"},
    ]}  # fmt: skip
    file.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(CommandError, match=r"x_bad.*Nothing was changed"):
        call_command("config", "apply", str(file))
    assert "x_good" not in catalogue()["contacts"].fields


def test_shared_views_go_along_and_nobody_elses(ann, bob, tmp_path, capsys):
    for actor, name, shared in ((ann, "Ours", True), (bob, "Mine", False)):
        values = {"on": "contacts", "name": name, "query": "q=a", "shared": shared,
                  "shown_as": "board"}  # fmt: skip
        write(actor, "savedviews", None, values)
    held = json.loads(run(capsys, "export"))
    assert [(one["name"], one["shown_as"]) for one in held["savedviews"]] == [("Ours", "board")]
