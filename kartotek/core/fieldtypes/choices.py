"""The list of choices that a field offers: itself a value, where customers make fields."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import orjson
from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import JsonList, refuse, texted
from kartotek.core.fieldtypes.lists import listed

MOST_CHOICES = 200
LONGEST = 80  # letters of a label
_LONGEST_KEY = 40


def slug(label: str) -> str:
    """A name for machines made of a name for people: "Loyalty number" → "loyalty_number"."""
    plain = "_".join(words.split(unicodedata.normalize("NFKC", label)))
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9_]", "", plain)).strip("_")[:_LONGEST_KEY]


class Choices(JsonList):
    """Choices in their order: `{"key", "label", "hidden"}`. Keys stay when labels change.

    As a text each stands on a line of its own, "key: label" where the key does not follow from
    the label.
    """

    kind = "choices"
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["key", "label"],
            "properties": {
                "key": {"type": "string"},
                "label": {"type": "string"},
                "hidden": {"type": "boolean"},
            },
        },
    }

    def parse(self, raw: Any, context: Context) -> tuple[dict[str, Any], ...]:
        if raw is None or raw == "":
            return ()
        given = _lines(raw) if isinstance(raw, str) else listed(raw)
        found: dict[str, dict[str, Any]] = {}
        for one in given:
            made = _choice(one)
            if made["label"] and made["key"] in found:
                raise refuse(_("“%(label)s” stands here twice.") % {"label": made["label"]})
            if made["label"]:
                found[made["key"]] = made
        if len(found) > MOST_CHOICES:
            raise refuse(
                _("At most %(most)s choices fit; people could not find one among more.")
                % {"most": MOST_CHOICES}
            )
        return tuple(found.values())

    def plain(self, value: Any) -> Any:
        return [dict(one) for one in value or ()]

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(one["label"] for one in value or () if not one.get("hidden"))

    def edit(self, value: Any, context: Context) -> str:
        return "\n".join(_line(one) for one in value or ())

    def export(self, value: Any) -> str:
        return orjson.dumps(self.plain(value)).decode() if value else ""

    def sample(self, seed: int) -> Any:
        return [{"key": "gold", "label": f"Gold {seed}"}, {"key": "silver", "label": "Silver"}]


def _lines(text: str) -> list[Any]:
    """What a person typed, a choice on each line; or the JSON of a file."""
    if text.lstrip().startswith("[{"):
        try:
            return listed(orjson.loads(text))
        except ValueError:
            raise refuse(_("These choices are damaged. Write each on a line.")) from None
    return text.splitlines()


def _choice(one: Any) -> dict[str, Any]:
    if isinstance(one, dict):
        label, key = texted(one.get("label")), texted(one.get("key"))
        hidden = bool(one.get("hidden"))
    else:
        text = texted(one)
        hidden = text.startswith("- ")
        head, colon, tail = text.removeprefix("- ").partition(": ")
        key, label = (head, tail) if colon and slug(head) == head.strip() else ("", text)
        label = label if colon and key else text.removeprefix("- ")
    label = " ".join(label.split())
    if len(label) > LONGEST:
        raise refuse(
            _("“%(label)s…” is %(is)s letters long; a choice has at most %(most)s. Shorten it.")
            % {"label": label[:20], "is": len(label), "most": LONGEST}
        )
    key = key.strip() or slug(label) or f"choice_{abs(hash_of(label))}"
    return {"key": key[:_LONGEST_KEY], "label": label, **({"hidden": True} if hidden else {})}


def hash_of(label: str) -> int:
    """A number that is the same for the same label, for labels without a Latin letter."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(label))


def _line(one: dict[str, Any]) -> str:
    key, label = str(one["key"]), str(one["label"])
    shown = label if slug(label) == key else f"{key}: {label}"
    return f"- {shown}" if one.get("hidden") else shown
