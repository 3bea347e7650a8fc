"""How many queries an answer costs: pinned with a ceiling, so that none creeps in."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.search import search
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import workspace
from kartotek.core.write import write
from kartotek.people.models import Account
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def counted(work):
    """The statements of one act, without those that only bracket it."""
    workspace()
    with CaptureQueriesContext(connection) as captured:
        work()
    return [one["sql"] for one in captured if not one["sql"].startswith(CONTROL)]


@pytest.fixture
def crowd(ann):
    """Twelve contacts at three companies, each with a phone."""
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    firms = [write(ann, "companies", None, {"name": f"Firm {n}"}).uid for n in range(3)]
    return [
        write(ann, "contacts", None, {
            "name": f"Person {n}", "company": str(firms[n % 3]), "phones": f"+47 22 00 00 {n:02}",
        }).uid
        for n in range(12)
    ]  # fmt: skip


def test_a_list_with_links_costs_at_most_six(crowd, ann, bob):
    for actor in (ann, bob):
        told = counted(lambda actor=actor: find(actor, "contacts", Question(size=10)))
        assert len(told) <= 6, told


def test_one_record_costs_at_most_six(crowd, ann):
    told = counted(lambda: find_one(ann, "contacts", crowd[0]))
    assert len(told) <= 6, told


def test_a_new_record_costs_at_most_eight(crowd, ann):
    told = counted(lambda: write(ann, "contacts", None, {"name": "Ola", "phones": "+4740000000"}))
    assert len(told) <= 8, told


def test_a_change_costs_at_most_ten(crowd, ann):
    told = counted(lambda: write(ann, "contacts", crowd[0], {"job_title": "Buyer"}))
    assert len(told) <= 10, told


def test_a_search_costs_at_most_three_for_each_type(crowd, ann):
    told = counted(lambda: search(ann, "person"))
    assert len(told) <= 18, told


@pytest.fixture
def browser(crowd, ann, client):
    """Ann's browser, signed in."""
    user = get_user_model().objects.create(username="ann")
    Account.objects.create(user=user, member_id=ann.member)
    client.force_login(user)
    client.get("/contacts/")  # what is read once a process is not a page's cost
    return client


@pytest.mark.parametrize(("place", "most"), [("/{key}", 8), ("/{key}/{uid}", 12)])
def test_a_page_stays_under_its_ceiling(place, most, browser, crowd):
    path = place.format(key="contacts", uid=crowd[0])
    browser.get(path)
    told = counted(lambda: _opened(browser, path))
    assert len(told) <= most, "\n".join(one[:150] for one in told)


def test_relationships_cost_a_page_at_most_two_more(seeing_ties):
    for browser, path in seeing_ties:
        browser.get(path)
        told = counted(lambda browser=browser, path=path: _opened(browser, path))
        assert len(told) <= 14, "\n".join(one[:150] for one in told)


@pytest.fixture
def seeing_ties(crowd, ann, bob):
    """Ann's and Bob's browsers, each at a card of theirs that is tied to five others."""
    kind = str(write(ann, "relationshipkinds", None, {"name": "rival of"}).uid)
    found = []
    for actor in (ann, bob):
        mine = write(actor, "contacts", None, {"name": "Mine"}).uid
        for n in range(5):
            firm = write(actor, "companies", None, {"name": f"Rival {n}"}).uid
            ends = {"one": [{"type": "contacts", "uid": mine}],
                    "other": [{"type": "companies", "uid": firm}]}  # fmt: skip
            write(actor, "relationships", None, {**ends, "kind": kind})
        found.append((signed_in(actor), f"/contacts/{mine}"))
    return found


def _opened(browser, path):
    answer = browser.get(path, follow=True)
    assert answer.status_code == 200
    return answer


def test_a_save_from_a_page_stays_under_its_ceiling(browser, crowd):
    path = f"/contacts/{crowd[0]}/field/job_title?in=rail"
    sent = {"job_title": "Buyer", "version": 1}
    told = counted(lambda: browser.post(path, sent, HTTP_HX_REQUEST="true"))
    assert len(told) <= 15, "\n".join(one[:150] for one in told)
    assert "Buyer" in browser.get(f"/contacts/{crowd[0]}").content.decode()


