"""Saved views: one's own, those shown to everybody, and nobody else's."""

from dataclasses import replace

import pytest

from kartotek.core import viewing
from kartotek.core.actor import Rights
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.undo import undo

pytestmark = pytest.mark.django_db


def names(actor, key="companies"):
    return [one.name for one in viewing.views_of(actor, key)]


def test_a_view_is_its_owners_until_it_is_shown_to_everybody(world):
    saved = viewing.keep(world.bob, "companies", "Leads", "lifecycle=lead")
    assert names(world.bob) == ["Leads"]
    assert [names(one) for one in (world.dan, world.ann, world.reader)] == [[], [], []]
    viewing.change(world.bob, saved.uid, shared=True)
    assert [names(one) for one in (world.dan, world.ann, world.reader)] == [["Leads"]] * 3


def test_a_read_only_role_keeps_views_of_its_own(world):
    saved = viewing.keep(world.reader, "companies", "Mine", "owner=me")
    viewing.change(world.reader, saved.uid, name="All mine")
    assert names(world.reader) == ["All mine"]
    undo(world.reader, viewing.let_go(world.reader, saved.uid).batch)
    assert names(world.reader) == ["All mine"]


def test_what_is_shared_is_changed_by_its_owner_and_by_administrators(world):
    saved = viewing.keep(world.bob, "companies", "Leads", "", shared=True)
    assert not viewing.view_of(world.manager, saved.uid).may_edit
    for act in (lambda: viewing.change(world.manager, saved.uid, name="Mine now"),
                lambda: viewing.let_go(world.manager, saved.uid)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            act()
    viewing.change(world.ann, saved.uid, name="Cold leads")
    assert names(world.bob) == ["Cold leads"]


def test_a_view_of_a_list_that_is_not_open_is_not_open_either(world):
    saved = viewing.keep(world.bob, "companies", "Leads", "q=secret", shared=True)
    verbs = {**world.cyd.rights.verbs, "companies": {"view": "none"}}
    outside = replace(world.cyd, rights=Rights(verbs=verbs))
    assert names(outside) == []
    assert saved.uid not in [row.uid for row in find(outside, "savedviews")]
    with pytest.raises(NotFound):
        viewing.view_of(outside, saved.uid)


def test_views_of_other_lists_do_not_stand_here(ann):
    viewing.keep(ann, "companies", "Leads", "")
    assert names(ann, "contacts") == []


def test_a_removed_view_is_gone_for_everybody(world):
    saved = viewing.keep(world.bob, "companies", "Leads", "", shared=True)
    viewing.let_go(world.bob, saved.uid)
    assert names(world.dan) == []
    with pytest.raises(NotFound):
        viewing.view_of(world.bob, saved.uid)


def test_one_view_opens_first_and_one_undo_gives_the_other_back_its_place(ann):
    one, two = (viewing.keep(ann, "companies", name, "") for name in ("One", "Two"))
    viewing.open_first(ann, viewing.view_of(ann, one.uid))
    act = viewing.open_first(ann, viewing.view_of(ann, two.uid))
    first = [view.name for view in viewing.views_of(ann, "companies") if view.opens_first]
    assert first == ["Two"]
    undo(ann, act.batch)
    first = [view.name for view in viewing.views_of(ann, "companies") if view.opens_first]
    assert first == ["One"]


def test_own_views_come_first_by_their_place_then_by_name(world):
    viewing.keep(world.bob, "companies", "A shared one", "", shared=True)
    viewing.keep(world.ann, "companies", "Beta", "")
    last = viewing.keep(world.ann, "companies", "Zulu", "")
    viewing.change(world.ann, last.uid, position=1)
    assert names(world.ann) == ["Zulu", "Beta", "A shared one"]


def test_a_view_has_a_name_and_a_list_that_there_is(ann):
    with pytest.raises(ValidationError):
        viewing.keep(ann, "companies", " ", "q=x")
    with pytest.raises(NotFound):
        viewing.keep(ann, "nosuch", "Name", "q=x")
