"""Every record type × every delivered role: what each may do, and no more, as its lines say."""

from dataclasses import replace

import pytest

from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find, find_one
from kartotek.core.history import history
from kartotek.core.question import Question
from kartotek.core.record_lock import end_lock, lock, today
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.core.sharing import share, unshare
from kartotek.core.write import write
from kartotek.people.roles import rights_of
from kartotek.people.shipped import SHIPPED
from tests.contract.samples import least, made
from tests.everything import everything

pytestmark = pytest.mark.django_db
SCOPED = sorted(key for key, one in RECORD_TYPES.items() if one.scoped)
REFUSALS = (NotFound, PermissionDenied)
# scope → whose records it reaches
REACH = {
    "none": (), "own": ("own",), "department": ("own", "department"),
    "all": ("own", "department", "elsewhere"),
}  # fmt: skip


@pytest.fixture(params=sorted(SHIPPED))
def role(request):
    return request.param


@pytest.fixture
def acting(role, world):
    """Bob, of Sales, in this role."""
    return replace(
        world.bob, rights=rights_of(role), departments=(world.bob.department,), memo=None
    )


def allowed(act) -> bool:
    try:
        act()
    except REFUSALS:
        return False
    return True


@pytest.mark.parametrize("key", SCOPED)
def test_a_role_reaches_what_its_lines_say(key, role, acting, world):
    record_type = RECORD_TYPES[key]
    colleague = replace(world.reader, rights=world.ann.rights)
    owners = {"own": replace(world.bob, rights=world.ann.rights), "department": colleague,
              "elsewhere": replace(world.dan, rights=world.ann.rights)}  # fmt: skip
    saved = {whose: made(owner, record_type, seed).uid
             for seed, (whose, owner) in enumerate(owners.items(), start=1)}  # fmt: skip
    rights = rights_of(role)
    view, seen = rights.scope(key, "view"), {}
    for whose, uid in saved.items():
        is_seen = whose in REACH[view]
        assert allowed(lambda uid=uid: find_one(acting, key, uid)) == is_seen, whose
        is_read = is_seen and whose in REACH[rights.scope(key, "see_history")]
        told = [allowed(lambda uid=uid: history(acting, key, uid, Context()))]
        assert told == [is_read], whose
        seen[uid] = is_seen
    listed = {row.uid for row in find(acting, key, Question(size=200))}
    assert {uid: uid in listed for uid in seen} == seen
    for verb, act in (
        ("edit", lambda uid: write(acting, key, uid, {record_type.title: "Changed by a role"})),
        ("remove", lambda uid: remove(acting, key, uid)),
    ):
        for whose, uid in saved.items():
            may = seen[uid] and whose in REACH[rights.scope(key, verb)]
            before = everything()
            assert allowed(lambda act=act, uid=uid: act(uid)) == may, (verb, whose)
            assert (everything() == before) == (not may), (verb, whose)


@pytest.mark.parametrize("key", SCOPED)
def test_a_role_opens_and_locks_what_it_may_change(key, role, acting, world):
    record_type, rights = RECORD_TYPES[key], rights_of(role)
    owners = {
        whose: replace(owner, rights=world.ann.rights)
        for whose, owner in (
            ("own", world.bob), ("department", world.reader), ("elsewhere", world.dan),
        )
    }  # fmt: skip
    cyd = world.cyd.member_uid
    for seed, (whose, owner) in enumerate(owners.items(), start=1):
        uid = made(owner, record_type, seed).uid
        before = everything()
        may = all(whose in REACH[rights.scope(key, verb)] for verb in ("view", "edit"))
        for act in (
            lambda uid=uid: share(acting, key, uid, "member", cyd),
            lambda uid=uid: unshare(acting, key, uid, "member", cyd),
            lambda uid=uid: lock(acting, key, uid, "Mine", today(acting)),
            lambda uid=uid: end_lock(acting, key, uid),
        ):
            assert allowed(act) == may, whose
            before, was = everything(), before
            assert (before == was) == (not may), whose


@pytest.mark.parametrize("key", SCOPED)
def test_a_role_adds_only_what_it_may(key, role, acting, world):
    values = least(replace(world.bob, rights=world.ann.rights), RECORD_TYPES[key], "New here")
    before = everything()
    may = rights_of(role).scope(key, "create") != "none"
    assert allowed(lambda: write(acting, key, None, values)) == may
    assert (everything() == before) == (not may)
