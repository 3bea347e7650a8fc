"""One field edited in place: shown, opened, saved, refused, and disputed."""

import re

import pytest

from kartotek.core.context import Context
from kartotek.core.find import find_one
from kartotek.core.history import history
from kartotek.core.write import write
from tests.web_client import signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def company(ann):
    return write(ann, "companies", None, {"name": "Fjord", "phones": "+47 55 51 23 45"}).uid


@pytest.fixture
def client(ann):
    return signed_in(ann, headers=HTMX)


def path(uid, name, query=""):
    return f"/companies/{uid}/field/{name}{query}"


def value(actor, uid, name):
    return find_one(actor, "companies", uid)[name]


def test_a_field_opens_as_an_editor_with_its_version(client, company):
    html = client.get(path(company, "name", "?edit=1")).content.decode()
    assert 'name="name" type="text" value="Fjord"' in html
    assert 'name="version" value="1"' in html


def test_saving_shows_the_value_a_toast_with_undo_and_tells_the_page(client, ann, company):
    answer = client.post(path(company, "name"), {"name": "Fjord Pharma", "version": "1"})
    assert "Fjord Pharma" in answer.content.decode()
    assert "/undo/" in answer.content.decode()
    assert answer["HX-Trigger"] == "k:changed"
    assert value(ann, company, "name") == "Fjord Pharma"


def test_saving_what_stands_already_says_nothing(client, company):
    answer = client.post(path(company, "name"), {"name": "Fjord", "version": "1"})
    assert "HX-Trigger" not in answer
    assert "/undo/" not in answer.content.decode()


def test_a_refused_value_stays_typed_and_is_explained(client, company):
    answer = client.post(path(company, "employees"), {"employees": "many", "version": "1"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="many"' in html
    assert 'aria-invalid="true" aria-describedby="in-employees-error"' in html
    assert 'id="in-employees-error"' in html


def test_two_new_values_are_put_side_by_side_and_nothing_is_written(client, ann, company):
    write(ann, "companies", company, {"name": "Theirs"})
    answer = client.post(path(company, "name"), {"name": "Mine", "version": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert re.findall(r"<dd>(.*?)</dd>", html) == ["Fjord", "Theirs", "Mine"]
    assert value(ann, company, "name") == "Theirs"


def test_mine_is_written_with_the_version_the_screen_gave(client, ann, company):
    write(ann, "companies", company, {"name": "Theirs"})
    html = client.post(path(company, "name"), {"name": "Mine", "version": "1"}).content.decode()
    version = re.search(r'name="version" value="(\d+)"', html).group(1)
    client.post(path(company, "name"), {"name": "Mine", "version": version})
    assert value(ann, company, "name") == "Mine"


def test_others_fields_merge_without_a_question(client, ann, company):
    write(ann, "companies", company, {"employees": 7})
    answer = client.post(path(company, "name"), {"name": "Mine", "version": "1"})
    assert answer.status_code == 200
    assert value(ann, company, "employees") == 7


def test_phones_are_a_list_of_lines(client, ann, company):
    own = value(ann, company, "phones")[0]["id"]
    form = {
        "phones.rows": "1", "phones.row": [own, "+add1", "+add2"],
        f"phones.{own}.text": "+47 55 51 23 45", "phones.+add1.text": "+47 90 00 00 01",
        "phones.+add1.type": "mobile", "phones.+add2.text": "", "phones.primary": "+add1",
        "version": "1",
    }  # fmt: skip
    client.post(path(company, "phones"), form)
    first, second = value(ann, company, "phones")
    assert (first["id"], first["primary"]) == (own, False)
    assert (second["text"], second["type"], second["primary"]) == (
        "+47 90 00 00 01",
        "mobile",
        True,
    )


def test_a_list_may_also_be_typed_one_a_line(client, ann, company):
    client.post(path(company, "phones"), {"phones": "+47 22000001\n+47 22000002", "version": "1"})
    assert [one["text"] for one in value(ann, company, "phones")] == [
        "+47 22000001",
        "+47 22000002",
    ]


def test_a_list_with_no_line_left_is_empty(client, ann, company):
    client.post(path(company, "phones"), {"phones.rows": "1", "version": "1"})
    assert value(ann, company, "phones") == ()


def test_a_flag_left_out_of_the_form_is_no(client, ann):
    contact = write(ann, "contacts", None, {"name": "Ola", "do_not_call": True}).uid
    client.post(f"/contacts/{contact}/field/do_not_call", {"version": "1"})
    assert find_one(ann, "contacts", contact)["do_not_call"] is False


def test_a_link_takes_the_chosen_record_or_its_exact_name(client, ann, company):
    contact = write(ann, "contacts", None, {"name": "Ola"}).uid
    client.post(f"/contacts/{contact}/field/company", {"company.text": "fjord", "company": ""})
    assert find_one(ann, "contacts", contact)["company"].uid == company


def test_words_that_name_no_record_are_refused_and_stay(client, ann):
    contact = write(ann, "contacts", None, {"name": "Ola"}).uid
    answer = client.post(f"/contacts/{contact}/field/company", {"company.text": "Nowhere"})
    assert answer.status_code == 422
    assert 'value="Nowhere"' in answer.content.decode()


def test_parts_are_lines_and_keep_their_uid(client, ann, company):
    jobs = [{"company": str(company), "role": "Buyer"}]
    contact = write(ann, "contacts", None, {"name": "Ola", "jobs": jobs}).uid
    own = str(find_one(ann, "contacts", contact)["jobs"][0]["uid"])
    form = {
        "jobs.rows": "1", "jobs.row": [own], f"jobs.{own}.role": "Head",
        f"jobs.{own}.company": str(company), f"jobs.{own}.company.text": "Fjord",
    }  # fmt: skip
    client.post(f"/contacts/{contact}/field/jobs", form)
    job = find_one(ann, "contacts", contact)["jobs"][0]
    assert (str(job["uid"]), job["role"]) == (own, "Head")


def test_in_a_list_the_cell_opens_at_once_and_comes_back_as_a_cell(client, company):
    assert "<form" in client.get(path(company, "lifecycle", "?in=list")).content.decode()
    answer = client.post(path(company, "lifecycle", "?in=list"), {"lifecycle": "lead"})
    assert answer.content.decode().lstrip().startswith('<button type="button" class="cell"')


def test_a_reader_opens_no_editor_and_saves_nothing(world, company):
    reader = signed_in(world.reader, headers=HTMX)
    assert "<form" not in reader.get(path(company, "name", "?edit=1")).content.decode()
    assert reader.post(path(company, "name"), {"name": "x"}).status_code == 403


def test_the_same_form_sent_twice_is_one_change(client, ann, company):
    form = {"name": "Twice", "version": "1", "key": "k1"}
    client.post(path(company, "name"), form)
    client.post(path(company, "name"), form)
    assert len(history(ann, "companies", company, Context())) == 2


def test_the_options_of_a_link_begin_like_what_was_typed(client, company):
    html = client.get("/companies/options?q=fjo&new=1").content.decode()
    assert f'data-uid="{company}"' in html
    assert "Create “fjo”" in html
