"""The same pages on paper, in letters of twice the size, at 400 % zoom, in high contrast."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import go_to, look, settle
from tests.journeys.looking import faults

pytestmark = [pytest.mark.journey, pytest.mark.either]
FROM_THE_START = True


def colour(page: Page, selector: str, name: str = "backgroundColor") -> str:
    return page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{name}")


def shown(page: Page, selectors: list[str]) -> list[str]:
    """Which of these are to be seen."""
    return [one for one in selectors if page.locator(one).first.is_visible()]


BARS = [".side", ".top", ".bulk", ".btn", ".pick", ".composer", ".value-edit", ".empties", ".hints",
        "input[type=search]", ".chip:not(.on)", ".av"]  # fmt: skip


def paper(page: Page, name: str) -> None:
    """The page as a printer gets it, and a picture of that."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    look(page, f"paper-{name}")


def by_browser(page: Page) -> None:
    """Text at 200 %, as the setting of the browser does it; what asks for width in em sees it."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})


def by_style(page: Page) -> None:
    """Text at 200 %, as a reader's own style sheet does it; the page does not get narrower."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def by_zoom(page: Page) -> None:
    """1280 × 1024 at 400 %."""
    page.set_viewport_size({"width": 320, "height": 256})


ENLARGED = {"browser": by_browser, "style": by_style, "zoom": by_zoom}


@pytest.mark.parametrize("way", ENLARGED)
def test_nothing_of_the_first_page_of_all_is_lost_in_large_letters(house, open_page, way):
    page = open_page()
    page.goto(house.link())
    ENLARGED[way](page)
    look(page, f"large-{way}-welcome")
    assert faults(page) == []


@pytest.mark.parametrize("name", ["list", "record"])
def test_a_page_is_printed_whole_and_bare_also_from_the_dark(open_page, ann, cards, name):
    page = open_page(dark=True, state=ann)
    page.goto("/companies?lifecycle=lead")
    settle(page)
    if name == "record":
        page.locator("tr[data-uid] a").first.click()
        page.locator("#record").wait_for()
    paper(page, name)
    assert shown(page, BARS) == []
    assert colour(page, "html") == colour(page, "body") == "rgb(255, 255, 255)"
    assert colour(page, "h1", "color") == "rgb(0, 0, 0)"
    assert faults(page) == []
    assert page.evaluate("[...document.querySelectorAll('#main *')]"
                         ".filter(one => one.scrollWidth > one.clientWidth + 1"
                         " && getComputedStyle(one).overflowX === 'hidden'"
                         " && one.checkVisibility() && !one.matches('.hidden'))"
                         ".map(one => one.outerHTML)") == []  # fmt: skip
    printed = page.evaluate("document.documentElement.style.getPropertyValue('--printed')")
    assert page.url in printed
    assert re.search(r"\d{4}", printed.replace(page.url, ""))  # the day


def test_a_printed_list_repeats_its_head_says_what_it_shows_and_whole_times(open_page, ann, cards):
    page = open_page(state=ann)
    page.goto("/companies?lifecycle=lead")
    settle(page)
    paper(page, "list-light")
    assert colour(page, ".grid thead", "display") == "table-header-group"
    assert colour(page, ".grid thead th", "position") == "static"
    assert colour(page, ".grid tbody tr", "breakInside") == "avoid"
    expect(page.locator(".chip.on", has_text="Status: Lead")).to_be_visible()
    moment = page.locator(".grid time").first
    told = moment.evaluate("one => getComputedStyle(one, '::after').content")
    assert moment.get_attribute("title") in told


@pytest.mark.parametrize("paper_size", ["A4", "Letter"])
def test_a_list_of_a_hundred_rows_takes_a_few_sheets(
    house, open_page, ann, cards, tmp_path, paper_size
):
    rows = tmp_path / "many.csv"
    rows.write_text("name\n" + "".join(f"Firm {n:03}\n" for n in range(60)), encoding="utf-8")
    told = house.command("import", str(rows), "--type", "companies", "--as", "ann@example.com")
    page = open_page(state=ann)
    page.goto("/companies")
    settle(page)
    sheets = page.pdf(format=paper_size)
    house.command("undo", re.search(r"undo (\S+)", told).group(1))
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", sheets)) <= 3


PAGES = ["/contacts", "/companies?lifecycle=lead&f=owner:not_empty", "/contacts/new", "/keys",
         "/contacts/calendar?on=created_at", "/trash?type=companies", "/nothing"]  # fmt: skip


