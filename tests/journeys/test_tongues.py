"""The pages in other languages: nothing cut off, nothing left in English, at each width."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to
from tests.journeys.looking import at_every_size

pytestmark = [pytest.mark.journey, pytest.mark.either]
WITH_CARDS = True


def speak(page: Page, language: str) -> None:
    """Ann's own language, as her member record has it."""
    me = page.request.get("/api/v1/members?q=ann").json()["rows"][0]["uid"]
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    answer = page.request.patch(
        f"/api/v1/members/{me}", data={"language": language},
        headers={"X-CSRFToken": cookies["csrftoken"], "Referer": page.url},
    )  # fmt: skip
    assert answer.ok, answer.text()


@pytest.mark.parametrize("language", ["hi", "lv", "nb", "pt-br"])
def test_a_list_and_a_record_in_another_language(open_page, ann, cards, language):
    page = open_page(state=ann)
    page.goto("/contacts")
    speak(page, language)
    page.goto("/contacts")
    expect(page.locator("html")).to_have_attribute("lang", language)
    widths = (1440, 390) if language in ("hi", "lv") else (390,)
    at_every_size(page, f"tongue-{language}-list", widths)
    page.goto("/contacts/calendar?on=created_at")
    at_every_size(page, f"tongue-{language}-calendar", widths)
    go_to(page, "contacts", "Ola Nordmann")
    at_every_size(page, f"tongue-{language}-record", widths)
    speak(page, "en")
