"""All contacts into a file, as the job writes them: through the read door, every field."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kartotek.core.actor import EVERYTHING, Actor
from kartotek.core.catalogue import the_type
from kartotek.interfaces.files.exporting import Exporting
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.taking import Taking, columns
from tests.bench.data import People

KEY = "contacts"
MEASURED = {"csv": "export/contacts", "jsonl": "export/jsonl", "xlsx": "export/xlsx",
            "here": "export/here", "vcf": "export/vcard"}  # fmt: skip


def exporting() -> Iterator[tuple[str, float, str]]:
    """Rows a second, of each kind of file; the receipt counts them in the database."""
    member, department = People().members[0]
    actor = Actor("member", "bench", EVERYTHING, member=member, department=department)
    taking = Taking(the_type(KEY), columns(actor, the_type(KEY)))
    with tempfile.TemporaryDirectory() as folder:
        for kind, op in MEASURED.items():
            begun = time.perf_counter()
            work = Exporting(actor, taking, FORMATS[kind], Path(folder) / kind, kind)
            while work.step():
                pass
            assert work.receipt.rows == work.receipt.there
            yield op, work.receipt.rows / (time.perf_counter() - begun), "rows/s"
