"""Postal addresses: a typed list whose items have parts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import refuse, texted
from kartotek.core.fieldtypes.lists import Item, ItemList

ADDRESS_PARTS = ("street", "postal_code", "city", "region", "country")


class Addresses(ItemList):
    """Postal addresses, structured; a text of one line is taken as the street."""

    kind = "addresses"
    identifies = ""
    first_use = "postal"
    operators = ("empty", "not_empty")
    holds = ADDRESS_PARTS
    uses = (
        ("billing", gettext_lazy("Billing")),
        ("shipping", gettext_lazy("Shipping")),
        ("postal", gettext_lazy("Postal")),
        ("visiting", gettext_lazy("Visiting")),
    )

    def cut(self, text: str) -> list[str]:
        return [text]

    def _use(self, given: Any) -> str:
        key = super()._use(given)
        return key if key in self._use_keys else self.first_use

    def item(self, raw: Any, context: Context) -> Item | None:
        given = raw if isinstance(raw, dict) else {"street": raw}
        item = {}
        for part in ADDRESS_PARTS:
            text = given.get(part)
            if text is None or text == "":
                item[part] = ""
                continue
            text = texted(text)
            if text.isprintable():  # one line, as nearly all are
                text = " ".join(text.split())
            else:
                lines = [" ".join(line.split()) for line in text.splitlines()]
                text = "\n".join(lines).strip() if len(lines) != 1 else lines[0]
            if len(text) > 300:
                raise refuse(_("This part of the address is too long; at most 300 letters fit."))
            item[part] = text
        return item if any(item.values()) else None

    def normal(self, item: Item) -> str:
        return "|".join(words.fold(item[part]) for part in ADDRESS_PARTS)

    def line(self, item: Item) -> str:
        place = " ".join(part for part in (item["postal_code"], item["city"]) if part)
        street = item["street"].replace("\n", ", ")
        return ", ".join(p for p in (street, place, item["region"], item["country"]) if p)

    def edit(self, value: Any, context: Context) -> str:
        return "\n".join(self.line(item) for item in value or ())

    def identifiers(self, value: Any, context: Context) -> list[tuple[str, str]]:
        return []

    def traces(self, value: Any) -> list[str]:
        return [item["street"] for item in value or () if item["street"]]

    def words(self, value: Any) -> list[str]:
        return [word for item in value or () for word in words.split(item["city"])]

    def sample(self, seed: int) -> Any:
        return [{"street": f"Storgata {seed}", "postal_code": "0155", "city": "Oslo"}]
