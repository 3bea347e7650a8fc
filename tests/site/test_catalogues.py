"""Every language has every text: none missing, none that nobody asks for, each hole filled."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kartotek.site.languages import NAMES, offered, texts_of
from tests.site.pseudo import ROOT, messages
from tests.texts import bring_in_line, is_done

FOLDER = ROOT / "kartotek/locale"
LANGUAGES = [code for code in NAMES if code != "en"]
HOLES = re.compile(r"%\(\w+\)[sd]|%%")


def catalogue(path: Path):
    with path.open("rb") as file:
        return read_po(file, locale=None if path.suffix == ".pot" else path.parent.parent.name)


def ids(found) -> set[tuple[object, object]]:
    return {(one.id, one.context) for one in found if one.id}


def test_the_template_holds_what_the_source_asks_for_and_nothing_else():
    """After a change of texts: `python -m tests.texts`."""
    assert ids(catalogue(FOLDER / "django.pot")) == ids(messages())


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_is_missing_or_unused(code):
    found = catalogue(texts_of(FOLDER, code))
    assert ids(found) == ids(catalogue(FOLDER / "django.pot"))
    assert [one.id for one in found if one.id and (one.fuzzy or not is_done(one.string))] == []
    assert not found.obsolete


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_hole_of_a_text_is_in_its_translation(code):
    found, odd = catalogue(texts_of(FOLDER, code)), []
    for one in found:
        if isinstance(one.id, str) and one.id:
            if sorted(HOLES.findall(one.id)) != sorted(HOLES.findall(one.string)):
                odd.append(one.id)
        elif one.id:
            wanted = set(HOLES.findall(one.id[1]))
            if any(not set(HOLES.findall(form)) <= wanted for form in one.string):
                odd.append(one.id)
            if not wanted <= set(HOLES.findall(one.string[-1])):
                odd.append(one.id)
    assert odd == []


def test_all_five_are_offered():
    assert [code for code, _name in offered(FOLDER)] == [*NAMES]


def test_a_new_text_is_left_to_translate_and_one_that_is_gone_goes(tmp_path):
    assert set(bring_in_line(tmp_path).values()) == {len(ids(messages()))}
    path = texts_of(tmp_path, "nb")
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\nmsgid "Nobody asks for this"\nmsgstr "x"\n', encoding="utf-8")
    assert bring_in_line(tmp_path)["nb"] == len(ids(messages()))
    assert "Nobody asks" not in path.read_text(encoding="utf-8")
