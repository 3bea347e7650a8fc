"""Cards (vCard) as a table: a row for each, headers that say what a column holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.interfaces.files.card_lines import Card, Property, cards
from kartotek.interfaces.files.table import MOST_COLUMNS, FileRow, Table, as_cell, too_wide

LONGEST_PICTURE = 100_000  # letters of a cell: two thousand rows are held at once
_PARTS = {
    "N": ("family", "given", "additional", "prefix", "suffix"),
    "ADR": ("pobox", "extended", "street", "city", "region", "code", "country"),
}
_SYNTAX = ("BEGIN", "END", "VERSION")
_REACHED = ("TEL", "EMAIL", "ADR", "URL", "LABEL", "IMPP")  # of which a person has several
_PICTURES = ("PHOTO", "LOGO", "SOUND", "KEY")
_LISTS = ("CATEGORIES", "NICKNAME")
_SILENT = {"voice", "pref", "internet", "msg", "postal", "parcel", "intl", "dom", "x400"}
_WEAK = {"video", "text", "pcs", "isdn", "modem", "bbs"}  # abilities: said where nothing else is
_SPELLINGS = {"cell": "mobile", "homefax": "home fax", "workfax": "work fax"}
_RANKS = {"home": 0, "work": 0, "other": 0, "mobile": 1, "fax": 2}
_NAMED_BY = ("N", "NICKNAME", "ORG", "EMAIL", "TEL")  # what a card without a name is called
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def opened_cards(path: Path, language: str) -> Table:
    """The table in a file of cards: a column for everything that any of them holds."""
    headers: dict[str, None] = {"FN": None}
    rows = nameless = pictures = 0
    for card in cards(path, language):
        found = cells_of(card)
        rows += 1
        nameless += not any(one.name == "FN" and one.value.strip() for one in card.properties)
        pictures += any(_is_large(one) for one in card.properties)
        headers.update(dict.fromkeys(found))
        if len(headers) > MOST_COLUMNS:
            raise too_wide(path, len(headers))
    remarks = []
    if nameless:
        remarks.append(
            _("Cards without a name: %(count)s. They are called after what else they hold: a given "
              "or family name, an organization, an address.")
            % {"count": nameless}
        )  # fmt: skip
    if pictures:
        remarks.append(
            _("Pictures too large to be read: %(count)s. Their size stands in their place.")
            % {"count": pictures}
        )
    return Table(path, "", "", tuple(headers), rows,
                 kind="cards", remarks=tuple(remarks), first=0, language=language)  # fmt: skip


def card_rows(table: Table) -> Iterator[FileRow]:
    """One row a card."""
    for card in cards(table.path, table.language):
        found = cells_of(card)
        yield FileRow(card.line, [as_cell(found.get(header, "")) for header in table.headers])


@dataclass
class _Cells:
    """The cells of one card by header, filled property by property."""

    found: dict[str, str] = field(default_factory=dict)
    _seen: set[tuple[str, ...]] = field(default_factory=set)
    _numbers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def put(self, name: str, label: str, parts: dict[str, str]) -> None:
        """Under "TEL work", or the first of "TEL 2 work" … of which no part is taken."""
        same = (name, label, *parts.values())
        if same in self._seen or not any(text.strip() for text in parts.values()):
            return
        self._seen.add(same)
        taken = True
        while taken:
            self._numbers[name, label] += 1
            number = self._numbers[name, label]
            base = " ".join(filter(None, [name, str(number) if number > 1 else "", label]))
            headers = {part: f"{base} {part}".strip() for part in parts}
            taken = any(header in self.found for header in headers.values())
        self.found.update({headers[part]: text for part, text in parts.items() if text.strip()})


def cells_of(card: Card) -> dict[str, str]:
    """Header → text of everything a card holds."""
    labels = {
        one.group: _plain_label(one.value)
        for one in card.properties
        if one.name == "X-ABLABEL" and one.group
    }
    used = {one.group for one in card.properties if one.name != "X-ABLABEL"}
    cells = _Cells()
    for one in card.properties:
        if one.name in _SYNTAX or (one.name == "X-ABLABEL" and one.group in used):
            continue
        label = _label(one) if one.name == "X-ABLABEL" else labels.get(one.group) or _label(one)
        cells.put(one.name, label, _parts(one))
        for address in one.parameters.get("LABEL", ()):  # 4.0: the address as it is printed
            cells.put("LABEL", label, {"": address})
    cells.found.setdefault("FN", _name(cells.found))
    return {header: text for header, text in cells.found.items() if text}


def _parts(one: Property) -> dict[str, str]:
    """The parts of a value by name; "" is the value as a whole."""
    if one.name in _PICTURES and one.is_binary:
        return {"": _picture(one)}
    if one.name in _PARTS:
        names = _PARTS[one.name]
        texts = [unescaped(text) for text in _split(one.value, ";")]
        parts = {
            name: texts[place] if place < len(texts) else "" for place, name in enumerate(names)
        }
        return {**parts, "more": "; ".join(filter(None, texts[len(names) :]))}
    if one.name == "ORG":
        first, *units = (unescaped(text) for text in _split(one.value, ";"))
        return {"": first, "unit": "; ".join(filter(None, units))}
    if one.name in _LISTS:
        return {"": ", ".join(filter(None, (unescaped(x) for x in _split(one.value, ","))))}
    return {"": _single(one)}


def _single(one: Property) -> str:
    text = unescaped(one.value)
    if one.name == "TEL" and text[:4].lower() == "tel:":
        return text[4:].replace(";ext=", " ext. ")
    if one.name == "EMAIL" and text[:7].lower() == "mailto:":
        return text[7:]
    if one.name in ("BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY"):
        return _day(text)
    return text


def _day(text: str) -> str:
    """A whole day in ISO 8601; a time of midnight was never meant."""
    found = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)(T00:?00(:?00)?Z?)?", text.strip())
    return "-".join(found.groups()[:3]) if found else text


def _is_large(one: Property) -> bool:
    return one.name in _PICTURES and one.is_binary and len(one.value) > LONGEST_PICTURE


def _picture(one: Property) -> str:
    """A data URL (RFC 2397), or the size of what is too large for a cell."""
    if _is_large(one):
        return _("a picture of %(size)s kB") % {"size": len(one.value) * 3 // 4 // 1000}
    kind = next(iter(one.given("TYPE")), "")
    family = {"SOUND": "audio", "KEY": "application"}.get(one.name, "image")
    return f"data:{family}/{kind};base64,{one.value}" if kind else f"data:;base64,{one.value}"


def _label(one: Property) -> str:
    """What the types of a number or an address come to: "work", "mobile", "home fax"."""
    if one.name not in _REACHED and not one.name.startswith("X-"):
        return ""
    services = one.given("X-SERVICE-TYPE")
    types = [_SPELLINGS.get(text, text) for text in one.given("TYPE") if text not in _SILENT]
    strong = [text for text in types if text not in _WEAK] or types
    ordered = sorted(dict.fromkeys(strong), key=lambda text: _RANKS.get(text, 3))
    return " ".join([*services, *ordered])


def _plain_label(text: str) -> str:
    """ "_$!<HomePage>!$_" is how an address book marks its own labels."""
    bare = unescaped(text).strip().removeprefix("_$!<").removesuffix(">!$_")
    return " ".join(bare.lower().split())


def _name(found: dict[str, str]) -> str:
    """What a card without a name is called."""
    whole = " ".join(
        found[header] for header in ("N given", "N family") if found.get(header)
    )  # fmt: skip
    others = (text for name in _NAMED_BY for header, text in found.items()
              if header == name or header.startswith(f"{name} "))  # fmt: skip
    return whole or next(others, "")


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark without a backslash before it."""
    if "\\" not in text:
        return text.split(mark)
    parts, is_escaped = [""], False
    for letter in text:
        if letter == mark and not is_escaped:
            parts.append("")
        else:
            parts[-1] += letter
        is_escaped = letter == "\\" and not is_escaped
    return parts


def unescaped(text: str) -> str:
    """Backslashes taken off: "\\n" is a line break, anything else stands for itself."""
    plain = _ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], text)
    return plain.replace("\r\n", "\n").strip()
