"""What every journey may ask for: a house, a browser that counts presses, a look at the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.journeys.furnishing import Furnished, at_home, drop, furnished, moved_in, name_of
from tests.journeys.house import House

PATIENCE = 15_000  # ms until what must come has not come; a busy machine is slow, not broken
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COUNT_PRESSES = """
window.presses = 0;
addEventListener("keydown", event => {
  if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
  const field = event.target.matches?.("input, textarea, select, [contenteditable]");
  const content = field && event.key.length === 1 && !event.ctrlKey && !event.metaKey;
  if (!content) window.presses += 1;
}, true);
addEventListener("pointerdown", () => { window.presses += 1; }, true);
"""


POSTGRES = os.environ.get("KARTOTEK_TEST_DATABASE_URL", "")


def shared_room(config: pytest.Config) -> Path:
    """The temporary folder that all workers of one run share."""
    factory = config._tmp_path_factory  # type: ignore[attr-defined]
    base = Path(factory.getbasetemp())
    return base.parent if hasattr(config, "workerinput") else base


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once all workers have ended, the database they copied goes."""
    if POSTGRES and not hasattr(session.config, "workerinput"):
        name = name_of(shared_room(session.config))
        drop(POSTGRES, name)
        drop(POSTGRES, f"{name}_cards")


@pytest.fixture(scope="module")
def begun(request, chromium) -> Furnished | None:
    """What the houses of this file begin with; None for journeys from the start."""
    if getattr(request.module, "FROM_THE_START", False):
        return None

    def settle_in(home: House) -> Any:
        context = chromium.new_context(base_url=home.address)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        welcome(page, home.link())
        state = context.storage_state()
        context.close()
        return state

    room = shared_room(request.config)
    empty = furnished(room, POSTGRES, settle_in)
    if not getattr(request.module, "WITH_CARDS", False):
        return empty
    return furnished(room, POSTGRES, partial(_with_cards, empty.ann), empty)


@pytest.fixture(scope="module")
def house(begun, tmp_path_factory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("house")
    moved_in(data, begun)
    home = House(data, POSTGRES, like=begun.database if begun else "")
    yield home
    home.close()


@pytest.fixture(scope="module")  # ended with its file: its loop keeps Django's tests from starting
def chromium() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_page(chromium, house):
    """Open a page: open_page(width=390, dark=True, touch=True, signed_in=state)."""
    contexts: list[BrowserContext] = []

    def opened(
        width: int = 1440, *, dark: bool = False, touch: bool = False, state: Any = None
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            storage_state=state,
            base_url=house.address,
        )
        context.add_init_script(COUNT_PRESSES)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.outside = []  # type: ignore[attr-defined]
        page.troubles = []  # type: ignore[attr-defined]
        page.on("request", lambda r: None if house.address in r.url or r.url.startswith("data:")
                else page.outside.append(r.url))  # fmt: skip
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda m: page.troubles.append(m.text)
                if m.type == "error" and "the server responded with a status of 4" not in m.text
                else None)  # fmt: skip
        return page

    yield opened
    for context in contexts:
        context.close()


def welcome(page: Page, link: str) -> None:
    """Fill the first page of all in, and come to the first list."""
    page.goto(link)
    page.get_by_label("Your name").fill("Ann Lie")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Password").first.fill("correct horse battery")
    page.get_by_label("Company name").fill("Panel & Co")
    page.get_by_label("Country").select_option("NO")
    look(page, "welcome")
    page.keyboard.press("Enter")
    page.locator("nav.side").wait_for()


@pytest.fixture(scope="module")
def ann(house, open_page, begun):
    """Ann, signed in by the link of the terminal: the state of her browser."""
    if begun:
        return at_home(begun, house)
    page = open_page()
    welcome(page, house.link())
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture(scope="module")
def cards(request, house, ann) -> None:
    """A few companies and people, some with more to say than fits into one line."""
    if not getattr(request.module, "WITH_CARDS", False):
        _with_cards(ann, house)


def _with_cards(ann: dict[str, Any], home: House) -> dict[str, Any]:
    for key in ("companies", "contacts"):
        file = Path(__file__).parent / "cards" / f"{key}.csv"
        home.command("import", str(file), "--type", key, "--as", "ann@example.com")
    return ann


def go_to(page: Page, plural: str, title: str) -> None:
    """The page of the record with this title."""
    page.goto(f"/{plural}")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.locator("#record").wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Until htmx has swapped what it asked for."""
    page.wait_for_load_state("networkidle")


def drawn(page: Page) -> None:
    """Once the page has its styles: text is there, and can be measured, before they have come."""
    page.wait_for_load_state("load")


def look(page: Page, name: str) -> None:
    """Keep a picture where KARTOTEK_PICTURES says; the next keeper looks at them."""
    drawn(page)
    if folder := os.environ.get("KARTOTEK_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def violations(page: Page, rules: Iterable[str] = RULES) -> list[tuple[str, str, str]]:
    """Each rule of WCAG 2.2 AA that is broken in the page as it stands, with where and why."""
    drawn(page)
    # A toast that is still fading in has half its contrast; a bar that waits moves for ever.
    page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter(one => one.effect.getComputedTiming().endTime !== Infinity)"
        ".map(one => one.finished))"
    )
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        (one["id"], one["nodes"][0]["html"][:160], one["nodes"][0].get("failureSummary", "")[:200])
        for one in found
    ]


def axe(page: Page) -> None:
    """No rule of WCAG 2.2 AA is broken in the page as it stands."""
    assert violations(page) == []


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    drawn(page)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
