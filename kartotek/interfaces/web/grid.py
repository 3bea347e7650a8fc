"""The rows of a list: fifty of them are most of what a page of a list costs, so no template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from kartotek.core.context import Context
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web.drawing import ANY, around, hue, initials, lock_mark
from kartotek.interfaces.web.showing import Column
from kartotek.interfaces.web.values import shown, value


@dataclass(frozen=True)
class _Cell:
    """What is the same in all cells of one column."""

    column: Column
    start: str
    edit: tuple[str, str]  # the address of the editor, around the uid; empty where there is none
    label: Markup


def rows(
    record_type: RecordType, columns: Sequence[Column], found: Sequence[Row], context: Context
) -> Markup:
    """The table rows, title first; the caller's columns begin with the title's."""
    cells = [_cell(record_type, one) for one in columns[1:]]
    before, after = around("record", record_type.key, ANY)
    select, empty = _("Select %(title)s"), str(escape(_("empty")))
    made = []
    for row in found:
        uid, title = str(row.uid), row.title
        there, shown_title = f"{before}{uid}{after}", escape(title or "–")
        picks = escape(select % {"title": title})
        made.append(
            f'<tr id="r-{uid}" data-uid="{uid}" data-href="{there}">\n'
            f'<td class="pick"><label class="target"><input type="checkbox" name="uid" '
            f'value="{uid}" aria-label="{picks}"></label></td>\n'
            f'<th scope="row" class="col-title"><span class="name"><span class="av '
            f'h{hue(title)}" aria-hidden="true">{escape(initials(title))}</span>'
            f'<a href="{there}">{shown_title}</a>{lock_mark(row.lock)}</span></th>\n'
            f"{_cells(cells, row, uid, empty, context)}\n</tr>"
        )
    return Markup("\n".join(made))  # noqa: S704  (every part above is escaped)


def _cell(record_type: RecordType, one: Column) -> _Cell:
    edit = around("field", record_type.key, ANY, one.name) if one.edits and one.kind else ("", "")
    return _Cell(one, f'<td class="{one.classes}">', edit, escape(one.label))


def _cells(cells: list[_Cell], row: Row, uid: str, empty: str, context: Context) -> str:
    """The cells behind the title; one that may be edited opens its editor by Enter or a press."""
    made = []
    for one in cells:
        kind, held = one.column.kind, row.values[one.column.name]
        html: str = value(kind, held, context)
        if kind is not None and one.edit[0] and row.may_edit:
            spoken = escape(shown(kind, held, context)) or empty
            html = (
                f'<button type="button" class="cell" hx-get="{one.edit[0]}{uid}{one.edit[1]}'
                f'?in=list" hx-swap="outerHTML" aria-label="{one.label}: {spoken}">{html}</button>'
            )
        made.append(f"{one.start}{html}</td>")
    return "\n".join(made)
