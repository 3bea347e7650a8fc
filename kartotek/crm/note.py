"""Notes: what was said or seen, on anybody's card."""

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType


class Note(Record):
    """One piece of text about some records."""

    text = fields.long_text(required=True, personal=True)
    about = fields.links(label=_("About"))
    at = fields.moment(label=_("When"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")


class Notes(RecordType):
    """What people see and do with notes."""

    model, icon, group = Note, "notebook-pen", "activity"
    title = "text"
    columns = "text about owner at"
    sorts = "changed_at"
    form = "text | about at"
    search = {"text": 1}
    timeline_at = "at"
    in_menu = False
