"""Relationships on a record's page: said, shown on both cards, changed, ended and taken away."""

import re
from uuid import UUID

import pytest

from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.record_lock import today
from kartotek.core.relating import related
from kartotek.core.undo import undo
from kartotek.core.write import write
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola Nordmann"}).uid


@pytest.fixture
def fjord(bob):
    return write(bob, "companies", None, {"name": "Fjord AS"}).uid


@pytest.fixture
def kind(ann):
    values = {"name": "accountant of", "inverse": "accountant"}
    return write(ann, "relationshipkinds", None, values).uid


def send(actor, path, **sent):
    sent = {name.replace("__", "."): value for name, value in sent.items()}
    return signed_in(actor).post(path, sent, headers=PARTIAL)


def say(actor, ola, words, fjord, **more):
    other = {"other": f"companies/{fjord}", "other__text": "Fjord AS"}
    return send(actor, f"/contacts/{ola}/relations", words__text=words, **{**other, **more})


def only(actor, key, uid):
    row = find_one(actor, key, uid)
    (group,) = related(actor, key, row, today(actor))
    return group.words, group.relations[0]


def test_the_panel_shows_it_on_both_cards_and_offers_to_add(bob, ola, kind, fjord):
    told = say(bob, ola, "accountant of", fjord)
    assert told.status_code == 200
    assert "“accountant of: Fjord AS” added." in told.content.decode()
    assert told["HX-Trigger"] == "k:changed, k:close"
    html = signed_in(bob).get(f"/companies/{fjord}").content.decode()
    assert '<h3 class="relation-words">accountant</h3>' in html
    assert f'<a href="/contacts/{ola}">Ola Nordmann</a>' in html
    assert f'href="/companies/{fjord}/relations"' in html


def test_what_the_other_card_reads_may_be_said_here(bob, ola, kind, fjord):
    sent = {"words.text": "Accountant", "other": f"contacts/{ola}", "other.text": "Ola"}
    signed_in(bob).post(f"/companies/{fjord}/relations", sent)
    assert only(bob, "contacts", ola)[0] == "accountant of"
    assert find(bob, "relationshipkinds", Question(count=True)).count == 1


def test_new_words_ask_what_the_other_card_reads_and_then_make_the_kind(bob, ola, fjord):
    asked = say(bob, ola, "stylist of", fjord)
    assert asked.status_code == 422
    assert 'name="back"' in asked.content.decode()
    assert find(bob, "relationshipkinds", Question(count=True)).count == 0
    assert say(bob, ola, "stylist of", fjord, back="stylist").status_code == 200
    assert only(bob, "companies", fjord)[0] == "stylist"


def test_the_kind_and_the_relationship_are_one_act(bob, ola, fjord):
    told = say(bob, ola, "stylist of", fjord, back="stylist").content.decode()
    undo(bob, UUID(re.search(r"/undo/([0-9a-f-]{36})", told)[1]))
    assert find(bob, "relationshipkinds", Question(count=True)).count == 0
    assert find(bob, "relationships", Question(count=True)).count == 0


def test_a_suggestion_makes_its_kind_both_ways_round(bob, ola, fjord):
    offered = signed_in(bob).get(f"/companies/{fjord}/relations/words?q=acc").content.decode()
    assert "there: accountant</span>" in offered
    assert "there: accountant of</span>" in offered
    sent = {"words": "other/", "words.text": "accountant", "other.text": "Ola Nordmann"}
    assert signed_in(bob).post(f"/companies/{fjord}/relations", sent).status_code == 302
    assert only(bob, "contacts", ola)[0] == "accountant of"
    again = signed_in(bob).get(f"/companies/{fjord}/relations/words?q=acc").content.decode()
    assert again.count('data-title="accountant"') == 1


def test_a_kind_is_offered_only_where_it_fits(ann, ola, fjord):
    values = {"name": "audits", "inverse": "audited by", "one_type": "companies"}
    write(ann, "relationshipkinds", None, values)
    path = "relations/words?q=audi"
    here = signed_in(ann).get(f"/contacts/{ola}/{path}").content.decode()
    there = signed_in(ann).get(f"/companies/{fjord}/{path}").content.decode()
    assert ('data-title="audits"' in here, 'data-title="audited by"' in here) == (False, True)
    assert 'data-title="audits"' in there


def test_the_other_one_is_offered_of_every_type_within_reach(bob, dan, ola, fjord):
    far = write(dan, "contacts", None, {"name": "Fjordland"}).uid
    html = signed_in(bob).get("/ends?q=fjord").content.decode()
    assert f'data-uid="companies/{fjord}"' in html
    assert str(far) not in html
    assert f"contacts/{ola}" in signed_in(bob).get("/ends").content.decode()
    without = signed_in(bob).get(f"/ends?without=contacts/{ola}").content.decode()
    assert f"contacts/{ola}" not in without


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"words.text": ""}, "Say what the one is to the other."),
        ({"words.text": "accountant of"}, "Choose whom or what this is about."),
        ({"words.text": "accountant of", "other.text": "Nobody"}, "There is no “Nobody”."),
    ],
)
def test_what_is_missing_is_named_at_its_input(sent, said, bob, ola, kind):
    told = signed_in(bob).post(f"/contacts/{ola}/relations", sent, headers=PARTIAL)
    assert told.status_code == 422
    assert said in told.content.decode()


def test_two_of_one_name_are_not_guessed_between(bob, ola, kind):
    for _n in range(2):
        write(bob, "companies", None, {"name": "Berg"})
    told = send(bob, f"/contacts/{ola}/relations", words__text="accountant of", other__text="Berg")
    assert "Several are called “Berg”." in told.content.decode()


