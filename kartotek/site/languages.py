"""Which languages are offered: English, and each whose catalogue is complete."""

from __future__ import annotations

from pathlib import Path

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
    return [
        (code, name) for code, name in NAMES.items() if code == "en" or is_complete(folder, code)
    ]


def is_complete(folder: Path, code: str) -> bool:
    """Is every text of the template translated, none of it fuzzy?"""
    locale = {"pt-br": "pt_BR"}.get(code, code)
    catalogue = folder / locale / "LC_MESSAGES" / "django.po"
    template = folder / "django.pot"
    if not catalogue.exists() or not template.exists():
        return False
    with template.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    with catalogue.open("rb") as file:
        done = {
            message.id
            for message in read_po(file, locale=locale)
            if message.string and not message.fuzzy and all(_strings(message.string))
        }
    return wanted <= done


def _strings(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)
