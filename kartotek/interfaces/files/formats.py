"""The kinds of file that records are written into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.card_writing import Cards, OldCards
from kartotek.interfaces.files.sheet_writing import Workbook
from kartotek.interfaces.files.taking import Taking
from kartotek.interfaces.files.writing import JsonLines, MachineCsv, PersonCsv, Writer


@dataclass(frozen=True)
class Format:
    """One kind of file: its key, how its name ends, what it is called and whom it is for."""

    key: str
    ending: str
    label: Any
    told: Any
    write: Callable[[Actor, Taking, Context, Path], Writer]

    @property
    def chooses_columns(self) -> bool:
        """A card has its own fields; of any other file the columns may be chosen."""
        return not issubclass(self._writer, Cards)

    @property
    def _writer(self) -> type:
        assert isinstance(self.write, type)
        return self.write

    def fits(self, record_type: RecordType) -> bool:
        """Can records of this type be written so?"""
        return self.chooses_columns or bool(record_type.card)


FORMATS = {
    one.key: one
    for one in (
        Format("xlsx", ".xlsx", _("Excel workbook (XLSX)"),
               _("For reading, sorting and printing. Phones and numbers of things stay text."),
               Workbook),
        Format("here", ".csv", _("CSV for a spreadsheet here"),
               _("Opens with a double click: your separator, decimal sign and dates."), PersonCsv),
        Format("csv", ".csv", _("CSV for machines"),
               _("UTF-8, commas, ISO dates, fields by their names (RFC 4180)."), MachineCsv),
        Format("jsonl", ".jsonl", _("JSON lines"),
               _("Every value as it is, one record a line. Nothing is ever lost in it."),
               JsonLines),
        Format("vcf", ".vcf", _("vCard 4.0"),
               _("For the address book of a phone or a mail program."), Cards),
        Format("vcf3", ".vcf", _("vCard 3.0"), _("The same for older programs."), OldCards),
    )
}  # fmt: skip
BY_ENDING = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".vcf": "vcf"}
