"""Which languages are offered: English, and each whose catalogue is complete.

Gettext reads compiled catalogues. In a checkout they are made here, from the texts, whenever those
are newer; a wheel brings them along, and no texts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

NAMES = {
    "en": "English",
    "nb": "Norsk bokmål",
    "lv": "Latviešu",
    "pt-br": "Português (Brasil)",
    "hi": "हिन्दी",
}


def offered(folder: Path) -> list[tuple[str, str]]:
    """(code, own name) of every language that may be chosen."""
    return [(code, name) for code, name in NAMES.items() if code == "en" or is_ready(folder, code)]


def texts_of(folder: Path, code: str) -> Path:
    """Where the texts of a language stand."""
    locale = {"pt-br": "pt_BR"}.get(code, code)
    return folder / locale / "LC_MESSAGES" / "django.po"


def is_ready(folder: Path, code: str) -> bool:
    """Is there a compiled catalogue of all texts? Made where it is missing or old."""
    texts, template = texts_of(folder, code), folder / "django.pot"
    compiled = texts.with_suffix(".mo")
    if not texts.exists():
        return compiled.exists()
    if compiled.exists() and _age(compiled) >= max(_age(texts), _age(template)):
        return True
    if not is_complete(folder, code):
        return False
    with suppress(OSError):  # a folder that nobody may write in: what is there has to do
        compile_one(texts)
    return compiled.exists()


def is_complete(folder: Path, code: str) -> bool:
    """Is every text of the template translated, none of it fuzzy?"""
    texts, template = texts_of(folder, code), folder / "django.pot"
    if not texts.exists() or not template.exists():
        return False
    wanted = {_key(message) for message in _read(template) if message.id}
    done = {
        _key(message)
        for message in _read(texts)
        if message.string and not message.fuzzy and all(_strings(message.string))
    }
    return wanted <= done


def compile_one(texts: Path) -> Path:
    """The compiled catalogue beside the texts, whole at every moment."""
    compiled = texts.with_suffix(".mo")
    part = compiled.with_suffix(f".mo-{os.getpid()}")
    try:
        with part.open("wb") as file:
            write_mo(file, _read(texts))
        part.replace(compiled)
    finally:
        part.unlink(missing_ok=True)
    return compiled


def _read(path: Path) -> Catalog:
    locale = None if path.suffix == ".pot" else path.parent.parent.name
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _key(message: object) -> tuple[object, object]:
    return getattr(message, "id", None), getattr(message, "context", None)


def _strings(string: str | Sequence[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)
