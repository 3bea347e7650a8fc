"""Scripts in every text that people may write: a browser opens the pages, and none of them runs.

Each text carries an element that is marked `data-canary`: none may stand in a page, whatever the
policy of the page would have let it do.
"""

import csv
import json

import pytest

from kartotek.core.recordtype import RECORD_TYPES
from tests.journeys.conftest import drawn, settle

pytestmark = pytest.mark.journey
RUN = "window.canary=1"
CORPUS = [
    f"<script data-canary>{RUN}</script>",
    f"<img data-canary src=x onerror={RUN}>",
    f"<svg data-canary onload={RUN}>",
    f"<svg><script data-canary>{RUN}</script></svg>",
    f"</title><script data-canary>{RUN}</script>",
    f"</textarea><img data-canary src=x onerror={RUN}>",
    f"--><img data-canary src=x onerror={RUN}>",
    f'" data-canary onmouseover="{RUN}" x="',
    f"' data-canary onfocus='{RUN}' autofocus x='",
    f'"><img data-canary src=x onerror={RUN}>',
    f"'><iframe data-canary srcdoc=<script>{RUN}</script>>",
    f"` data-canary onclick={RUN} ",
    f"<a data-canary href=javascript:{RUN}>click</a>",
    f"<details data-canary open ontoggle={RUN}>",
    f"<body data-canary onload={RUN}>",
    f"<input data-canary autofocus onfocus={RUN}>",
    f"<math><mi data-canary xlink:href=javascript:{RUN}>x</mi></math>",
    f"<style data-canary>@import 'x';</style><b onclick={RUN}>",
    f"<base data-canary href=//127.0.0.1:9/><script src=x>{RUN}</script>",
    f"<meta data-canary http-equiv=refresh content=0;url=javascript:{RUN}>",
    f"<template data-canary><img src=x onerror={RUN}></template>",
    f"<div data-canary hx-get=/sign-out hx-trigger=load hx-on:click={RUN}>x</div>",
    f"<button data-canary data-act=signout onclick={RUN}>x</button>",
    f"<k-live data-canary data-src=/x onload={RUN}></k-live>",
    f"{{{{ self.__init__.__globals__ }}}}<i data-canary>{{% print({RUN!r}) %}}",
    f"${{{RUN}}}<i data-canary>#{{{RUN}}}",
    f"&lt;img data-canary src=x onerror={RUN}&gt;<i data-canary>",
    f"\u003cscript data-canary\u003e{RUN}\u003c/script\u003e",
    f"<scr\u0000ipt data-canary>{RUN}</scr\u0000ipt>",
    f"<ſcript data-canary>{RUN}</ſcript><img data-canary src=x onerror={RUN}>",
    f"\u202e<img data-canary src=x onerror={RUN}>",
    f"<object data-canary data=data:text/html,<script>{RUN}</script>></object>",
]
TYPES = ("companies", "contacts", "notes")


def texts_of(key: str) -> list[str]:
    """The columns of a type that take any words."""
    return [
        name
        for name, kind in RECORD_TYPES[key].fields.items()
        if kind.kind in ("text", "long_text") and kind.editable
        and getattr(kind, "length", 200) >= max(map(len, CORPUS))
    ]  # fmt: skip


def written(folder, key: str, number: int) -> tuple[str, list[str]]:
    """A file of hostile rows with a hostile name, and the texts that stand in it."""
    names = texts_of(key)
    path = folder / f"{number}<img data-canary src=x onerror=window.canary=1>.csv"
    used = []
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(names)
        for start in range(0, len(CORPUS), len(names)):
            row = [CORPUS[(start + place) % len(CORPUS)].replace("\0", "") for place in
                   range(len(names))]  # fmt: skip
            out.writerow(row)
            used += row
    return str(path), used


def watch(page) -> list[str]:
    """What runs, or tries to: filled while pages are looked at."""
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    return ran


def harmless(page, where: str, ran: list[str]) -> None:
    drawn(page)
    assert page.evaluate("window.canary") is None, where
    assert page.locator("[data-canary]").count() == 0, where
    assert ran == [], where


def test_no_text_that_somebody_wrote_becomes_a_part_of_a_page(house, open_page, ann, tmp_path):
    for number, key in enumerate(TYPES):
        path, _used = written(tmp_path, key, number)
        house.command("import", path, "--type", key, "--as", "ann@example.com")
    page = open_page(state=ann)
    ran = watch(page)
    for key in TYPES:
        page.goto(f"/{key}?size=100")
        harmless(page, key, ran)
        told = page.request.get(f"/api/v1/{key}?size=100").json()["rows"]
        assert len(told) >= len(CORPUS) // len(texts_of(key)) - 2
        assert "data-canary" in json.dumps(told)  # it is there, and was not cut out on the way
        for row in told[:5]:
            page.goto(f"/{key}/{row['uid']}")
            harmless(page, f"{key}, page", ran)
            page.goto(f"/{key}/{row['uid']}/history")
            harmless(page, f"{key}, history", ran)
    for text in CORPUS[:4]:
        page.goto("/companies")
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").first.fill(text)
        settle(page)
        harmless(page, "palette", ran)
        page.goto("/companies?q=" + text.replace("%", "%25").replace("#", "%23"))
        harmless(page, "search", ran)
    for path in ("/companies/alike", "/trash", "/import", "/export", "/settings/security"):
        page.goto(path)
        harmless(page, path, ran)


def test_no_name_of_a_file_does(house, open_page, ann, tmp_path):
    path, _used = written(tmp_path, "companies", 9)
    page = open_page(state=ann)
    ran = watch(page)
    page.goto("/import")
    page.locator("input[type=file]").first.set_input_files(path)
    page.wait_for_url("**/import/**")
    harmless(page, "columns of an import", ran)
    page.reload()
    harmless(page, "columns of an import, again", ran)


def test_a_canary_that_could_run_would_be_seen(open_page):
    page = open_page()
    page.set_content(CORPUS[1])
    page.wait_for_function("window.canary === 1")
    assert page.locator("[data-canary]").count() == 1
