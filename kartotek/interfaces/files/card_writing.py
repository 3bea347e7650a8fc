"""vCard 4.0 (RFC 6350) and 3.0 (RFC 2426), of what a record type says that its card holds."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, ItemList, Ref, Tags
from kartotek.core.question import Row
from kartotek.interfaces.files.taking import Taking
from kartotek.interfaces.files.targets import EXTERNAL

SYSTEM = "vcard"  # whose ids the ids of cards are
FOLD = 75  # bytes of a line at most
_USES = {
    "TEL": {"mobile": "cell", "work": "work", "home": "home", "other": "other"},
    "EMAIL": {"work": "work", "home": "home", "other": "other"},
    "ADR": {"postal": "work", "visiting": "home", "billing": "x-billing", "shipping": "x-shipping"},
}  # the words of a card for our uses; its reader takes them back
_ADDRESS = ("", "", "street", "city", "region", "postal_code", "country")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def card_columns(taking: Taking, seen: Container[str]) -> tuple[str, ...]:
    """The fields of a card, as far as they may be seen."""
    named = " ".join(taking.type.card.values()).split()
    names = dict.fromkeys([taking.type.title, *named, EXTERNAL])
    return tuple(name for name in names if name in seen and name in taking.type.fields)


class Cards:
    """One card a record, with all phones, mails and addresses that it has."""

    by_column = False
    version = "4.0"

    def __init__(self, actor: Actor, taking: Taking, context: Context, path: Path) -> None:
        self.remarks: list[str] = []
        self._type = taking.type
        self._file = path.open("wb")

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            lines = ["BEGIN:VCARD", f"VERSION:{self.version}", *self._lines(row), "END:VCARD"]
            self._file.write(b"".join(map(folded, lines)))

    def close(self) -> None:
        self._file.close()

    def _lines(self, row: Row) -> Iterator[str]:
        card = self._type.card
        yield f"UID:{escaped(_uid(row))}"
        if card.get("FN") == card.get("ORG"):
            yield "KIND:org" if self.version == "4.0" else "X-ABSHOWAS:COMPANY"
        if "FN" in card and card["FN"] not in row.values:
            yield f"FN:{row.uid}"
        if self.version == "3.0" and "N" not in card:  # it asks for one, be it empty
            yield "N:;;;;"
        for name, fields in card.items():
            held = [(self._type.fields[one], row.values.get(one)) for one in fields.split()]
            yield from self._property(name, held)

    def _property(self, name: str, held: list[tuple[FieldType, Any]]) -> Iterator[str]:
        kind, value = held[0]
        if isinstance(kind, ItemList):
            yield from self._items(name, kind, value or ())
        elif name == "N":
            family, given, prefix = (escaped(text(*one)) for one in held)
            yield f"N:{family};{given};;{prefix};"
        elif isinstance(kind, Tags):
            if value:
                yield f"{name}:{','.join(escaped(one) for one in value)}"
        elif (said := text(kind, value)) and (name != "LANG" or _TAG.fullmatch(said)):
            yield f"{name}:{said if name == 'URL' else escaped(said)}"

    def _items(self, name: str, kind: ItemList, items: Sequence[dict[str, Any]]) -> Iterator[str]:
        for item in items:
            use = _USES[name].get(item["type"], "other")
            main = item["primary"] and len(items) > 1
            if self.version == "4.0":
                head = f"{name};TYPE={use}{';PREF=1' if main else ''}"
            else:
                head = f"{name};TYPE={use}{',pref' if main else ''}"
            if name == "ADR":
                parts = [escaped(str(item.get(part, ""))) for part in _ADDRESS]
                yield f"{head}:{';'.join(parts)}"
            elif name == "TEL" and self.version == "4.0":
                yield f"{head};VALUE=text:{escaped(item['text'])}"
            else:
                yield f"{head}:{escaped(str(item[kind.holds[0]]))}"


class OldCards(Cards):
    """The same for programs that know vCard 3.0 only."""

    version = "3.0"


def _uid(row: Row) -> str:
    """What the address book calls it from which it came; else our own name for it."""
    known = [one.partition(":") for one in row.values.get(EXTERNAL) or ()]
    return next((id for system, _colon, id in known if system == SYSTEM), f"urn:uuid:{row.uid}")


def text(kind: FieldType, value: Any) -> str:
    """A value in one line of a card; a link by the title of what it leads to."""
    if isinstance(value, Ref):
        return value.title if value.is_reachable else ""
    return "" if value is None else kind.export(value)


def escaped(text: str) -> str:
    """RFC 6350 3.4: a backslash before what would end or part a value."""
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\r\n", "\n").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line of at most 75 bytes, and what follows of it behind a blank; no letter is torn."""
    data, lines, most = line.encode(), [], FOLD
    while len(data) > most:
        end = most
        while data[end] & 0xC0 == 0x80:
            end -= 1
        lines.append(data[:end])
        data, most = data[end:], FOLD - 1
    return b"\r\n ".join([*lines, data]) + b"\r\n"