STATUSES = ["", "lead", "prospect", "customer", "former", "partner"]


@pytest.fixture(params=["ann", "bob"])
def seeing(crowd, request):
    """A browser of Ann, then one of Bob, with something of theirs in each column of the board."""
    actor = request.getfixturevalue(request.param)
    for n, status in enumerate(STATUSES):
        write(actor, "contacts", None, {
            "name": f"Person of mine {n}", "lifecycle": status, "phones": f"+47 22 00 01 {n:02}",
        })  # fmt: skip
    return signed_in(actor)


# The frame of a page asks five, words are looked up two each for the figures and for the cards.
@pytest.mark.parametrize(
    ("query", "most"),
    [("", 9), ("?f=name:starts:P&sort=-changed_at", 9), ("?q=person", 13)],
)
def test_a_board_stays_under_its_ceiling(query, most, seeing):
    seeing.get(f"/contacts/board{query}")
    told = counted(lambda: _opened(seeing, f"/contacts/board{query}"))
    assert len(told) <= most, "\n".join(one[:150] for one in told)


@pytest.mark.parametrize(("query", "most"), [("", 8), ("?q=person", 12)])
def test_a_board_of_very_many_asks_one_more_for_each_column(query, most, seeing, monkeypatch):
    monkeypatch.setattr("kartotek.interfaces.web.cards.AT_ONCE", 0)
    seeing.get(f"/contacts/board{query}")
    told = counted(lambda: _opened(seeing, f"/contacts/board{query}"))
    assert len(told) <= most + len(STATUSES), "\n".join(one[:150] for one in told)


@pytest.fixture
def remembering(seeing, ann):
    """The same browser, with something of Ann's and Bob's on several days of November."""
    for n, row in enumerate(find(ann, "contacts", Question(size=100))):
        held = {"birthday": f"1980-11-{n + 1:02}", "last_contacted": f"2026-11-{n + 1:02}T10:00Z"}
        write(ann, "contacts", row.uid, held)
    return seeing


# As on a board: the frame asks five, words two each for the figures and for the entries.
@pytest.mark.parametrize(
    ("query", "most"),
    [("", 9), ("&span=week", 9), ("&span=agenda&on=last_contacted", 9), ("&q=person", 13)],
)
def test_a_calendar_stays_under_its_ceiling(query, most, remembering):
    path = f"/contacts/calendar?month=2026-11{query}"
    remembering.get(path)
    told = counted(lambda: _opened(remembering, path))
    assert len(told) <= most, "\n".join(one[:150] for one in told)


@pytest.mark.parametrize("on", ["birthday", "last_contacted"])
def test_a_calendar_of_very_many_asks_one_more_for_each_day(on, remembering, monkeypatch):
    monkeypatch.setattr("kartotek.interfaces.web.days.AT_ONCE", 0)
    path = f"/contacts/calendar?month=2026-11&on={on}"
    remembering.get(path)
    told = counted(lambda: _opened(remembering, path))
    assert len(told) <= 6 + 18, "\n".join(one[:150] for one in told)


def test_a_move_to_another_day_stays_under_its_ceiling(browser, ann, crowd):
    write(ann, "contacts", crowd[0], {"birthday": "1980-11-23"})
    sent = {"to": "2026-11-25", "version": 2}
    told = counted(lambda: browser.post(f"/contacts/{crowd[0]}/day", sent, HTTP_HX_REQUEST="true"))
    assert len(told) <= 10, "\n".join(one[:150] for one in told)


def test_a_move_stays_under_its_ceiling(browser, crowd):
    sent = {"to": "lead", "version": 1}
    told = counted(lambda: browser.post(f"/contacts/{crowd[0]}/move", sent, HTTP_HX_REQUEST="true"))
    assert len(told) <= 13, "\n".join(one[:150] for one in told)
