"""A table of people as a file holds it: its columns told by their names."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.reading import opened, rows_of
from kartotek.people.newcomers import Newcomer

COLUMNS = ("name", "mail", "role", "department", "phone", "language")
NEEDED = ("name", "mail")
_ALSO = {
    "full name": "name", "email": "mail", "e-mail": "mail", "email address": "mail",
    "e-mail address": "mail", "telephone": "phone", "mobile": "phone",
}  # fmt: skip


def read_people(path: Path, sheet: str = "") -> tuple[list[Newcomer], tuple[str, ...]]:
    """Every row of the file, and what is to be said about how it was read.

    ValidationError where it is no table, an empty one, or one without names and addresses.
    """
    table = opened(path, workspace().language, sheet)
    places = _places(table.headers)
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise ValidationError(
            _("“%(file)s” has no column %(missing)s. Name its columns %(wanted)s; it has: %(is)s.")
            % {"file": path.name, "missing": ", ".join(missing), "wanted": ", ".join(COLUMNS),
               "is": ", ".join(filter(None, table.headers))[:300] or "–"}
        )  # fmt: skip
    people = [
        Newcomer(row.line, **{name: _cell(row.cells, place) for name, place in places.items()})
        for row in rows_of(table)
    ]
    left = [name for place, name in enumerate(table.headers) if name and place not in
            places.values()]  # fmt: skip
    told = _("These columns were not read: %(columns)s.") % {"columns": ", ".join(left)[:300]}
    return people, (*table.remarks, *([told] if left else []))


def _places(headers: tuple[str, ...]) -> dict[str, int]:
    """Column → where it stands; by its own name, by another usual one, or in words of this
    language."""
    words = {
        _("Name").casefold(): "name", _("E-mail").casefold(): "mail", _("Role").casefold(): "role",
        _("Department").casefold(): "department", _("Phone").casefold(): "phone",
        _("Language").casefold(): "language",
    }  # fmt: skip
    named = {**words, **_ALSO, **{name: name for name in COLUMNS}}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        name = named.get(header.strip().casefold())
        if name is not None:
            found.setdefault(name, place)
    return found


def _cell(cells: list[str], place: int) -> str:
    return unescape(cells[place].strip()) if place < len(cells) else ""
