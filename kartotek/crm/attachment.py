"""Attachments: files, on anybody's card."""

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType


class Attachment(Record):
    """One file about some records, under a name that can be changed."""

    name = fields.text(required=True, personal=True)
    file = fields.file(label=_("File"), personal=True)
    about = fields.links(label=_("About"))
    at = fields.moment(label=_("When"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")


class Attachments(RecordType):
    """What people see and do with files on a card."""

    model, icon, group = Attachment, "paperclip", "activity"
    title_from = "file"
    columns = "name file about owner at"
    sorts = "changed_at"
    form = "name file | about at"
    search = {"name": 2}
    timeline_at = "at"
    in_menu = False
