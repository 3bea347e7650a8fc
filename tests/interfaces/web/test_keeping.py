"""Kept parts of the frame: drawn once, and never with what is another person's or page's."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.utils.translation import override
from jinja2 import meta

from kartotek import ui
from kartotek.core.write import write
from kartotek.interfaces.web import keeping
from kartotek.interfaces.web.menu import Shell
from tests.web_client import signed_in

TEMPLATES = Path(ui.__file__).parent / "templates"
KEPT = re.findall(
    r'kept\("([^"]+)"\)', "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
)


@pytest.fixture(autouse=True)
def _nothing_kept():
    keeping._kept.clear()


def current(page):
    """The entries of the menu that are marked as the place where one is."""
    return re.findall(r'href="([^"]+)" aria-current="page"', page)


def test_each_person_sees_their_own_name_and_place(world):
    first, second = signed_in(world.ann), signed_in(world.bob)
    for _time in range(2):
        page = first.get("/companies").text
        assert ("You: Ann" in page, "You: Bob" in page) == (True, False)
        assert current(page) == ["/companies"]
        page = second.get("/contacts").text
        assert ("You: Ann" in page, "You: Bob" in page) == (False, True)
        assert current(page) == ["/contacts"]


def told_apart(world) -> bool:
    """Two people, one address, one moment: does each get a page with their own name and lists?"""
    keeping._kept.clear()
    pages = [signed_in(one).get("/companies").text for one in (world.ann, world.reader)]
    names = [("You: Ann" in page, "You: Rae" in page) for page in pages]
    offered = [("data-new>" in page, 'href="/settings"' in page) for page in pages]
    return names == [(True, False), (False, True)] and offered == [(True, True), (False, False)]


def test_a_key_without_the_person_mixes_people_so_the_test_can_fail(world, monkeypatch):
    assert told_apart(world)
    monkeypatch.setattr(Shell, "key", property(lambda shell: (shell.here, shell.source)))
    assert not told_apart(world)


@pytest.mark.parametrize("address", ["/companies", "/api/v1/companies", "/search?q=fjord"])
def test_no_cache_on_the_way_may_hand_it_to_somebody_else(address, world):
    headers = signed_in(world.bob).get(address).headers
    assert "Cookie" in headers["Vary"]
    assert {"private", "no-store"} & set(re.split(r",\s*", headers.get("Cache-Control", "")))


def test_a_second_page_draws_nothing_of_the_frame_anew(ann, monkeypatch):
    browser = signed_in(ann)
    browser.get("/companies")
    drawn = dict(keeping._kept)
    assert {template for template, *_key in drawn} == set(KEPT)
    browser.get("/companies")
    assert keeping._kept == drawn


def test_who_may_less_is_offered_less(world):
    everything = signed_in(world.ann).get("/companies").text
    write(world.ann, "members", world.bob.member_uid, {"role": "read_only"})
    less = signed_in(world.bob).get("/companies").text
    assert " data-new>" in everything
    assert " data-new>" not in less


def test_each_language_has_its_own(ann):
    browser = signed_in(ann)
    browser.get("/companies")
    with override("nb"):
        env = engines["jinja2"].env
        shell = type("Shell", (), {"key": next(iter(keeping._kept))[2:], "here": ""})()
        env.from_string('{{ kept("dialogs.html") }}').render(shell=shell)
    assert {key[1] for key in keeping._kept} == {"en", "nb"}


def test_there_is_room_for_a_few_only(ann, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 4)
    browser = signed_in(ann)
    for where in ("/companies", "/contacts", "/notes", "/companies"):
        assert browser.get(where).status_code == 200
        assert len(keeping._kept) <= 4


@pytest.mark.parametrize("name", sorted(set(KEPT)))
def test_a_kept_part_names_nothing_but_the_shell(name):
    env = engines["jinja2"].env
    free = {"shell"} | env.globals.keys()
    seen, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        seen.add(one)
        tree = env.parse(env.loader.get_source(env, one)[0])
        assert meta.find_undeclared_variables(tree) <= free, one
        waiting += [more for more in meta.find_referenced_templates(tree) if more not in seen]
