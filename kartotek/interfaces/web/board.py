"""A list as a board: the same question in columns of cards, and a card moved to another one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Choice
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.write import write
from kartotek.interfaces.web.arranged import answered, moved
from kartotek.interfaces.web.cards import Drawn, board_field, drawn
from kartotek.interfaces.web.editing import version_of
from kartotek.interfaces.web.frame import actor_of, context_of, signed_in
from kartotek.interfaces.web.listing import let_in
from kartotek.interfaces.web.questions import Asked

PLACE = "board"


@require_safe
@signed_in
def board_page(request: HttpRequest, type_key: str) -> HttpResponse:
    """The board of a record type, within the words, filters and order of the address."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    let_in(actor, record_type)
    kind = _field(actor, record_type)

    def draw(question: Asked) -> Drawn:
        return drawn(actor, record_type, kind, question, context_of(request))

    return answered(request, record_type, PLACE, draw)


def _field(actor: Actor, record_type: RecordType) -> Choice:
    """The field of the board. A board that is hidden and one that never was are told alike."""
    kind = board_field(actor, record_type)
    if kind is None:
        raise NotFound(_("%(plural)s have no board.") % {"plural": record_type.plural})
    return kind


@require_POST
@signed_in
def move(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Move one card to another column: a write of one field with the version that was drawn."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    kind = _field(actor, record_type)
    row = find_one(actor, record_type, uid, _titled(actor, record_type))
    to, version = request.POST.get("to", ""), version_of(request.POST.get("version", ""))
    if version is None or to not in dict(kind.offered):
        raise ValidationError(_("This column is not there any more. Reload the board."))
    saved = write(
        actor, record_type, uid, {kind.name: to}, version=version,
        key=request.headers.get("Idempotency-Key", ""),
    )  # fmt: skip
    message = _("“%(title)s” is in “%(column)s” now.") % {
        "title": row.title[:60] or record_type.label,
        "column": kind.show(to, context_of(request)),
    }
    return moved(request, type_key, PLACE, saved, message)


def _titled(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    return tuple({record_type.title} & visible(actor, record_type))
