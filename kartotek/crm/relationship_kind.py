"""Kinds of relationships: what one side of two is to the other, in the words of each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.end_type import end_type
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType

# Offered where no kind of these words is there yet; choosing one makes it.
SUGGESTIONS = [
    (_("accountant of"), _("accountant")),
    (_("auditor of"), _("auditor")),
    (_("lawyer of"), _("lawyer")),
    (_("adviser of"), _("adviser")),
    (_("board member of"), _("board member")),
    (_("owner of"), _("owner")),
    (_("supplier of"), _("customer of")),
    (_("partner of"), _("partner of")),
    (_("married to"), _("married to")),
]


class RelationshipKind(Record):
    """One kind. Where both sides read the same ("married to"), there is no first and second."""

    name = fields.text(80, required=True, label=_("On the first card"))
    inverse = fields.text(80, label=_("On the other card"))
    one_type = end_type(_("The first is always a"))
    other_type = end_type(_("The other is always a"))

    class Meta:
        db_table = "crm_kind_of_relationship"  # its indexes are called after the first letters
        verbose_name = _("kind of relationship")
        verbose_name_plural = _("kinds of relationships")

    @classmethod
    def settle(cls, new: Any, old: Any, parts: Any) -> dict[str, Any]:
        """Where nothing is said of the other card, it reads the same."""
        return {"inverse": new.inverse or new.name}


class RelationshipKinds(RecordType):
    """What people see and do with kinds of relationships."""

    model, icon, group = RelationshipKind, "waypoints", "company"
    columns = "name inverse one_type other_type changed_at"
    sorts = "name changed_at"
    form = "name inverse | one_type other_type"
    quick = "name inverse"
    search = {"name": 1, "inverse": 1}
    same_as = "name inverse"
    scoped = in_menu = False
