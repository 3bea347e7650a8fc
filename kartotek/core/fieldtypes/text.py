"""Text of one line and of many, and web addresses."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import Dialect, FieldType, refuse, texted
from kartotek.core.workspace import workspace

_WEB = re.compile(r"https?://([^\s/?#]+\.[^\s/?#]+|localhost)", re.IGNORECASE)
LONG_TEXT_LIMIT = 100_000  # letters; more belongs in a file


class Text(FieldType):
    """One line of text."""

    kind = "text"
    sortable = True
    operators = (*FieldType.operators, "starts")
    has_key = False  # set where the record type sorts by it

    def __init__(self, length: int = 200, **options: Any) -> None:
        super().__init__(**options)
        self.length = length

    def parse(self, raw: Any, context: Context) -> str:
        text = " ".join(texted(raw).split())
        if len(text) > self.length:
            raise refuse(
                _("This is %(is)s letters long; at most %(most)s fit. Shorten it, or use a note.")
                % {"is": len(text), "most": self.length}
            )
        return text

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.length}

    def words(self, value: str) -> list[str]:
        return words.split(value)

    def key(self, value: str, context: Context) -> str | None:
        """What is kept beside a value to be compared by, where anything is; None for nothing."""
        return words.sort_key(value, context.language)

    def _order(self, op: str, param: Any) -> tuple[str, list[Any]]:
        if op != "starts":
            return super()._order(op, param)
        if not self.has_key:
            text = str(param)
            return f"lower(substr({self.column}, 1, {len(text)})) = lower(%s)", [text]
        # A range instead of LIKE: it uses the index, and no letter of it is a wildcard.
        key = self.key(str(param), workspace().context) or ""
        return (
            f"({self.key_column} >= %s AND {self.key_column} < %s)",
            [key, key + "\U0010ffff"],
        )

    def sample(self, seed: int) -> str:
        names = ("Ola Nordmann", "Līga Bērziņa", "João Souza", "अनन्या शर्मा", "Ann Smith")
        return f"{names[seed % len(names)]} {seed}"[: self.length]


class LongText(Text):
    """Text of many lines, Markdown where it is shown."""

    kind = "long_text"
    sortable = False
    operators = ("empty", "not_empty")

    def __init__(self, **options: Any) -> None:
        super().__init__(LONG_TEXT_LIMIT, **options)

    def parse(self, raw: Any, context: Context) -> str:
        text = re.sub(r"\r\n?", "\n", texted(raw)).strip()
        if len(text) > self.length:
            raise refuse(
                _("This text has %(is)s letters; at most %(most)s fit. Attach it as a file.")
                % {"is": len(text), "most": self.length}
            )
        return text

    def sample(self, seed: int) -> str:
        return f"Prefers mornings.\nMet at fair number {seed}."


class Url(Text):
    """A web address; "example.com" is taken as https."""

    kind = "url"
    sortable = False
    schema = {"type": "string", "format": "uri"}
    operators = ("is", "is_not", "empty", "not_empty")

    def parse(self, raw: Any, context: Context) -> str:
        text = super().parse(raw, context)
        if text and "://" not in text:
            text = super().parse(f"https://{text}", context)  # it still has to fit
        if text and not _WEB.match(text):
            raise refuse(_("This is no web address. Write it like example.com."))
        return text

    def words(self, value: str) -> list[str]:
        return words.split(domain_of(value))

    def identifiers(self, value: str, context: Context) -> list[tuple[str, str]]:
        domain = domain_of(value)
        return [("domain", domain)] if domain else []

    def sample(self, seed: int) -> str:
        return f"https://firm{seed}.example.com"


def domain_of(url: str) -> str:
    """The host of a web address without "www.": "https://www.Fjord.no/x" → "fjord.no"."""
    host = url.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].split("@")[-1]
    return host.split(":", 1)[0].lower().removeprefix("www.")


class Key(Text):
    """The sort key of a text: written by the door, never by a person."""

    kind = "key"

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return value or None
