"""What the forms of the settings ask: one line for each thing, which says what it changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from kartotek.core.regional import offered_languages
from kartotek.core.workspace import workspace
from kartotek.pages.welcome.places import zones


@dataclass(frozen=True)
class Asked:
    """One line of a form: what it is called, what it changes, and what may be chosen."""

    name: str
    label: str
    about: str
    options: tuple[tuple[str, str], ...] = ()
    most: int = 200  # letters
    fills: str = "off"  # what a browser may fill in
    kind: str = "text"  # of the input
    is_needed: bool = True
    mark: str = ""  # what is odd about the value that is kept


def languages(present: str) -> tuple[tuple[str, str], ...]:
    """(code, own name) of those that are offered, and of the one that was chosen elsewhere."""
    offered = tuple((str(code), str(name)) for code, name in settings.LANGUAGES)
    return offered if present in ("", *dict(offered)) else (*offered, (present, present))


def own_languages(present: str) -> tuple[tuple[str, str], ...]:
    """Those of the languages that this company lets its people choose, and the present one."""
    every = dict(languages(present))
    chosen = {*offered_languages(workspace(), tuple(every)), present}
    return tuple(one for one in every.items() if one[0] in chosen)


def time_zones(present: str) -> tuple[tuple[str, str], ...]:
    """Every time zone that can be chosen, and the one that was chosen elsewhere."""
    names = zones()
    names = names if present in ("", *names) else (*names, present)
    return tuple((name, name) for name in names)
