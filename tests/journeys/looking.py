"""What eyes would see on a page: text cut off, text over text, a page wider than the screen.

In the light every width is looked at, in the dark the desk or the phone, which differs from page to
page. A page looks alike on either database: on PostgreSQL it is looked at once.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.conftest import RULES, drawn, look, violations

WIDTHS = (1440, 390, 320)
THEMES = ("light", "dark")
NARROWEST = 320  # names, roles and colours are those of 390: what is asked is what still fits
COLOURS = "color-contrast"
SIZES = "target-size"

_FAULTS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """What of the page's text cannot be read, in words."""
    drawn(page)
    return list(page.evaluate(_FAULTS))


def at_every_size(page: Page, name: str, widths: Iterable[int] = WIDTHS) -> None:
    """The page as it stands, at each width and in both themes: nothing is broken."""
    found = []
    looks = _looks(name, tuple(widths))
    width_before = None
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        look(page, f"{name}-{width}-{theme}")
        # The other theme differs in nothing but its colours.
        is_first = width != width_before
        width_before = width
        rules = [SIZES] if width == NARROWEST else RULES
        told = (
            [*faults(page), *unscrolled(page, rules)] if is_first else violations(page, [COLOURS])
        )
        found += [f"{name} at {width} {theme}: {one}" for one in told]
    page.set_viewport_size({"width": 1440, "height": 900})
    assert not found, "\n".join(found)


def _looks(name: str, widths: tuple[int, ...]) -> list[tuple[int, str]]:
    """Width and theme of each look at the page of this name."""
    turn = zlib.crc32(name.encode())
    wide = [width for width in widths if width != NARROWEST] or list(widths)
    dark = wide[turn % len(wide)]
    looks = [(width, theme) for width in widths for theme in THEMES
             if theme == "light" or width == dark]  # fmt: skip
    return [looks[turn % len(looks)]] if os.environ.get("KARTOTEK_TEST_DATABASE_URL") else looks


def unscrolled(page: Page, rules: Iterable[str]) -> list[tuple[str, str, str]]:
    """What is broken, less what a bar that floats above the page covers only until one scrolls."""
    found = violations(page, rules)
    if not any(rule == SIZES for rule, _where, _why in found):
        return found
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    stays = {rule for rule, _where, _why in violations(page, [SIZES])}
    page.evaluate("scrollTo(0, 0)")
    return [one for one in found if one[0] != SIZES or SIZES in stays]
