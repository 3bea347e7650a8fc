"""Saved views: questions to a list that somebody keeps, for themselves or for everybody."""

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType, Timeline

WAYS = [("list", _("Table")), ("board", _("Board")), ("calendar", _("Calendar"))]


class SavedView(Record):
    """A list's address under a name: what is filtered, how it is sorted, which columns stand.

    It opens as what it is `shown_as`; those that say nothing, as a table.
    """

    name = fields.text(120, required=True)
    on = fields.text(40, label=_("List"))
    query = fields.long_text(label=_("Question"))
    shown_as = fields.choice(WAYS, label=_("Shown as"))
    shared = fields.flag(label=_("Shown to everybody"))
    opens_first = fields.flag(label=_("Opens first"))
    position = fields.number(label=_("Position"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")


class SavedViews(RecordType):
    """What people see and do with saved views; their place is above the list they are of."""

    model, icon, group = SavedView, "bookmark", "company"
    columns = "name on shared owner changed_at"
    sorts = "name"
    form = "name on query | shown_as shared opens_first position"
    search = {"name": 1}
    open_by, open_to = "shared", "on"
    in_menu = customizable = False
    known_by = "on name"
    panels = [Timeline()]
