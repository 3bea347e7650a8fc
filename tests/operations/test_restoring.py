"""Restore: all of it or nothing, and what was there before is kept."""

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from uuid_utils.compat import uuid7

from kartotek.core import reading, workspace
from kartotek.core.actor import system
from kartotek.core.catalogue import the_type
from kartotek.core.erasing import erase
from kartotek.core.find import find
from kartotek.core.logo import logo, remove_logo, set_logo
from kartotek.core.question import Question
from kartotek.core.search import search
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.operations import copies, erased_list, ready, restoring
from kartotek.operations.processes import COMMANDS, FolderLock
from kartotek.operations.restoring import RestoreRefused, restore
from kartotek.people import second_step
from kartotek.people.acting import actor_of_member
from kartotek.people.signing import give_account
from kartotek.people.tokens import make_token, revoke_token, tokens
from tests.core.leftovers import leftovers
from tests.core.test_picture import png
from tests.operations.conftest import copied_database

# whole databases are copied and exchanged here, which is not quick
pytestmark = pytest.mark.slow


def company(name):
    return write(system("test"), "companies", None, {"name": name})


def names():
    return sorted(row["name"] for row in find(system("test"), "companies", Question(size=500)))


def a_member():
    """Somebody of the house, as an actor."""
    uid = write(system("test"), "members", None, {"name": "Gus", "is_active": True}).uid
    (raw,) = reading.raws_by_uid(the_type("members"), [], [uid])
    return actor_of_member(raw.id)


def a_passkey(email):
    """The number of somebody's credentials who have set one up."""
    uid = write(system("test"), "members", None, {"name": email, "is_active": True}).uid
    user = give_account(uid, email, "Gus", "correct horse battery")
    data = {"uid": str(uuid7()), "name": "Phone"}
    Authenticator.objects.create(user=user, type="webauthn", data=data)
    return user.pk


@pytest.fixture(scope="module")
def one_restore(django_db_setup, django_db_blocker, tmp_path_factory):
    """A company and a session copied, another company made, the copy restored."""
    folder = tmp_path_factory.mktemp("restored")
    with (
        django_db_blocker.unblock(),
        override_settings(DATA=folder),
        copied_database(folder, "restored") as name,
    ):
        with restoring.database_named(name):
            company("Nordlys")
            SessionStore().create()
            settle_in("Nordlys", "NO", "nb", "Europe/Oslo")
            set_logo(png())
            owner = a_member()
            make_token(owner, "Kept")
            gone, _secret = make_token(owner, "Gone")
            kari = write(
                system("test"), "contacts", None,
                {"name": "Kari Åsgård-Lien", "emails": "kari.lien@example.com"},
            ).uid  # fmt: skip
            lost, kept = a_passkey("lost@example.com"), a_passkey("kept@example.com")
            made = copies.copy_now()
            company("Later")
            remove_logo()
            revoke_token(owner, gone)
            second_step.end_all(system("test"), [lost], owner.member_uid)
            assert second_step.steps_of(kept).are_asked
            erase(system("test"), "contacts", kari)
            done = restore(made.path)
        yield name, done


@pytest.fixture
def restored(one_restore, transactional_db):
    """What that restore said; the process works on the database it left."""
    name, done = one_restore
    with restoring.database_named(name):
        yield done


def test_a_restore_brings_back_what_the_copy_had(restored):
    assert names() == ["Nordlys"]
    assert restored.in_file["crm_company"] == restored.now["crm_company"] == 1
    assert [hit.title for hit in search(system("test"), "nordl")] == ["Nordlys"]


def test_the_logo_comes_back_with_the_database(restored):
    workspace.forget()
    found = logo(workspace.workspace().logo)
    assert found and found.data == png()


def test_what_was_there_before_is_kept_aside(restored):
    with restoring.database_named(restored.aside):
        assert names() == ["Later", "Nordlys"]


def test_a_restore_ends_in_a_receipt_that_adds_up(restored):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rows, created, skipped FROM core_receipt WHERE kind = 'restore'")
        assert cursor.fetchall() == [
            (restored.rows, restored.rows - restored.skipped, restored.skipped)
        ]


def test_a_token_that_was_revoked_since_stays_revoked(restored):
    assert {one.name: one.state for one in tokens()} == {"Kept": "live", "Gone": "revoked"}


def test_a_passkey_that_was_removed_since_stays_removed(restored):
    found = {one.user.username for one in Authenticator.objects.select_related("user")}
    assert found == {"kept@example.com"}


def test_who_was_erased_since_is_erased_again(restored):
    assert (restored.erased, restored.has_list) == (1, True)
    assert leftovers("Åsgård-Lien", "asgard", "kari.lien") == []


def test_no_byte_of_who_was_erased_is_left_in_the_restored_file(restored, one_restore):
    assert leftovers("Åsgård-Lien", "kari.lien") == []
    if connection.vendor != "sqlite":
        return  # PostgreSQL's files are the server's
    held = Path(one_restore[0]).read_bytes()
    assert b"Nordlys" in held
    assert "Åsgård-Lien".encode() not in held
    assert b"kari.lien" not in held


