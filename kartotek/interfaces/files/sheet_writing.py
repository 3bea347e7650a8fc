"""XLSX written as rows come: texts as text, numbers as numbers, days as days; memory stays flat.

ECMA-376 part 1: 18.3.1 (worksheets), 18.8 (styles), 22.9.2.19 (`_x000D_` for what XML cannot hold).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.question import Row
from kartotek.interfaces.files.person_cells import PersonCells
from kartotek.interfaces.files.table import as_cell
from kartotek.interfaces.files.taking import Taking

MOST_ROWS = 1_048_576  # of a sheet, its header among them
MOST_LETTERS = 32_767  # of a cell
EXACT = 10**15  # beyond, a spreadsheet rounds
FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count a day that never was
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNHELD = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_NONE = re.compile("[\ufffe\uffff]")  # no letters, and nothing in a workbook can stand for them
_TEXT, _DAY, _MOMENT, _HEADER = 1, 2, 3, 4  # places in the list of styles
_WIDTHS = {
    "long_text": 50,
    "addresses": 40,
    "text": 24,
    "emails": 28,
    "flag": 10,
    "number": 12,
    "decimal": 12,
}
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>'
)
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{{sheet}}" '
        'sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
}


class Workbook:
    """One sheet, its header in bold, standing still while the rows are scrolled."""

    by_column = False

    def __init__(
        self, actor: Actor, taking: Taking, context: Context, path: Path | IO[bytes]
    ) -> None:
        self.remarks: list[str] = []
        self._cells = PersonCells(actor, taking, context)
        self._letters = [column_letters(place) for place in range(len(self._cells.headers))]
        self._row = self._cut = 0
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        name = escape(re.sub(r"[\[\]:*?/\\']", " ", str(taking.type.plural))[:31])
        for part, text in _PARTS.items():
            self._archive.writestr(part, _HEAD + text.replace("{sheet}", name))
        self._archive.writestr("xl/styles.xml", _STYLES)
        self._sheet: IO[bytes] = self._archive.open(
            "xl/worksheets/sheet1.xml", "w", force_zip64=True
        )
        self._begin()

    def add(self, rows: Sequence[Row]) -> None:
        self._write("".join(self._line(cells) for cells in self._cells.rows(rows)))

    def say(self, text: str) -> None:
        """A line of words alone, in the first cell."""
        self._write(self._line([text, *[""] * (len(self._letters) - 1)]))

    def close(self) -> None:
        whole = f"A1:{self._letters[-1]}{self._row}"
        self._write(f'</sheetData><autoFilter ref="{whole}"/></worksheet>')
        self._sheet.close()
        self._archive.close()
        if self._cut:
            self.remarks.append(
                _("Cells that no sheet can hold, as they have more than %(most)s letters: "
                  "%(count)s. They are cut there; JSON lines carry them whole.")
                % {"most": f"{MOST_LETTERS:,}", "count": self._cut}
            )  # fmt: skip

    def _begin(self) -> None:
        kinds = [getattr(kind, "kind", "") for kind in self._cells.kinds]
        widths = [*(_WIDTHS.get(kind, 20) for kind in kinds), 38]
        columns = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(widths, 1)
        )
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
            'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><cols>{columns}</cols><sheetData>"
        )
        self._write(self._line(self._cells.headers, _HEADER))

    def _write(self, text: str) -> None:
        self._sheet.write(text.encode())

    def _line(self, cells: Sequence[Any], style: int = _TEXT) -> str:
        self._row += 1
        if self._row > MOST_ROWS:
            raise ValidationError(
                _("A sheet holds at most %(most)s rows. Take a CSV file, or filter the list first.")
                % {"most": f"{MOST_ROWS - 1:,}"}
            )
        number = self._row
        line = "".join(
            self._cell(f"{letters}{number}", value, style)
            for letters, value in zip(self._letters, cells, strict=True)
            if value is not None and value != ""
        )
        return f'<row r="{number}">{line}</row>'

    def _cell(self, at: str, value: Any, style: int) -> str:
        if isinstance(value, datetime) and value.date() >= FIRST_DAY:
            return f'<c r="{at}" s="{_MOMENT}"><v>{serial(value)}</v></c>'
        if isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
            return f'<c r="{at}" s="{_DAY}"><v>{serial(value)}</v></c>'
        if isinstance(value, int | float | Decimal) and abs(value) < EXACT:
            return f'<c r="{at}"><v>{value}</v></c>'
        text = as_cell(str(value))
        if len(text) > MOST_LETTERS or _NONE.search(text):
            self._cut += 1
            text = _NONE.sub("\ufffd", text[:MOST_LETTERS])
        return (
            f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{xml(text)}</t>'
            "</is></c>"
        )


def serial(value: date) -> str:
    """Days since the last one of 1899, as a spreadsheet counts."""
    if not isinstance(value, datetime):
        return str(value.toordinal() - 693_594)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return f"{value.toordinal() - 693_594 + seconds / 86_400:.11f}"


def xml(text: str) -> str:
    """A text as XML holds it; what it cannot hold by its number."""
    return escape(_UNHELD.sub(lambda one: f"_x{ord(one[0]):04X}_", text))


def column_letters(place: int) -> str:
    """0 is "A", 26 is "AA"."""
    letters = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        letters = chr(65 + left) + letters
    return letters
