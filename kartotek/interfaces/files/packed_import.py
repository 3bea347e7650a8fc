"""An archive imported at once: its tables one after the other, a receipt for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.errors import ValidationError
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.elsewhere import not_held
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.mapping import chosen
from kartotek.interfaces.files.packs import Inner, in_order, unpacked
from kartotek.interfaces.files.receipt import ImportReceipt


@dataclass
class PackReceipt:
    """What came of an archive: a receipt for each file that was imported, and why others not."""

    file: str
    receipts: list[ImportReceipt] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return sum(one.failed for one in self.receipts)

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "file": self.file, "files": [one.plain() for one in self.receipts], "left": self.left,
        }  # fmt: skip

    def lines(self) -> list[str]:
        """As a person reads it."""
        told = [line for one in self.receipts for line in [*one.lines(), ""]]
        for one in self.left:
            told.append(_("Not imported: %(file)s. %(why)s") % one)
        return told


def import_pack(actor: Actor, path: Path, plan: Plan) -> PackReceipt:
    """Import every table of an archive that is recognised, what others link to first.

    ValidationError where the archive cannot be read; what was imported of it before stays.
    """
    told = PackReceipt(plan.name or path.name)
    language = workspace().language
    with TemporaryDirectory(prefix="kartotek-") as folder:
        typed: list[tuple[str, Inner]] = []
        for inner in unpacked(path, Path(folder), language):
            key, why = _type_of(actor, inner, language)
            if key:
                typed.append((key, inner))
            else:
                rows = inner.table.rows if inner.table else 0
                told.left.append({"file": inner.name, "rows": rows, "why": why})
        for number, (key, inner) in enumerate(in_order(typed, lambda one: one[0]), 1):
            beside = path.with_name(f"{path.name}.{number}.failed.csv")
            own = replace(plan, type=key, name=inner.name, failed=beside)
            try:
                told.receipts.append(import_file(actor, inner.path, own))
            except ValidationError as error:
                why = " ".join(error.messages)
                told.left.append({"file": inner.name, "rows": 0, "why": why})
    return told


def _type_of(actor: Actor, inner: Inner, language: str) -> tuple[str, str]:
    """The type of a file's rows, or why it is not imported."""
    if inner.table is None:
        return "", inner.why
    if inner.elsewhere:
        return "", not_held(inner.elsewhere)
    try:
        return chosen(actor, "", inner.table.headers, language).type.key, ""
    except ValidationError as error:
        return "", " ".join(error.messages)
