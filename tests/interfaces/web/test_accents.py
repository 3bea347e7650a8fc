"""A company's colour can be read: AA in light and dark, whichever of the palette it is."""

import math
import re
from pathlib import Path

import pytest

from kartotek import ui
from kartotek.core.workspace_settings import COLOURS

TOKENS = (Path(ui.__file__).parent / "static/css/tokens.css").read_text()
HUES = {name: float(value) for name, value in re.findall(r"\.(h\d+) { --h: (\d+); }", TOKENS)}
BOTH = r"--%s: light-dark\(oklch\(([^()]*(?:\([^)]*\))?)\), oklch\(([^()]*(?:\([^)]*\))?)\)\);"


def luminance(colour):
    """Relative luminance (WCAG 2.2) of lightness, chroma and hue in Oklch (B. Ottosson, 2020)."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, one)) for one in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def token(name, text, theme, hue=0.0):
    found = re.search(BOTH % name, text).group(1 + theme)
    return tuple(hue if one == "var(--h)" else float(one) for one in found.split())


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("hue", [one for one in COLOURS.values() if one])
def test_every_accent_can_be_read(hue, theme):
    accent = TOKENS.partition(".accent {")[2].partition("}")[0]
    brand, ink, tint = (
        token(name, accent, theme, HUES[hue]) for name in ("brand", "brand-ink", "tint")
    )
    assert contrast(brand, ink) >= 4.5
    assert contrast(brand, tint) >= 4.5
    assert contrast(token("ink", TOKENS, theme), tint) >= 4.5
    for ground in ("paper", "card", "sunk", "hover"):
        assert contrast(brand, token(ground, TOKENS, theme)) >= 4.5
