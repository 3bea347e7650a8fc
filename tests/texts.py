"""Brings the catalogues in line with the source: `python -m tests.texts`.

New texts come in untranslated, those that nobody asks for go; `tests/site/test_catalogues.py` is
green again when the new ones are translated in every language.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from kartotek.site.languages import NAMES, texts_of
from tests.site.pseudo import messages

FOLDER = Path(__file__).resolve().parent.parent / "kartotek/locale"


def bring_in_line(folder: Path) -> dict[str, int]:
    """Language → how many texts of it are still to be translated."""
    template = messages()
    _write(folder / "django.pot", template)
    left = {}
    for code in NAMES:
        if code == "en":
            continue
        path = texts_of(folder, code)
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(path, catalogue)
        left[code] = sum(1 for one in catalogue if one.id and not is_done(one.string))
    return left


def is_done(string: object) -> bool:
    """Is every form of a text translated?"""
    return bool(string) and (isinstance(string, str) or all(string))  # type: ignore[arg-type]


def _read(path: Path) -> Catalog:
    locale = path.parent.parent.name
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.fuzzy, catalogue.header_comment = False, "# What Kartotek says."
    catalogue.project, catalogue.last_translator, catalogue.msgid_bugs_address = "Kartotek", "", ""
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, no_location=True, omit_header=False)


if __name__ == "__main__":
    for language, count in bring_in_line(FOLDER).items():
        sys.stdout.write(f"{language}: {count} to translate\n")