def walk(page: Page, enlarge, name: str) -> list[str]:
    """What is wrong on any page, in the palette and in a form, once `enlarge` has acted."""
    found = []

    def check(where: str) -> None:
        enlarge(page)
        look(page, f"{name}-{where.strip('/').replace('/', '-').split('?')[0]}")
        found.extend(f"{where}: {one}" for one in faults(page))

    for path in PAGES:
        page.goto(path)
        settle(page)
        check(path)
    go_to(page, "contacts", "Ola Nordmann")
    check("record")
    page.goto(f"{page.url}/history")
    settle(page)
    check("history")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    check("palette")
    page.keyboard.press("Escape")
    page.keyboard.press("n")  # at once: the palette's field still has the focus then
    expect(page.locator("#panel [name=name]")).to_be_focused()
    page.keyboard.type("Ola Nordmann")
    expect(page.locator("#panel .dups")).to_be_visible()
    check("create")
    return found


def strangers(page: Page, enlarge, name: str) -> list[str]:
    """The same on the pages of who is not signed in."""
    found = []
    for path in ("/sign-in?ended=1", "/welcome/nothing"):
        page.goto(path)
        enlarge(page)
        look(page, f"{name}{path.replace('/', '-').split('?')[0]}")
        found += [f"{path}: {one}" for one in faults(page)]
    return found


@pytest.mark.parametrize("way", ENLARGED)
def test_nothing_is_lost_in_large_letters(open_page, ann, cards, way):
    page = open_page(state=ann)
    assert walk(page, ENLARGED[way], f"large-{way}") == []
    assert strangers(open_page(), ENLARGED[way], f"large-{way}") == []


@pytest.fixture
def contrast(open_page, ann, cards):
    page = open_page(state=ann)
    page.emulate_media(forced_colors="active")
    return page


def ring(page: Page) -> tuple[str, str]:
    """How the focus shows: the style and width of its outline."""
    return tuple(page.evaluate(
        "(one => [one.outlineStyle, one.outlineWidth])(getComputedStyle(document.activeElement))"
    ))  # fmt: skip


def test_the_focus_is_seen_in_forced_colours_wherever_it_goes(contrast):
    go_to(contrast, "contacts", "Ola Nordmann")
    seen = set()
    for _step in range(30):
        contrast.keyboard.press("Tab")
        if contrast.evaluate("document.activeElement.matches('.kinds input')"):
            continue  # its label has the ring
        seen.add(ring(contrast))
    assert seen == {("solid", "3px")}
    contrast.keyboard.press("Control+k")
    expect(contrast.locator(".palette > input")).to_be_focused()
    assert ring(contrast) == ("solid", "3px")
    look(contrast, "contrast-palette")


def system(page: Page, name: str) -> str:
    """What a colour of the system is just now."""
    return page.evaluate(
        "name => { const one = document.body.appendChild(document.createElement('i'));"
        " one.style.backgroundColor = name;"
        " const found = getComputedStyle(one).backgroundColor; one.remove(); return found; }",
        name,
    )


def differs(page: Page, one: str, other: str, *names: str) -> bool:
    """Do two elements differ in a property that forced colours leave alone?"""
    return any(colour(page, one, name) != colour(page, other, name) for name in names)


def test_what_is_chosen_differs_from_what_is_not_in_forced_colours(contrast):
    contrast.goto("/companies")
    settle(contrast)
    for _row in range(2):
        contrast.keyboard.press("j")
    contrast.keyboard.press("x")
    contrast.keyboard.press("j")
    chosen, here, other = "[aria-selected=true]", "[data-cur]", ":not([data-cur]):first-child"
    outlines = [colour(contrast, f"tbody tr{one}", "outlineStyle") for one in (chosen, here, other)]
    assert outlines == ["dashed", "solid", "none"]
    assert differs(contrast, ".nav[aria-current]", ".nav:not([aria-current])", "borderTopColor")
    look(contrast, "contrast-list")
    contrast.goto("/companies?lifecycle=lead")
    settle(contrast)
    assert colour(contrast, ".chip.on") == system(contrast, "Highlight")
    assert colour(contrast, ".chip:not(.on)") != system(contrast, "Highlight")
    go_to(contrast, "contacts", "Ola Nordmann")
    here, other = ".tabs a[aria-current]", ".tabs a:not([aria-current])"
    assert differs(contrast, here, other, "borderBottomColor")
    assert colour(contrast, ".kinds label:has(:checked)", "borderTopWidth") == "2px"
    look(contrast, "contrast-record")


def test_every_icon_has_a_colour_that_is_not_its_ground_in_forced_colours(contrast):
    for theme in ("light", "dark"):
        contrast.emulate_media(forced_colors="active", color_scheme=theme)
        go_to(contrast, "contacts", "Ola Nordmann")
        strokes = contrast.evaluate(
            "[...document.querySelectorAll('svg')].filter(one => one.checkVisibility())"
            ".map(one => getComputedStyle(one.querySelector('path, circle, rect, line') ?? one))"
            ".map(style => style.stroke === 'none' ? style.fill : style.stroke)"
        )
        assert strokes
        assert colour(contrast, "body") not in strokes
