"""One record opened to somebody more, and closed again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kartotek.core import security
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.remove import remove
from kartotek.core.sharing import share, shares, unshare
from kartotek.core.write import write
from kartotek.people.acting import actor_of_member
from tests.everything import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(world):
    """A contact of Dan's, whose department Bob does not see."""
    return write(world.dan, "contacts", None, {"name": "Ola Nordmann"}).uid


def place_of(world, name):
    return next(row.uid for row in find(world.ann, "departments") if row.title == name)


def test_who_it_is_shared_with_reads_it_until_it_is_closed(world, card):
    with pytest.raises(NotFound):
        find_one(world.bob, "contacts", card)
    assert share(world.dan, "contacts", card, "member", world.bob.member_uid).before is None
    assert find_one(world.bob, "contacts", card).title == "Ola Nordmann"
    with pytest.raises(PermissionDenied):
        write(world.bob, "contacts", card, {"job_title": "Buyer"})
    before = unshare(world.dan, "contacts", card, "member", world.bob.member_uid).before
    assert before is not None and not before.may_edit
    with pytest.raises(NotFound):
        find_one(world.bob, "contacts", card)
    assert unshare(world.dan, "contacts", card, "member", world.bob.member_uid).before is None


def test_a_second_share_with_the_same_takes_the_place_of_the_first(world, card):
    share(world.dan, "contacts", card, "member", world.bob.member_uid)
    before = share(
        world.dan, "contacts", card, "member", world.bob.member_uid, may_edit=True
    ).before
    assert before is not None and not before.may_edit
    assert [(one.title, one.may_edit) for one in shares(world.dan, "contacts", card)] == [
        ("Bob", True)
    ]
    write(world.bob, "contacts", card, {"job_title": "Buyer"})


def test_a_department_it_is_shared_with_sees_it(world, card):
    share(world.dan, "contacts", card, "department", place_of(world, "Sales"))
    bob = actor_of_member(world.bob.member)
    assert find_one(bob, "contacts", card).title == "Ola Nordmann"


def test_a_share_ends_by_itself(world, card):
    soon = datetime.now(UTC) + timedelta(milliseconds=400)
    share(world.dan, "contacts", card, "member", world.bob.member_uid, until=soon)
    assert find_one(world.bob, "contacts", card)
    while datetime.now(UTC) <= soon:
        pass
    with pytest.raises(NotFound):
        find_one(actor_of_member(world.bob.member), "contacts", card)
    assert shares(world.dan, "contacts", card) == []


def test_only_who_may_change_it_opens_it_and_only_to_somebody_there(world, card):
    before = everything()
    for actor, error in ((world.bob, NotFound), (world.reader, PermissionDenied)):
        with pytest.raises(error):
            share(actor, "contacts", card, "member", world.bob.member_uid, may_edit=True)
        with pytest.raises(error):
            unshare(actor, "contacts", card, "member", world.bob.member_uid)
    for to, uid in (("member", card), ("department", "x"), ("role", card), ("", "")):
        with pytest.raises(ValidationError, match="Choose a person or a department"):
            share(world.dan, "contacts", card, to, uid)
    with pytest.raises(ValidationError, match="has passed"):
        share(world.dan, "contacts", card, "member", world.bob.member_uid, until=datetime.now(UTC))
    with pytest.raises(ValidationError, match="nothing to share"):
        share(world.ann, "members", world.bob.member_uid, "member", world.bob.member_uid)
    assert everything() == before
    remove(world.dan, "contacts", card)
    with pytest.raises(ValidationError, match="in the trash"):
        share(world.dan, "contacts", card, "member", world.bob.member_uid)


def test_each_leaves_a_line_in_the_security_log(world, card):
    share(world.dan, "contacts", card, "member", world.bob.member_uid)
    unshare(world.dan, "contacts", card, "member", world.bob.member_uid)
    kinds = [line[0] for line in security.recent(("shared", "unshared"), 60)]
    assert sorted(kinds) == ["shared", "unshared"]


def test_what_is_wrong_is_told_at_its_field(world, card):
    passed = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        share(world.dan, "contacts", card, "member", world.bob.member_uid, until=passed)
    assert list(refused.value.message_dict) == ["until"]
    with pytest.raises(ValidationError) as refused:
        share(world.dan, "contacts", card, "member", card)
    assert list(refused.value.message_dict) == ["to"]


def test_a_share_with_somebody_else_is_another_one(world, card):
    sales = place_of(world, "Sales")
    share(world.dan, "contacts", card, "member", world.bob.member_uid, may_edit=True)
    assert share(world.dan, "contacts", card, "member", world.cyd.member_uid).before is None
    assert share(world.dan, "contacts", card, "department", sales).before is None
    closed = unshare(world.dan, "contacts", card, "department", place_of(world, "Service"))
    assert closed.before is None
    told = [(one.to, one.title, one.may_edit) for one in shares(world.dan, "contacts", card)]
    assert sorted(told) == [
        ("department", "Sales", False), ("member", "Bob", True), ("member", "Cyd", False),
    ]  # fmt: skip


def test_of_two_shares_with_the_same_the_wider_one_holds(world, card):
    share(world.dan, "contacts", card, "member", world.bob.member_uid, may_edit=True)
    with connection.cursor() as cursor:  # as a merge brings them
        cursor.execute(
            'INSERT INTO core_share ("type", record, member, may_edit) '
            'SELECT "type", record, member, NOT may_edit FROM core_share'
        )
    assert [one.may_edit for one in shares(world.dan, "contacts", card)] == [True]


def test_somebody_without_a_name_is_a_dash_and_somebody_removed_is_not_told(world, card):
    share(world.dan, "contacts", card, "member", world.bob.member_uid)
    share(world.dan, "contacts", card, "member", world.cyd.member_uid)
    remove(world.ann, "members", world.cyd.member_uid)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_member SET name = '' WHERE id = %s", [world.bob.member])
    assert [one.title for one in shares(world.dan, "contacts", card)] == ["–"]
    with pytest.raises(ValidationError, match="Choose a person"):
        share(world.dan, "contacts", card, "member", world.cyd.member_uid)
