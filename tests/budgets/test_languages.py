"""Every text a person sees in a template goes through gettext."""

import re
from html.parser import HTMLParser

import pytest

from tests.budgets.sources import files, offenders

SPOKEN = {"aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"}
SILENT = {"script", "style", "code", "kbd", "svg"}
# Symbols, the name of the thing itself, and keys as they stand on a keyboard.
SAME_EVERYWHERE = {"Kartotek", "Ctrl", "Esc", "Enter", "Shift", "Tab", "K", "AGPL-3.0"}
TRANSLATED = re.compile(r"\{%-?\s*trans.*?%\}.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LOOSE_ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")  # given by a macro to the tag that calls it
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Reader(HTMLParser):
    """Gathers the text nodes and spoken attributes of a template without its expressions."""

    def __init__(self):
        super().__init__()
        self.found = []
        self._silent = 0

    def handle_starttag(self, tag, attributes):
        self._silent += tag in SILENT
        self.found += [value for name, value in attributes if name in SPOKEN and value]

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT and self._silent > 0

    def handle_data(self, data):
        if not self._silent:
            self.found.append(LOOSE_ATTRIBUTE.sub(" ", data))


def untranslated(text):
    """What a person would read in English whatever their language."""
    for pattern in (COMMENT, TRANSLATED, TAG, VALUE):
        text = pattern.sub(" ", text)
    reader = Reader()
    reader.feed(text)
    return [
        word
        for found in reader.found
        for word in LETTERS.findall(found)
        if word not in SAME_EVERYWHERE
    ]


def test_every_text_of_a_template_can_be_translated():
    texts = files(".html")
    assert offenders(texts, lambda path: untranslated(texts[path])) == {}


@pytest.mark.parametrize(
    "text",
    [
        "<h1>Contacts</h1>",
        '<button aria-label="Close">×</button>',
        '<input placeholder="Search">',
        '<a title="More">{{ name }}</a>',
        "{% if x %}Nothing here{% endif %}",
    ],
)
def test_a_text_left_in_english_is_caught(text):
    assert untranslated(text)


@pytest.mark.parametrize(
    "text",
    [
        '<h1>{{ _("Contacts") }}</h1>',
        '<button aria-label="{{ _("Close") }}">×</button>',
        "{% trans %}Nothing here{% endtrans %}",
        "{# a note to the reader #}<kbd>Ctrl</kbd> · 12 / –",
        "<style>body { color: red }</style>",
    ],
)
def test_what_is_translated_or_a_symbol_is_no_breach(text):
    assert untranslated(text) == []
