"""What journeys of the board and of the calendar do alike: people brought, a card that stands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import settle
from tests.journeys.house import House


def bring(house: House, folder: Path, heads: str, rows: Iterable[Iterable[str]]) -> None:
    """Contacts of a file, brought from the command line."""
    file = folder / "people.csv"
    lines = "".join(f"{','.join(row)}\n" for row in rows)
    file.write_text(f"{heads}\n{lines}", encoding="utf-8")
    house.command("import", str(file), "--type", "contacts", "--as", "ann@example.com")


def stands_in(page: Page, lane: Locator, card: str, name: str) -> None:
    """The card is in this lane, as the server says it: no move is under way."""
    expect(lane.locator(f"{card}:not([data-moving])", has_text=name)).to_be_visible()
    settle(page)


@contextmanager
def silent(page: Page) -> Iterator[None]:
    """No answer comes from the server."""
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


@contextmanager
def scriptless(chromium: Browser, house: House, state: object) -> Iterator[Page]:
    """A page of somebody whose browser runs no scripts."""
    context = chromium.new_context(
        java_script_enabled=False,
        storage_state=state,  # type: ignore[arg-type]
        base_url=house.address,
    )
    yield context.new_page()
    context.close()
