"""A contact's company, title and primary job are one truth, whichever was typed."""

import pytest

from kartotek.core.find import find_one
from kartotek.core.undo import undo
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def fjord(ann):
    return str(write(ann, "companies", None, {"name": "Fjord Pharma AS"}).uid)


@pytest.fixture
def nord(ann):
    return str(write(ann, "companies", None, {"name": "Nord Fisk AS"}).uid)


@pytest.fixture
def ola(ann, fjord):
    job = {"company": fjord, "role": "Buyer", "primary": True}
    return write(ann, "contacts", None, {"name": "Ola Nordmann", "jobs": [job]}).uid


def test_the_primary_job_gives_the_contact_its_company_and_title(ann, ola):
    row = find_one(ann, "contacts", ola)
    assert (row["company"].title, row["job_title"]) == ("Fjord Pharma AS", "Buyer")


def test_a_company_typed_directly_moves_the_primary_job(ann, ola, nord):
    write(ann, "contacts", ola, {"company": nord})
    row = find_one(ann, "contacts", ola)
    assert row["jobs"][0]["company"].title == row["company"].title == "Nord Fisk AS"


def test_another_job_made_primary_moves_the_company(ann, ola, nord):
    first = find_one(ann, "contacts", ola)["jobs"][0]
    jobs = [
        {"uid": str(first["uid"]), "primary": False},
        {"company": nord, "role": "Chair", "primary": True},
    ]
    write(ann, "contacts", ola, {"jobs": jobs})
    row = find_one(ann, "contacts", ola)
    assert (row["company"].title, row["job_title"]) == ("Nord Fisk AS", "Chair")
    assert [job["role"] for job in row["jobs"]] == ["Buyer", "Chair"]


def test_undo_puts_company_title_and_jobs_back_together(ann, ola, nord):
    saved = write(
        ann, "contacts", ola, {"jobs": [{"company": nord, "role": "Chair", "primary": True}]}
    )
    undone = undo(ann, saved.batch)
    row = find_one(ann, "contacts", ola)
    assert undone.kept == []
    assert (row["company"].title, row["jobs"][0]["role"]) == ("Fjord Pharma AS", "Buyer")


def test_a_contact_without_jobs_keeps_its_own_company(ann, fjord):
    saved = write(ann, "contacts", None, {"name": "Kari", "company": fjord, "job_title": "Owner"})
    row = find_one(ann, "contacts", saved.uid)
    assert (row["company"].title, row["job_title"], row["jobs"]) == ("Fjord Pharma AS", "Owner", ())


def test_a_phone_is_kept_as_typed_and_never_refused(ann):
    saved = write(ann, "contacts", None, {"name": "Kari", "phones": "ring the harbour, ext. 12"})
    phone = find_one(ann, "contacts", saved.uid)["phones"][0]
    assert (phone["text"], phone["e164"]) == ("ring the harbour, ext. 12", "")
