"""Long beginnings: found by their first letters and looked through, however many there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartotek.core import asking
from kartotek.core.search import nearest, search
from kartotek.core.write import write
from kartotek.site.environment import database

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("most", [2_001, 2])
def test_the_whole_beginning_counts_and_not_only_its_first_letters(world, monkeypatch, most):
    monkeypatch.setattr(asking, "LOOKED_AT", most)
    for name in ("Mariann Moen", "Marit Moldskred", "Mariann Nygård", "Mariell Moldskred"):
        write(world.bob, "contacts", None, {"name": name})
    write(world.dan, "contacts", None, {"name": "Mariann Moldskred"})
    found = [one.title for one in search(world.bob, "maria mold", types=["contacts"])]
    assert found == []
    found = [one.title for one in search(world.bob, "mari mold", types=["contacts"])]
    assert sorted(found) == ["Mariell Moldskred", "Marit Moldskred"]
    found = [one.title for one in search(world.bob, "maria", types=["contacts"])]
    assert sorted(found) == ["Mariann Moen", "Mariann Nygård"]
    found = [one.title for one in search(world.ann, "maria mold", types=["contacts"])]
    assert found == ["Mariann Moldskred"]


@pytest.mark.parametrize("most", [2_001, 2])
def test_what_sounds_alike_is_found_by_who_sees_a_part(world, monkeypatch, most):
    monkeypatch.setattr(asking, "LOOKED_AT", most)
    for name in ("Kjersti Haugland", "Kjersti Moen", "Kjersti Lund"):
        write(world.bob, "contacts", None, {"name": name})
    assert nearest(world.bob, "kjersty hauglan", types=["contacts"])[0].title == "Kjersti Haugland"


def test_a_walk_through_a_table_begins_at_its_beginning(house, monkeypatch, tmp_path):
    url = "postgresql://x@localhost/x?sslmode=require&options=-c%20jit=off"
    monkeypatch.setenv("DATABASE_URL", url)
    found = database(tmp_path)
    assert found["OPTIONS"] == {
        "sslmode": "require",
        "options": "-c synchronize_seqscans=off -c jit=off",
    }
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronize_seqscans")
            assert cursor.fetchone() == ("off",)


def test_the_company_of_a_changed_contact_is_read_once(ann):
    company = write(ann, "companies", None, {"name": "Fjord Fisk"})
    made = write(ann, "contacts", None, {"name": "Ola", "company": company.uid})
    with CaptureQueriesContext(
        connection,
    ) as told:
        write(ann, "contacts", made.uid, {"name": "Ole"}, version=1)
    asked = [one["sql"] for one in told.captured_queries]
    assert len([sql for sql in asked if "FROM crm_company " in sql]) == 1, asked
    assert [one.title for one in search(ann, "ole fjord", types=["contacts"])] == ["Ole"]


def test_a_whole_word_is_found_behind_very_many_newer_beginnings(ann):
    write(ann, "companies", None, {"name": "Fjord"})
    for number in range(70):
        write(ann, "companies", None, {"name": f"Fjordby {number}"})
    assert search(ann, "fjord", types=["companies"])[0].title == "Fjord"


def test_a_letter_too_many_at_the_end_does_not_hide_who_is_meant(ann):
    for name in ("Maria Moen", "Knut Dahl", "Max Xavier"):
        write(ann, "contacts", None, {"name": name})
    assert search(ann, "moen maria x") == []
    assert nearest(ann, "moen maria x")[0].title == "Maria Moen"
