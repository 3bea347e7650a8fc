"""The page that makes several records one."""

from html import unescape

import pytest

from kartotek.core.find import find, find_one
from kartotek.core.write import write
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(ann):
    def made(name, **values):
        return write(ann, "contacts", None, {"name": name, **values}).uid

    first = made("Ola Nordmann", phones="11 11 11 11", job_title="Cook", language="Norwegian")
    second = made("Ola N", phones="22 22 22 22", job_title="Chef", language="Norwegian")
    return first, second


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def asked(*uids):
    return "/contacts/merge?" + "&".join(f"uid={uid}" for uid in uids)


def test_what_differs_is_offered_and_lists_are_kept_whole(browser, twins):
    told = unescape(browser.get(asked(*twins)).content.decode())
    assert "Merge 2 records" in told
    assert 'name="f.job_title"' in told
    assert 'name="f.language"' not in told
    assert 'name="f.phones"' not in told
    assert "11 11 11 11" in told and "22 22 22 22" in told


def test_the_chosen_values_of_either_are_kept(browser, ann, twins):
    first, second = twins
    answer = browser.post(
        "/contacts/merge",
        {"uid": twins, "stays": second, "f.name": first, "f.job_title": second},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert f"/contacts/{second}" in answer["HX-Trigger"]
    row = find_one(ann, "contacts", second)
    assert (row["name"], row["job_title"]) == ("Ola Nordmann", "Chef")
    assert len(row["phones"]) == 2
    assert len(find(ann, "contacts")) == 1


def test_without_scripts_it_leads_to_the_one_that_stays(browser, twins):
    answer = browser.post("/contacts/merge", {"uid": twins, "stays": twins[0]})
    assert answer["Location"] == f"/contacts/{twins[0]}"


def test_the_old_address_leads_to_the_one_that_stays(browser, twins):
    browser.post("/contacts/merge", {"uid": twins, "stays": twins[0]})
    assert browser.get(f"/contacts/{twins[1]}")["Location"] == f"/contacts/{twins[0]}"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 422, "Choose 2 to 10 records"),
        ("uid=x&uid=y", 404, "no such record"),
        (f"uid={'0' * 32}&uid={'1' * 32}", 404, "not there any more"),
    ],
)
def test_what_cannot_be_merged_is_told(browser, query, status, words):
    answer = browser.get(f"/contacts/merge?{query}")
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


def test_a_reader_is_offered_no_merge_and_merges_nothing(world, ann, twins):
    reader = signed_in(world.reader)
    assert "data-merge" not in reader.get("/contacts").content.decode()
    answer = reader.post("/contacts/merge", {"uid": twins, "stays": twins[0]})
    assert answer.status_code == 403
    assert len(find(ann, "contacts")) == 2


def test_a_hostile_value_is_text(browser, ann, twins):
    write(ann, "contacts", twins[0], {"job_title": "<script>x</script>"})
    assert "<script>x" not in browser.get(asked(*twins)).content.decode()
