"""What parsing and showing depend on besides the value: language, country, time zone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formats:
    """What somebody has chosen otherwise than their language has it (see `fieldtypes.formats`)."""

    date: str = ""
    number: str = ""
    clock: str = ""


AS_THE_LANGUAGE = Formats()


@dataclass(frozen=True)
class Context:
    """How this workspace, or this person, writes things. Pure data, safe to pickle."""

    language: str = "en"
    country: str = ""
    zone: str = "UTC"
    formats: Formats = AS_THE_LANGUAGE
