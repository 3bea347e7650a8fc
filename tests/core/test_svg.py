"""Drawings from outside: how much of one passes, and what its sides are."""

import pytest

from kartotek.core import svg
from kartotek.core.errors import ValidationError
from kartotek.core.svg import checked, is_like
from tests.core.test_picture import SVG, XLINK


def drawn(inside: str = "", more: str = "") -> bytes:
    return f"<svg {SVG} {XLINK} {more}>{inside}</svg>".encode()


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        checked(data)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<path/>" * (svg.MOST_NODES - 1),  # with the root as many as may be
        "<g>" * (svg.DEEPEST - 1) + "</g>" * (svg.DEEPEST - 1),
        '<path id="a"/>' + '<use href="#a"/>' * svg.MOST_USES,
    ],
    ids=["nodes", "depth", "uses"],
)
def test_as_much_as_may_be_passes(inside):
    assert checked(drawn(inside)) == (0, 0)


@pytest.mark.parametrize(
    "inside",
    [
        "<path/>" * svg.MOST_NODES,
        "<g>" * svg.DEEPEST + "</g>" * svg.DEEPEST,
        '<path id="a"/>' + '<use href="#a"/>' * (svg.MOST_USES + 1),
    ],
    ids=["nodes", "depth", "uses"],
)
def test_one_more_is_too_many(inside):
    assert "too many parts" in refusal(drawn(inside))


def test_the_bounds_are_those_that_browsers_draw_at_once():
    assert (svg.MOST_NODES, svg.DEEPEST, svg.MOST_USES, svg.MOST_SIDE) == (20_000, 40, 100, 4000)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "us-ascii", "iso-8859-1"])
def test_an_encoding_that_every_browser_reads_alike_passes(encoding):
    assert checked(f"<?xml version='1.0' encoding='{encoding}'?>".encode() + drawn()) == (0, 0)


def test_a_declaration_may_name_no_encoding():
    assert checked(b"<?xml version='1.0'?>" + drawn()) == (0, 0)


@pytest.mark.parametrize(
    ("more", "sides"),
    [
        ('width="80" height="20"', (80, 20)),
        ('width=" 80px " height="20.6"', (80, 21)),
        ('width="100%" height="20"', (0, 0)),
        ('width="80"', (0, 0)),
        ('width="80mm" height="20mm" viewBox="0 0 8 2"', (8, 2)),
        ('width="80" height="20" viewBox="0 0 8 2"', (80, 20)),
        ('viewBox="-5 -6 30.4 40"', (30, 40)),
        ('viewBox="0,0,9000,4001"', (4000, 4000)),
        ('viewBox="0 0 30"', (0, 0)),
        ('viewBox="0 0 30 40 50"', (0, 0)),
        ("", (0, 0)),
    ],
)
def test_the_sides_are_what_width_and_height_say_else_the_view_box(more, sides):
    assert checked(drawn(more=more)) == sides


def test_an_inner_view_box_says_nothing_of_the_whole():
    assert checked(drawn('<symbol viewBox="0 0 5 6"/>', 'viewBox="0 0 8 2"')) == (8, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg/>", b"\xef\xbb\xbf  <?xml version='1.0'?><SVG>", b"<svg>\xff", b"<a>\xff<svg>",
        b" " * 4_095 + b"<svg>", b"<" + b" " * 65_531 + b"<svg",  # in the first 4,096 and 65,536
    ],
)  # fmt: skip
def test_what_begins_as_a_drawing_does_is_like_one(data):
    assert is_like(data)


@pytest.mark.parametrize(
    "data",
    [
        b"svg", b"x <svg>", b"<html>", b"", b"\xff\xd8<svg", b" " * 4_096 + b"<svg>",
        b"<" + b" " * 65_532 + b"<svg",
    ],
)  # fmt: skip
def test_what_begins_otherwise_is_not(data):
    assert not is_like(data)


def test_a_broken_one_is_told_apart_from_a_dangerous_one():
    assert refusal(b"<svg").startswith("This SVG is broken.")
    assert refusal(drawn()[:-3]).startswith("This SVG is broken.")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (drawn("<script/>"), ": <script>."),
        (drawn("<g><svg/></g>"), ": <svg>."),
        (drawn('<path onload="x"/>'), ": onload."),
        (drawn('<path xmlns:e="urn:e" e:fill="x"/>'), ": fill."),
        (drawn('<path xlink:fill="x"/>'), ": fill."),
        (drawn('<use href="other.svg#a"/>'), ": href=…."),
        (drawn('<path fill="url(//evil.example)"/>'), ": fill=…."),
        (drawn("<style>a { b: url(x) }</style>"), ": <style>."),
        (drawn('<g id="a"><use href="#b"/></g><use href=" #a "/>'), ": use → use."),
        (b"<!DOCTYPE svg>" + drawn(), ": <!DOCTYPE>."),
        (b"<?php echo?>" + drawn(), ": <?php>."),
        (b"<?xml version='1.0' encoding='koi8-r'?>" + drawn(), ": koi8-r."),
        (drawn(f"<{'x' * 99}/>"), f": <{'x' * 59}."),
    ],
)
def test_a_refusal_names_what_is_too_much(data, named):
    assert named in refusal(data)


@pytest.mark.parametrize(
    "inside",
    [
        '<g id="a"><path/></g><use href="#a"/><use xlink:href="#a"/>',
        '<g id="b"><use href="#a"/></g>',
        '<g><use href="#a"/></g><use href="#x"/>',
        '<g id="x"><use/></g>',
        "<style>ur</style><style>l(x)</style>",
        "<style>path { fill: red }</style><style>g { fill: url(#a) }</style>",
        '<path xml:lang="nb" xml:space="preserve"/>',
        "<text>url(//this.is.only.text) @import</text><style>a {}</style>",
    ],
)
def test_what_only_draws_passes(inside):
    assert checked(drawn(inside)) == (0, 0)


@pytest.mark.parametrize(
    "piece", ["url(x)", "@import 'x'", "\\75rl", "/*", "expression(1)", "image-set('x')"]
)
def test_a_style_sheet_that_reaches_out_is_refused_wherever_it_is_cut(piece):
    for before in ("<style>", "<style>a {}</style><style>", "<style>a&#65; "):
        assert "<style>" in refusal(drawn(f"{before}{piece}</style>"))


@pytest.mark.parametrize(
    "value", ["url( 'x' )", "url(&quot;x&quot;)", "javascript:x", "data:x", "behavior: x",
              "behaviour:x", "-moz-binding", "element(#a)", "cross-fade(x)", "src('x')"]
)  # fmt: skip
def test_a_value_that_loads_or_runs_is_refused(value):
    assert "style=…" in refusal(drawn(f'<path style="{value}"/>'))
