"""A language is offered only when its catalogue is complete, and every text has a catalogue."""

import re
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.utils.translation import trans_real

from kartotek.core.catalogue import catalogue
from kartotek.core.write import write
from kartotek.site.languages import is_complete, offered
from tests.contract.samples import least
from tests.site import pseudo
from tests.web_client import signed_in

SPOKEN = ("title", "aria-label", "placeholder", "alt")


class Texts(HTMLParser):
    """The words of a page that a person reads, but for those marked as data."""

    VOID = ("input", "meta", "link", "br", "img", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[bool] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        quiet = tag in ("script", "style", "kbd", "code", "svg", "time") or "data-said" in given
        if tag not in self.VOID:
            self._silent.append(quiet or (bool(self._silent) and self._silent[-1]))
        if not (self._silent and self._silent[-1]) and "data-said" not in given:
            self.found += [given[name] or "" for name in SPOKEN if name in given]

    def handle_endtag(self, tag):
        if tag not in self.VOID and self._silent:
            self._silent.pop()

    def handle_data(self, data):
        if not (self._silent and self._silent[-1]):
            self.found.append(data)


def unbracketed(html: str, known: set[str]) -> list[str]:
    """Texts with letters that no catalogue gave and no record brought."""
    reader = Texts()
    reader.feed(html)
    odd = []
    for text in reader.found:
        rest = text
        while "⟦" in rest:  # one text may stand inside another
            rest, before = re.sub(r"⟦[^⟦⟧]*⟧", "", rest), rest
            if rest == before:
                break
        for name in sorted(known, key=len, reverse=True):
            rest = rest.replace(name, "")
        if re.search(r"[^\W\d_]{2,}", rest):
            odd.append(text.strip())
    return odd


@pytest.fixture
def pseudo_language(tmp_path, settings, monkeypatch):
    assert pseudo.compile_into(tmp_path) > 100
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Brackets")]
    monkeypatch.setattr(trans_real, "_translations", {})
    trans_real.get_languages.cache_clear()
    yield pseudo.CODE
    trans_real.get_languages.cache_clear()


def test_a_catalogue_with_one_text_missing_is_not_offered(tmp_path):
    template, half = Catalog(), Catalog(locale="nb")
    for text in ("Save", "Undo"):
        template.add(text)
    half.add("Save", "Lagre")
    target = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    target.parent.mkdir(parents=True)
    for file, one in ((tmp_path / "django.pot", template), (target, half)):
        with file.open("wb") as out:
            write_po(out, one)
    assert not is_complete(tmp_path, "nb")
    assert offered(tmp_path) == [("en", "English")]
    half.add("Undo", "Angre")
    with target.open("wb") as out:
        write_po(out, half)
    assert [code for code, _name in offered(tmp_path)] == ["en", "nb"]


def test_the_brackets_show_a_text_without_gettext():
    assert unbracketed("<p>⟦Save⟧</p><p>Fjord</p><p>Oops</p>", {"Fjord"}) == ["Oops"]


def said(answer) -> str:
    """A page's text without what the package of the tests brings: it speaks English only."""
    text = re.sub(r'<h2 id="bills">.*?</details>', "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r">\s*Bills?\s*<|“?Bills?”?", "><", text)


@pytest.mark.either
@pytest.mark.django_db
def test_every_text_on_the_pages_comes_from_a_catalogue(ann, pseudo_language):
    write(ann, "members", ann.member_uid, {"language": pseudo_language})
    client = signed_in(ann)
    # What records say, and the package of the tests, which speaks English only.
    known = {"Ann", "Bob", "Cyd", "Dan", "Eve", "Rae", "Mia", "Company", "Sales", "Service"}
    known |= {"Elsewhere", "Kartotek", "Qwx", "qwx", "Send today", "Bill"}
    for record_type in [one for one in catalogue() if one.key != "bills"]:
        uid = write(ann, record_type, None, least(ann, record_type, "Qwx")).uid
        for path in (f"/{record_type.key}", f"/{record_type.key}/{uid}", f"/{record_type.key}/new"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert unbracketed(said(answer), known) == [], path
    for path in ("/trash", "/keys", "/api", "/search?q=zzzz"):
        assert unbracketed(said(client.get(path)), known) == [], path
