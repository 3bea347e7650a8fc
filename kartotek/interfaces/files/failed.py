"""The file of failed rows beside the one imported, with reasons: mended, it is imported itself."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from kartotek.interfaces.files.mapping import LINE, REASON
from kartotek.interfaces.files.reading import FileRow, Table


class FailedRows:
    """Made at the first failed row; none without any, and none in a trial (`path` is None)."""

    def __init__(self, table: Table, path: Path | None, size: int = 0) -> None:
        """`size` is how many bytes of it were kept of an import that goes on."""
        self._table, self._path = table, path
        # Another machine may go on: what was kept on the first one is not here then.
        is_there = path is not None and path.exists() and path.stat().st_size >= size
        self._size = size if is_there else 0
        self._own = [
            place for place, one in enumerate(table.headers) if one not in (LINE, REASON)
        ]  # the places of the file's own columns
        self._file: Any = None
        self.name = str(path) if self._size else ""

    def add(self, row: FileRow, why: str) -> None:
        """Write one row as it stood, with the reason."""
        if self._path is None:
            return
        width = len(self._table.headers)
        cells = row.cells + [""] * (width - len(row.cells))
        self._write([*(cells[place] for place in self._own), str(row.line), why, *cells[width:]])

    def _write(self, cells: list[str]) -> None:
        if self._file is None and not self._open():
            return
        csv.writer(self._file).writerow(cells)

    def _open(self) -> bool:
        """False in a folder that may only be read: the receipt still names the rows."""
        assert self._path is not None
        try:
            self._file = self._path.open("a" if self._size else "w", encoding="utf-8", newline="")
        except OSError:
            self._path = None
            return False
        self._file.truncate(self._size)  # what a chunk left that was never committed
        self.name = str(self._path)
        if not self._size:
            headers = [self._table.headers[place] for place in self._own]
            csv.writer(self._file).writerow([*headers, LINE, REASON])
        return True

    def flush(self) -> int:
        """Have it on the disk; how many bytes it holds."""
        if self._file is not None:
            self._file.flush()
            self._size = self._file.tell()
        return self._size

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