def test_sessions_do_not_come_back(restored):
    # And the passkey that was removed, and who was erased: the row, its mail among the names, and
    # the words, which count where they lie in a table of their own.
    assert restored.skipped == (4 if connection.vendor == "sqlite" else 5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def spoil_nothing(path):
    path.write_bytes(b"")


def spoil_text(path):
    path.write_text("name;phone\nAnn;123\n")


def spoil_tail(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_all(path):
    path.unlink()


@pytest.mark.parametrize("spoil", [spoil_nothing, spoil_text, spoil_tail, spoil_all])
def test_a_wrong_or_damaged_file_is_refused_and_nothing_is_touched(own_database, spoil):
    path = copies.copy_now().path
    company("Nordlys")
    before = set(Path(copies.folder().parent).iterdir())
    spoil(path)
    with pytest.raises(RestoreRefused, match="Nothing was restored"):
        restore(path)
    assert names() == ["Nordlys"]
    locks = {path.parent.parent / "running.lock", path.parent.parent / "commands.lock"}
    assert set(Path(copies.folder().parent).iterdir()) - before <= locks


def test_a_copy_of_a_newer_version_is_refused(own_database):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('core', '9999_tomorrow', '2030-01-01 00:00:00')"
        )
    path = copies.copy_now().path
    company("Nordlys")
    with pytest.raises(RestoreRefused, match=r"newer Kartotek .*9999_tomorrow"):
        restore(path)
    assert names() == ["Nordlys"]


def test_it_is_refused_while_kartotek_runs_and_then_prints_the_rows_by_table(
    own_database, settings, capsys
):
    company("Nordlys")
    path = copies.copy_now().path
    running = FolderLock(settings.DATA)
    assert running.take()
    with pytest.raises(CommandError, match="Stop it"):
        call_command("restore", str(path))
    running.give_back()
    call_command("restore", str(path))
    told = capsys.readouterr().out
    assert "1  crm_company" in told
    assert "kept as" in told


def test_no_restore_beside_a_command_that_writes_and_no_such_command_beside_a_restore(
    own_database, settings
):
    company("Nordlys")
    path = copies.copy_now().path
    with ready.restore_kept_out(), pytest.raises(RestoreRefused, match="kartotek import"):
        restore(path)
    restoring = FolderLock(settings.DATA, COMMANDS)
    assert restoring.take(alone=True)
    for words in (["user", "list"], ["workspace"], ["undo", "x"], ["import", "x.csv"]):
        with pytest.raises(CommandError, match="A restore is at work"):
            call_command(*words)
    restoring.give_back()
    restore(path)
    assert names() == ["Nordlys"]


def test_a_list_beside_the_copy_is_enough_where_the_present_data_are_gone(own_database):
    uid = write(system("test"), "contacts", None, {"name": "Kari Åsgård-Lien"}).uid
    made = copies.copy_now()
    erase(system("test"), "contacts", uid)
    listed = erased_list.beside(made.path)
    assert [one.uid for one in listed] == [uid]
    with connection.cursor() as cursor:  # as after a disk was lost: only the file remembers
        cursor.execute("DELETE FROM core_erased")
    done = restore(made.path)
    assert done.erased == 1
    assert not find(system("test"), "contacts", Question()).rows


def test_a_restore_without_a_list_says_so_and_a_damaged_list_stops_it(own_database, capsys):
    made = copies.copy_now()
    beside = made.path.with_name(erased_list.NAME)
    beside.write_text('{"uid": "x"}\n')
    with pytest.raises(RestoreRefused, match="is damaged"):
        restore(made.path)
    beside.unlink()
    call_command("restore", str(made.path))
    assert "No list of who was erased" in capsys.readouterr().out


def test_no_byte_is_left_in_the_file_itself_nor_in_its_journal(own_database):
    """Also of a value that was replaced before, and in the words that searches walked."""
    for number in range(40):  # neighbours, so that pages are shared
        company(f"Neighbour {number}")
    uid = write(system("test"), "contacts", None, {"name": "Kari Åsgård-Lien"}).uid
    write(system("test"), "contacts", uid, {"emails": "kari.lien@example.com"})
    write(system("test"), "contacts", uid, {"emails": "k.zweite@example.com"})
    erase(system("test"), "contacts", uid)
    left = ["Åsgård-Lien", "kari.lien", "k.zweite", "asgard", "zweite"]
    assert leftovers(*left) == []
    if connection.vendor != "sqlite":
        return  # PostgreSQL's files are the server's
    files = [Path(own_database), *Path(own_database).parent.glob("*-wal")]
    held = b"".join(path.read_bytes() for path in files)
    assert b"Neighbour 7" in held
    assert [text for text in left if text.encode() in held] == []
