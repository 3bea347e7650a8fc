"""Relationships: who is what to whom, on the cards of both."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType
from kartotek.core.relates import Relates
from kartotek.core.relating import refuse_doubtful, refuse_misfit
from kartotek.crm.relationship_kind import SUGGESTIONS


class Relationship(Record):
    """Two records, and what the one is to the other."""

    name = fields.text(label=_("Called"), personal=True)
    one = fields.links(most=1, required=True, label=_("The one"))
    kind = fields.link("crm.RelationshipKind", required=True, label=_("Is"))
    other = fields.links(most=1, required=True, label=_("The other"))
    since = fields.date(label=_("From"), personal=True)
    until = fields.date(label=_("Until"), personal=True)
    remark = fields.long_text(label=_("Remark"), personal=True)

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")

    @classmethod
    def clean(cls, new: Any, old: Any) -> None:  # type: ignore[override]
        """Two records, not one; an end that is not before the beginning."""
        refuse_misfit(Relationships.relates, new)


class Relationships(RecordType):
    """What people see and do with relationships."""

    model, icon, group = Relationship, "waypoints", "people"
    relates = Relates(suggestions=SUGGESTIONS)
    title_from = search_with = linked_by = "kind"
    subtitle = "other"
    columns = "name one other since until owner"
    sorts = "changed_at"
    form = "one kind other | since until remark | name | owner department"
    quick = "one kind other since until remark"
    search = {"name": 1, "remark": 1}
    in_menu = False

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """Its kind takes these two, and they do not stand so already."""
        refuse_doubtful(self, values, old, uid)
