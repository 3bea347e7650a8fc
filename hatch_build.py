"""Makes what the wheel carries and no text is: fonts with our letters, compiled catalogues."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LATIN = (
    "U+20-7E,U+A0-17F,U+218-21B,U+2010-2026,U+202F,U+2030,U+2039-203A,U+20AC,U+20B9,"
    "U+2190-2193,U+21B5,U+21E7,U+2212,U+2318"
)
DEVANAGARI = "U+900-97F,U+200C-200D,U+20B9,U+25CC"
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case", "cv11", "ss03"]
FONTS = {
    "inter": ("fontpkg_inter", "Inter[opsz,wght].ttf", "Inter", LATIN, FEATURES),
    "devanagari": (
        "fontpkg_noto_sans_devanagari",
        "NotoSansDevanagari[wdth,wght].ttf",
        "Noto Sans Devanagari",
        DEVANAGARI,
        ["*"],
    ),
}
PINNED = {"opsz": 14, "wdth": 100}


def subset_font(package: str, file: str, letters: str, features: list[str], to: Path) -> None:
    """Write the letters of one variable font as WOFF2, weights 400 to 700."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    font = TTFont(Path(spec.origin).parent / "files" / file)
    axes = {axis.axisTag for axis in font["fvar"].axes}
    pinned: dict[str, Any] = {tag: place for tag, place in PINNED.items() if tag in axes}
    options = subset.Options(flavor="woff2", layout_features=features)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(letters.replace("U+", "")))
    subsetter.subset(font)
    limited = instantiateVariableFont(font, {**pinned, "wght": (400, 700)})
    subset.save_font(limited, str(to), options)


def compile_texts(texts: Path) -> None:
    """Write the compiled catalogue beside the texts of a language."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with texts.open("rb") as file:
        catalogue = read_po(file, locale=texts.parent.parent.name)
    with texts.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


class CustomBuildHook(BuildHookInterface):
    """Called by hatchling before the wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root) / "kartotek/ui/static/fonts"
        folder.mkdir(parents=True, exist_ok=True)
        faces = []
        for name, (package, file, family, letters, features) in FONTS.items():
            target = folder / f"{name}.woff2"
            if not target.exists():
                subset_font(package, file, letters, features, target)
            faces.append(
                f'@font-face {{ font-family: "{family}"; src: url({name}.woff2) format("woff2"); '
                f"font-weight: 400 700; font-display: swap; unicode-range: {letters}; }}"
            )
        (folder / "fonts.css").write_text("\n".join(faces) + "\n", encoding="utf-8")
        build_data["artifacts"].append("kartotek/ui/static/fonts/*")
        for texts in Path(self.root).glob("kartotek/locale/*/LC_MESSAGES/django.po"):
            compile_texts(texts)
        build_data["artifacts"].append("kartotek/locale/*/LC_MESSAGES/django.mo")
