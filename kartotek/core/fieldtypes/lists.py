"""Typed lists: phones and e-mails, as addresses beside, each one JSON column of small items.

An item keeps its id while it is edited, so that two people who add a phone each keep both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from email.utils import getaddresses, parseaddr
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import Dialect, JsonList, refuse, texted
from kartotek.core.fieldtypes.numbering import digits_of, e164, national

Item = dict[str, Any]
MOST_ITEMS = 50
LONGEST_PHONE = 200  # letters; "kept as typed" includes who to ask for, and when
LONGEST_COPIED = 20_000  # letters of a line of mail addresses; the standard library reads it slowly
_NOTHING: Item = {}
_CUT = re.compile(r"[\n;]")
_ID = re.compile(r"[0-9a-z]{1,12}")
BESIDE = ("id", "type", "primary")  # what every item carries besides what it holds


class Items(tuple[Item, ...]):
    """What `parse` made: the same field need not read it again, as an import asks it to."""

    by: tuple[type, str]  # the class that parsed it, and for which country

    def __reduce__(self) -> Any:
        return tuple, (list(self),)


def listed(raw: Any) -> list[Any]:
    """What was sent as a list; ValidationError where it is none."""
    if type(raw) is list or type(raw) is tuple:
        return list(raw)
    if not isinstance(raw, Iterable) or isinstance(raw, bytes | dict):
        raise refuse(_("Expected a list here."))
    return list(raw)


class ItemList(JsonList):
    """A list of small items; subclasses say what one item holds."""

    is_list = True
    operators: tuple[str, ...] = (*JsonList.operators, "is")
    schema = {"type": "array", "items": {"type": "object"}}
    uses: tuple[tuple[str, Any], ...] = (
        ("work", gettext_lazy("Work")),
        ("home", gettext_lazy("Home")),
        ("mobile", gettext_lazy("Mobile")),
        ("other", gettext_lazy("Other")),
    )
    first_use = "work"
    identifies = ""
    holds: tuple[str, ...] = ()  # the names of what one item holds
    _names: frozenset[str] = frozenset()
    _use_keys: frozenset[str] = frozenset()

    def describe(self) -> dict[str, Any]:
        held: dict[str, Any] = {name: {"type": "string"} for name in self.holds}
        item = {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "type": {"type": "string", "enum": [key for key, _label in self.uses]},
                "primary": {"type": "boolean"},
                **held,
            },
            "additionalProperties": False,
        }
        return {"type": "array", "items": item, "maxItems": MOST_ITEMS}

    def item(self, raw: Any, context: Context) -> Item | None:
        """One item without id, use and primary mark; None where there is nothing in it."""
        raise NotImplementedError

    def normal(self, item: Item) -> str:
        """What makes two items the same."""
        raise NotImplementedError

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._names = frozenset((*cls.holds, *BESIDE))
        cls._use_keys = frozenset(key for key, _label in cls.uses)

    def parse(self, raw: Any, context: Context) -> tuple[Item, ...]:
        if type(raw) is Items and raw.by == (type(self), context.country):
            return raw
        entries = self._entries(raw)
        _refuse_many(entries)
        found: list[Item] = []
        for entry in entries:
            given = entry if isinstance(entry, dict) else _NOTHING
            if given and not given.keys() <= self._names:
                self._refuse_unknown(given)
            item = self.item(entry, context)
            if item is None:
                continue
            if given:
                item["type"] = self._use(given.get("type"))
                item["id"] = self._id(given.get("id"), item, found)
                item["primary"] = bool(given.get("primary"))
            else:
                item["type"], item["id"] = self.first_use, self._own_id(item, found)
                item["primary"] = False
            found.append(item)
        return self._parsed(found, context)

    def of_use(self, texts: list[str], use: str, context: Context) -> tuple[Item, ...]:
        """The items that these texts hold, all of one use: what `parse` makes of them."""
        _refuse_many(texts)
        found: list[Item] = []
        for text in texts:
            item = self.item(text, context)
            if item is not None:
                item["type"], item["id"] = self._use(use), self._own_id(item, found)
                item["primary"] = False
                found.append(item)
        return self._parsed(found, context)

    def joined(self, items: list[Item], context: Context) -> tuple[Item, ...]:
        """Items that were parsed one by one, as one list. ValidationError for too many."""
        _refuse_many(items)
        found: list[Item] = []
        for item in items:
            if found and item["id"] in _ids(found):
                item = {**item, "id": self._own_id(item, found)}
            found.append(item)
        return self._parsed(found, context)

    def _parsed(self, items: list[Item], context: Context) -> tuple[Item, ...]:
        _mark_one_primary(items)
        found = Items(items)
        found.by = (type(self), context.country)
        return found

    def _entries(self, raw: Any) -> list[Any]:
        if raw is None or raw == "":
            return []
        if isinstance(raw, str):
            if raw.lstrip().startswith("[") and raw.rstrip().endswith("]"):
                try:
                    raw = orjson.loads(raw)
                except ValueError:
                    raise refuse(_("This list is damaged JSON. Send it whole.")) from None
            else:
                return self.cut(raw)
        if isinstance(raw, dict):
            return [raw]
        return listed(raw)

    def cut(self, text: str) -> list[str]:
        """The entries of a text of several, one a line or between semicolons."""
        return [part for part in _CUT.split(text) if part.strip()]

    def _refuse_unknown(self, given: Item) -> None:
        for name in given:
            if name not in self._names:
                raise refuse(
                    _("“%(name)s” is no part of this. It has: %(known)s.")
                    % {"name": str(name)[:40], "known": ", ".join((*self.holds, "type"))}
                )

    def _use(self, given: Any) -> str:
        if not given:
            return self.first_use
        if type(given) is str and given in self._use_keys:
            return given
        text = str(given).strip().casefold()
        if text in self._use_keys:
            return text
        for key, label in self.uses:
            if text == str(label).casefold():
                return key
        return self.first_use if not text else "other"

    def _id(self, given: Any, item: Item, others: list[Item]) -> str:
        if isinstance(given, str) and _ID.fullmatch(given) and given not in _ids(others):
            return given
        return self._own_id(item, others)

    def _own_id(self, item: Item, others: list[Item]) -> str:
        """One made of what the item holds: the same wherever it is read anew."""
        taken = _ids(others) if others else ()
        text = self.normal(item)
        own = hashlib.blake2s(text.encode(), digest_size=4).hexdigest()
        while own in taken:
            own = hashlib.blake2s((text + own).encode(), digest_size=4).hexdigest()
        return own

    def primary(self, value: Any) -> Item | None:
        """The item that stands for the whole list."""
        return next((item for item in value or () if item.get("primary")), None)

    def line(self, item: Item) -> str:
        """One item as text; `item` takes it back."""
        raise NotImplementedError

    def show(self, value: Any, context: Context) -> str:
        first = self.primary(value)
        return self.line(first) if first else ""

    def edit(self, value: Any, context: Context) -> str:
        return "; ".join(self.line(item) for item in value or ())

    def export(self, value: Any) -> str:
        return orjson.dumps(list(value)).decode() if value else ""

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        if op != "is":
            return super().condition(op, value, dialect)
        wanted = self.identifiers(self.parse(value, Context()), Context())
        if not wanted:
            return "0 = 1", []
        return (
            "id IN (SELECT record FROM core_identifier WHERE kind = %s AND value = %s)",
            [*wanted[0]],
        )

    def identifiers(self, value: Any, context: Context) -> list[tuple[str, str]]:
        return [(self.identifies, normal) for item in value if (normal := self.normal(item))]


def _ids(items: list[Item]) -> list[str]:
    return [item["id"] for item in items]


def _refuse_many(items: list[Any]) -> None:
    if len(items) > MOST_ITEMS:
        raise refuse(_("At most %(most)s of these fit in one record.") % {"most": MOST_ITEMS})


def _mark_one_primary(items: list[Item]) -> None:
    """Exactly one stands for the list: the first that is marked so, else the first."""
    if len(items) == 1:
        items[0]["primary"] = True
    elif items and sum(item["primary"] for item in items) != 1:
        first = next((item for item in items if item["primary"]), items[0])
        for item in items:
            item["primary"] = item is first


_EXTENSION = re.compile(r"\s*(?:ext\.?|x|#)\s*\d{1,6}$", re.IGNORECASE)


class Phones(ItemList):
    """Phone numbers: kept as typed and never refused, the international form beside."""

    kind = "phones"
    identifies = "phone"
    first_use = "work"
    holds = ("text", "e164")

    def item(self, raw: Any, context: Context) -> Item | None:
        text = raw.get("text", "") if isinstance(raw, dict) else raw
        text = " ".join(texted(text).split())
        if not text:
            return None
        if len(text) > LONGEST_PHONE:
            raise refuse(
                _("This is %(is)s letters long; at most %(most)s fit. Put the rest into a note.")
                % {"is": len(text), "most": LONGEST_PHONE}
            )
        return {"text": text, "e164": e164(text, context.country)}

    def normal(self, item: Item) -> str:
        return str(item.get("e164") or digits_of(_EXTENSION.sub("", item["text"])))

    def line(self, item: Item) -> str:
        return str(item["text"])

    def traces(self, value: Any) -> list[str]:
        found = []
        for item in value or ():
            number = item.get("e164") or ""
            found += [item["text"], number, national(number)]
        return [text for text in found if text]

    def words(self, value: Any) -> list[str]:
        found = []
        for item in value or ():
            digits = digits_of(item.get("e164") or item["text"])
            found += [digits, digits_of(item["text"]), digits[-8:], digits[-4:]]
        return [digits for digits in dict.fromkeys(found) if digits]

    def sample(self, seed: int) -> Any:
        return [{"text": f"+47 22 00 {seed % 90 + 10} {seed % 77 + 10}", "type": "mobile"}]


_MAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]+")


class Emails(ItemList):
    """E-mail addresses; what is no address is refused with its own words.

    Of what a mail program copies, "Ola Nordmann <ola@example.com>" (RFC 5322), the address stays.
    """

    kind = "emails"
    identifies = "mail"
    holds = ("address",)
    uses = ItemList.uses[:2] + ItemList.uses[3:]

    def cut(self, text: str) -> list[str]:
        if _MAIL.fullmatch(text):  # one address and nothing else
            return [text]
        if "<" in text and len(text) <= LONGEST_COPIED:
            found = [address for _name, address in getaddresses([re.sub(r"[;\n]", ",", text)])]
            return found if all(found) else [text]
        return [part for part in re.split(r"[\s,;]+", text) if part]

    def item(self, raw: Any, context: Context) -> Item | None:
        text = raw.get("address", "") if isinstance(raw, dict) else raw
        text = texted(text).strip().removeprefix("mailto:")
        if not text:
            return None
        if text.endswith(">") and len(text) <= LONGEST_COPIED:
            text = parseaddr(text)[1] or text
        if len(text) > 254 or not _MAIL.fullmatch(text):
            raise refuse(
                _("“%(raw)s” is no e-mail address. Write it like ola@example.com.")
                % {"raw": text[:60]}
            )
        return {"address": text}

    def normal(self, item: Item) -> str:
        return str(item["address"]).casefold()

    def line(self, item: Item) -> str:
        return str(item["address"])

    def traces(self, value: Any) -> list[str]:
        return [item["address"] for item in value or ()]

    def words(self, value: Any) -> list[str]:
        return [word for item in value or () for word in words.split(item["address"])]

    def sample(self, seed: int) -> Any:
        return [{"address": f"person{seed}@example.com", "type": "work"}]
