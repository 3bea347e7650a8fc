"""Times as each person's clock has them: shown, typed, and taken apart from the company's days."""

import pytest

from kartotek.core.find import find_one
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.core.write_many import Wish, write_many
from kartotek.people.acting import actor_of_member
from kartotek.people.invitations import member_of
from kartotek.people.roster import add_member
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
TYPED = "2026-03-01T09:30"


@pytest.fixture(autouse=True)
def _oslo(world):
    settle_in("Company", "NO", "en", "Europe/Oslo")


def living_in(world, actor, zone):
    """The actor, whose record now names this zone."""
    write(world.ann, "members", actor.member_uid, {"zone": zone})
    return actor_of_member(actor.member)


def hour_of(world, uid):
    return find_one(world.ann, "contacts", uid)["last_contacted"].isoformat()


def test_what_one_types_is_meant_in_ones_own_zone(world):
    bob = living_in(world, world.bob, "Asia/Tokyo")
    one = write(bob, "contacts", None, {"name": "Ola", "last_contacted": TYPED})
    assert hour_of(world, one.uid) == "2026-03-01T00:30:00+00:00"
    write_many(bob, "contacts", [Wish(one.uid, {"last_contacted": "2026-03-01T10:30"})])
    assert hour_of(world, one.uid) == "2026-03-01T01:30:00+00:00"


def test_without_one_it_is_the_companys_and_a_zone_that_is_none_counts_as_none(world):
    for zone in ("", "Oslo", "../../etc/passwd", "Europe"):
        bob = living_in(world, world.bob, zone)
        assert bob.zone == ""
        one = write(bob, "contacts", None, {"name": "Ola", "last_contacted": TYPED})
        assert hour_of(world, one.uid) == "2026-03-01T08:30:00+00:00"
        assert signed_in(bob).get(f"/contacts/{one.uid}").status_code == 200


def test_pages_show_and_take_the_same_clock(world):
    """What a form shows, sent back as it stands, changes nothing."""
    bob = living_in(world, world.bob, "Asia/Tokyo")
    uid = write(bob, "contacts", None, {"name": "Ola", "last_contacted": TYPED}).uid
    browser, at = signed_in(bob), f"/contacts/{uid}/field/last_contacted"
    assert f'value="{TYPED}"' in browser.get(f"{at}?edit=1", headers=HX).content.decode()
    version = find_one(world.ann, "contacts", uid).version
    browser.post(at, {"last_contacted": TYPED, "version": str(version)}, headers=HX)
    assert find_one(world.ann, "contacts", uid).version == version
    assert "9:30:00" in browser.get(at, headers=HX).content.decode()
    assert "1:30:00" in signed_in(world.ann).get(at, headers=HX).content.decode()


def test_new_people_live_where_the_company_is(world):
    member = member_of(add_member(world.ann, "Gus", "gus@example.com", role="sales"))
    assert find_one(world.ann, "members", member)["zone"] == ""