def test_what_the_door_refuses_stands_at_the_input(bob, ola, kind, fjord):
    told = say(bob, ola, "accountant of", fjord, since="2020-01-02", until="2020-01-01")
    assert 'id="rel-until-error">This ends before it begins.' in told.content.decode()
    say(bob, ola, "accountant of", fjord)
    again = say(bob, ola, "accountant of", fjord)
    assert 'id="rel-words-error">“accountant of” stands between' in again.content.decode()


def test_it_is_changed_from_either_card(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    line = only(bob, "companies", fjord)[1]
    path = f"/companies/{fjord}/relations/{line.uid}"
    html = signed_in(bob).get(path, headers=PARTIAL).content.decode()
    assert 'value="accountant"' in html
    assert f'value="contacts/{ola}"' in html
    kari = write(bob, "contacts", None, {"name": "Kari"}).uid
    told = send(bob, path, words__text="accountant", other=f"contacts/{kari}", other__text="Kari",
                remark="Since the merger", version="1")  # fmt: skip
    assert "“accountant: Kari” changed." in told.content.decode()
    words, line = only(bob, "companies", fjord)
    assert (words, line.other.title, line.remark) == ("accountant", "Kari", "Since the merger")


def test_a_stale_form_says_so_and_writes_nothing(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    line = only(bob, "contacts", ola)[1]
    write(bob, "relationships", line.uid, {"remark": "Theirs"})
    told = send(bob, f"/contacts/{ola}/relations/{line.uid}", words__text="accountant of",
                other=f"companies/{fjord}", other__text="Fjord AS", remark="Mine",
                version="1")  # fmt: skip
    assert told.status_code == 409
    assert only(bob, "contacts", ola)[1].remark == "Theirs"


def test_it_ends_today_and_is_taken_back(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    line = only(bob, "contacts", ola)[1]
    told = send(bob, f"/contacts/{ola}/relations/{line.uid}/end")
    assert "ends today." in told.content.decode()
    assert only(bob, "companies", fjord)[1].is_over
    html = signed_in(bob).get(f"/contacts/{ola}").content.decode()
    assert '<h3 class="relation-words muted">' in html
    assert "/end" not in html.split('id="relations"')[1].split("</section>")[0]


def test_it_is_dropped_from_the_card_which_stays(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    line = only(bob, "contacts", ola)[1]
    path = f"/contacts/{ola}/relations/{line.uid}/drop"
    assert signed_in(bob).post(path)["Location"] == f"/contacts/{ola}#relations"
    assert find_one(bob, "relationships", line.uid).removed
    assert send(bob, path).status_code == 404


def test_another_cards_relationship_is_not_reached_from_here(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    line = only(bob, "contacts", ola)[1]
    kari = write(bob, "contacts", None, {"name": "Kari"}).uid
    assert send(bob, f"/contacts/{kari}/relations/{line.uid}/end").status_code == 404


def test_who_does_not_see_the_other_end_sees_no_relationship(world, fjord, kind):
    far = write(world.dan, "contacts", None, {"name": "Far"}).uid
    ends = {"one": [{"type": "contacts", "uid": str(far)}],
            "other": [{"type": "companies", "uid": str(fjord)}]}  # fmt: skip
    line = write(world.ann, "relationships", None, {**ends, "kind": str(kind)}).uid
    html = signed_in(world.bob).get(f"/companies/{fjord}").content.decode()
    panel = html.split('id="relations"')[1].split("</section>")[0]
    assert "None yet." in panel
    assert '<span class="push count"></span>' in panel
    for path in (f"/companies/{fjord}/relations/{line}", f"/relationships/{line}"):
        assert signed_in(world.bob).get(path).status_code == 404


def test_a_reader_reads_and_is_offered_nothing(world, ola, kind, fjord):
    say(world.bob, ola, "accountant of", fjord)
    html = signed_in(world.reader).get(f"/contacts/{ola}").content.decode()
    panel = html.split('id="relations"')[1].split("</section>")[0]
    assert "Fjord AS" in panel
    assert "/relations" not in panel
    assert signed_in(world.reader).get(f"/contacts/{ola}/relations").status_code == 403


def test_without_a_script_the_form_is_a_page_and_leads_back(bob, ola, kind, fjord):
    client = signed_in(bob)
    assert '<form id="relate"' in client.get(f"/contacts/{ola}/relations").content.decode()
    sent = {"words.text": "accountant of", "other.text": "Fjord AS"}
    answer = client.post(f"/contacts/{ola}/relations", sent)
    assert answer["Location"] == f"/contacts/{ola}#relations"


def test_the_plain_form_of_a_new_one_chooses_both_ends(bob, ola, kind, fjord):
    client = signed_in(bob)
    assert 'data-url="/ends"' in client.get("/relationships/new").content.decode()
    sent = {"one": f"contacts/{ola}", "one.text": "Ola Nordmann", "other.text": "Fjord AS",
            "kind": str(kind), "kind.text": "accountant of"}  # fmt: skip
    assert client.post("/relationships/new", sent).status_code == 302
    assert only(bob, "companies", fjord)[1].other.title == "Ola Nordmann"


def test_an_end_is_exchanged_on_the_relationships_own_page(bob, ola, kind, fjord):
    say(bob, ola, "accountant of", fjord)
    uid = only(bob, "contacts", ola)[1].uid
    berg = write(bob, "companies", None, {"name": "Berg"}).uid
    path = f"/relationships/{uid}/field/other"
    html = signed_in(bob).get(f"{path}?edit=1", headers=PARTIAL).content.decode()
    assert f'value="companies/{fjord}"' in html
    sent = {"other": f"companies/{berg}", "other.text": "Berg", "version": "1"}
    assert signed_in(bob).post(path, sent, headers=PARTIAL).status_code == 200
    assert only(bob, "contacts", ola)[1].other.title == "Berg"
