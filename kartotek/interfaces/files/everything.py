"""Everything one may take, in one archive: records twice, files, the schema, a page that tells."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek import __version__
from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.receipts import record
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.exporting import (
    Exporting,
    ExportReceipt,
    appearing,
    naming_the_disk,
    noted,
    person,
)
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.taking import Taking, columns, may_export, rows_there

KINDS = ("jsonl", "csv")  # each type is written as both: one to come back, one for any program
INDEX = "index.html"
MOST_NAMED = 50  # missing files that are told one by one; the manifest has all
_ODD = re.compile(r"[^\w.\- ]")


@dataclass
class Everything:
    """What the archive holds, as its manifest tells it."""

    name: str
    types: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # types that one may not take
    missing: list[dict[str, str]] = field(default_factory=list)  # files whose bytes are gone
    bytes: int = 0

    @property
    def rows(self) -> int:
        return sum(one["rows"] for one in self.types)

    @property
    def remarks(self) -> list[str]:
        found = [remark for one in self.types for remark in one["remarks"]]
        if self.left_out:
            found.append(
                _("Not open to your role: %(types)s.") % {"types": ", ".join(self.left_out)}
            )
        for one in self.missing[:MOST_NAMED]:
            found.append(
                _("The file “%(name)s” (%(uid)s) is not here: its bytes are gone. Bring it back "
                  "from a backup.") % one
            )  # fmt: skip
        if (more := len(self.missing) - MOST_NAMED) > 0:
            found.append(
                ngettext("%(n)s more file is not here; manifest.json names it.",
                         "%(n)s more files are not here; manifest.json names them.", more)
                % {"n": more}
            )  # fmt: skip
        return found

    def plain(self) -> dict[str, Any]:
        """The receipt as JSON can hold it; records and files are the rows."""
        gone = len(self.missing)
        count = self.rows + len(self.files) + gone
        return {
            "rows": count, "created": 0, "updated": 0, "unchanged": count - gone,
            "skipped": gone, "failed": 0, "columns": [], "type": "", "format": "zip",
            "file": self.name, "bytes": self.bytes, "there": None, "remarks": self.remarks,
            "types": [{key: one[key] for key in ("type", "label", "rows")} for one in self.types],
            "files": len(self.files), "missing": self.missing,
        }  # fmt: skip


class TakingEverything:
    """The archive on its way into `path`, some pages at a time; begun anew after a restart."""

    def __init__(self, actor: Actor, path: Path, name: str) -> None:
        """PermissionDenied where there is nothing that the actor may take."""
        types = [one for one in catalogue() if may_export(actor, one)]
        if not types:
            raise PermissionDenied(_("Your role may not export anything. Ask an administrator."))
        self.actor, self.path = actor, path
        self.receipt = Everything(name)
        self.receipt.left_out = [
            str(one.plural) for one in catalogue()
            if one not in types and actor.rights.scope(one.key, "view") != "none"
        ]  # fmt: skip
        takings = [Taking(one, columns(actor, one)) for one in types]
        self.rows = sum(rows_there(actor, one) or 0 for one in takings)
        self.done = 0
        self._room = path.with_name(f"{path.name}.room")
        self._steps = self._all(takings)

    def step(self) -> bool:
        """Write the next rows; False when that was all, and the archive is finished."""
        with naming_the_disk(self.path):
            return next(self._steps, None) is not None

    def _all(self, takings: list[Taking]) -> Iterator[bool]:
        shutil.rmtree(self._room, ignore_errors=True)
        self._room.mkdir(mode=0o700)
        try:
            with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for taking in takings:
                    yield from self._type(archive, taking)
                yield from self._files(archive)
                self._told(archive, [taking.type for taking in takings])
        finally:
            shutil.rmtree(self._room, ignore_errors=True)
        self.receipt.bytes = self.path.stat().st_size

    def _type(self, archive: zipfile.ZipFile, taking: Taking) -> Iterator[bool]:
        """One type: its rows are asked for once, and written by both writers."""
        key, before = taking.type.key, self.done
        paths = [self._room / f"{key}{FORMATS[kind].ending}" for kind in KINDS]
        writers = [
            FORMATS[kind].write(self.actor, taking, person(self.actor), path)
            for kind, path in zip(KINDS[1:], paths[1:], strict=True)
        ]
        work = Exporting(self.actor, taking, FORMATS[KINDS[0]], paths[0], paths[0].name)
        work.beside = writers
        while work.step():
            self.done = before + work.receipt.rows
            yield True
        for path in paths:
            self._add(archive, path.name, path, rows=work.receipt.rows)
            path.unlink()
        self._enter(taking.type, work.receipt)
        self.done = before + work.receipt.rows
        yield True

    def _enter(self, record_type: RecordType, receipt: ExportReceipt) -> None:
        label = str(record_type.plural)
        self.receipt.types.append({
            "type": record_type.key, "label": label, "rows": receipt.rows, "there": receipt.there,
            "remarks": [f"{label}: {one}" for one in receipt.remarks],
            "revealed": receipt.revealed,
        })  # fmt: skip

    def _files(self, archive: zipfile.ZipFile) -> Iterator[bool]:
        for found in files.every(self.actor):
            name = f"files/{found.uid}-{_ODD.sub('_', found.name)[-80:]}"
            try:
                _facts, path = files.content(found.uid)
                self._add(archive, name, path)
            except (NotFound, FileNotFoundError):
                self.receipt.missing.append({"name": found.name, "uid": str(found.uid)})
                continue
            self.receipt.files.append({"name": found.name, "member": name, "size": found.size})
            yield True

    def _add(self, archive: zipfile.ZipFile, name: str, path: Path, **more: Any) -> None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
        archive.write(path, name)
        self.receipt.members.append({"name": name, "bytes": size, "sha256": digest, **more})

    def _told(self, archive: zipfile.ZipFile, types: list[RecordType]) -> None:
        """The schema, the page that explains, and the manifest, which counts all of it."""
        told = self.receipt
        schema = {one.key: schema_of(self.actor, one) for one in types}
        page = engines["jinja2"].env.get_template("exporting/everything.html").render(
            told=told, workspace=workspace(), language=person(self.actor).language,
            made=datetime.now(UTC).date().isoformat(),
        )  # fmt: skip
        manifest = {
            "kartotek": __version__, "made": datetime.now(UTC).isoformat(),
            "by": self.actor.name, "workspace": workspace().name, "types": told.types,
            "rows": told.rows, "files": told.files, "missing": told.missing,
            "left_out": told.left_out, "members": told.members,
        }  # fmt: skip
        archive.writestr(INDEX, page)
        for name, data in (("schema.json", schema), ("manifest.json", manifest)):
            archive.writestr(name, orjson.dumps(data, option=orjson.OPT_INDENT_2))


def export_everything(actor: Actor, path: Path) -> Everything:
    """All that the actor may take, in one archive; it appears when it is whole."""
    noted(actor, "", "zip", path.name)
    with translation.override(person(actor).language), appearing(path) as part:
        work = TakingEverything(actor, part, path.name)
        while work.step():
            pass
    keep_everything(actor, work.receipt)
    return work.receipt


def keep_everything(actor: Actor, receipt: Everything) -> Any:
    """Keep the receipt; its uid."""
    told = receipt.plain()
    with transaction.atomic():
        return record(
            "export", receipt.name, actor, rows=told["rows"], unchanged=told["unchanged"],
            skipped=told["skipped"],
            detail={key: told[key] for key in
                    ("type", "format", "types", "files", "missing", "remarks")},
        )  # fmt: skip


def schema_of(actor: Actor, record_type: RecordType) -> dict[str, Any]:
    """What each field of a type is: its label, its kind, the JSON schema of its values."""
    seen = visible(actor, record_type)
    return {
        "label": str(record_type.label),
        "plural": str(record_type.plural),
        "fields": {
            name: {"label": str(kind.label), "kind": kind.kind, **kind.describe()}
            for name, kind in record_type.fields.items() if name in seen
        },
        "parts": {
            name: {
                "label": str(part.label),
                "fields": {
                    inner: {"label": str(kind.label), "kind": kind.kind, **kind.describe()}
                    for inner, kind in part.fields.items()
                },
            }
            for name, part in record_type.parts.items() if name in seen
        },
    }  # fmt: skip
