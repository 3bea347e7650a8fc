"""What kind of file it is, told by what is in it and never by its name."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.archives import kind_inside
from kartotek.interfaces.files.encoding import marked
from kartotek.interfaces.files.table import empty

LOOKED_AT = 4_096  # bytes
_LINES = re.compile(r"\{[ \t]*\"")
_JSON = re.compile(r"[\[{]\s*[\r\n]|\[\s*[\[{\"]")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = gettext_lazy(
    "an old Office file (.xls), or one with a password; save it as XLSX without a password"
)
_PICTURE = gettext_lazy("a picture; export the table as CSV or XLSX")
_PACKED = gettext_lazy("an archive that cannot be read; unpack it, or pack it as ZIP")
_OTHER_KINDS = (
    (b"%PDF", gettext_lazy("a PDF; export the table it was made from as CSV or XLSX")),
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"{\\rtf", gettext_lazy("a text document; save its table as CSV or XLSX")),
)
_OTHER_TEXTS = (
    ("<!doctype html", gettext_lazy("a web page; open it in a spreadsheet and save it as XLSX")),
    ("<html", gettext_lazy("a web page; open it in a spreadsheet and save it as XLSX")),
    ("<?xml", gettext_lazy("an XML file; open it in a spreadsheet and save it as XLSX")),
    ("begin:vcalendar", gettext_lazy("a calendar; export its people or records as CSV or vCard")),
)


def kind_of(path: Path) -> str:
    """ "csv", "xlsx", "ods", "cards", "lines" or "zip" (an archive of files, each to be opened).

    ValidationError for what is no file, an empty one, or of a kind that holds no table.
    """
    head = _head(path)
    if head.startswith(_ARCHIVES):
        return kind_inside(path)
    for sign, what in _OTHER_KINDS:
        if head.startswith(sign):
            raise _no_table(path, str(what))
    text = head.decode(marked(head) or "utf-8", "ignore").lstrip("\ufeff \t\r\n")
    start = text[:40].casefold()
    for word, what in _OTHER_TEXTS:
        if start.startswith(word):
            raise _no_table(path, str(what))
    if start.startswith("begin:vcard"):
        return "cards"
    if _JSON.match(start):
        raise _no_table(path, _("JSON, but not one object a line; export it as CSV or JSON lines"))
    return "lines" if _LINES.match(start) else "csv"


def _no_table(path: Path, what: str) -> ValidationError:
    return ValidationError(_("“%(file)s” is %(what)s.") % {"file": path.name, "what": what})


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ValidationError(
                _("“%(file)s” is a folder. Name one file in it.") % {"file": str(path)}
            )
        with path.open("rb") as file:
            head = file.read(LOOKED_AT)
    except FileNotFoundError:
        raise ValidationError(
            _("There is no file “%(file)s”. Check the name and the folder.") % {"file": str(path)}
        ) from None
    except OSError as error:
        raise ValidationError(
            _("“%(file)s” cannot be opened: %(why)s. Check who may read it.")
            % {"file": str(path), "why": error.strerror}
        ) from None
    if not head:
        raise empty(path)
    return head
