"""Relationships on a record's page: added, changed, ended and taken away there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from uuid_utils.compat import uuid7

from kartotek.core import remove as doors
from kartotek.core.actor import Actor
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType, Ref
from kartotek.core.find import find_one
from kartotek.core.question import Row
from kartotek.core.record_lock import today
from kartotek.core.recordtype import RecordType
from kartotek.core.relates import Relates
from kartotek.core.relating import is_alike, kind_type
from kartotek.core.saved import Saved
from kartotek.core.write import write
from kartotek.interfaces.web import forms
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.editing import version_of
from kartotek.interfaces.web.ends import token
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.linking import entries
from kartotek.interfaces.web.record import Card, card_of
from kartotek.interfaces.web.wordings import Words, all_words, may_make, meant, options

TEMPLATE = "relate.html"
SCOPE = "rel"  # sets the ids of this form's inputs apart


@dataclass(frozen=True)
class _Held:
    """A relationship as it stands, seen from one card."""

    row: Row
    words: Words
    other: Ref


class _Form:
    """The form of one relationship of a card: what it asks, and what was sent."""

    def __init__(self, request: HttpRequest, card: Card, held: _Held | None = None) -> None:
        self.request, self.card, self.held = request, card, held
        self.actor = card.actor
        assert card.relates is not None
        self.type, self.relates = card.relates
        self.here = {"type": card.type.key, "uid": str(card.row.uid)}

    @property
    def more(self) -> list[FieldType]:
        """What else can be said of it."""
        names = (self.relates.since, self.relates.until, self.relates.remark)
        open_ones = self.card.relation_fields - self.actor.rights.protects(self.type.key)
        return [self.type.fields[name] for name in names if name in open_ones]

    @property
    def _ends(self) -> str:
        return f"{url('ends')}?without={token(**self.here)}"

    def offered(self) -> Iterator[Words]:
        return all_words(self.actor, self.type, self.relates, self.card.type.key)

    def cells(self, errors: dict[str, str]) -> list[forms.Cell]:
        """The inputs: as they stand, or as they were sent and refused."""
        post, held = self.request.POST, self.held
        sent = self.request.method == "POST"
        args = [self.here["type"], self.here["uid"]]
        said = forms.Cell("words", str(self.type.label), "link", scope=SCOPE)
        said.address = url("relation_words", args=args)
        other = forms.Cell("other", _("With"), "link", scope=SCOPE, address=self._ends)
        if sent:
            said.chosen, other.chosen = (_chosen(name, self.request) for name in ("words", "other"))
        elif held:
            said.chosen = forms.Chosen(held.words.token, held.words.said)
            named = f"{held.other.type}/{held.other.uid}"
            other.chosen = forms.Chosen(named, held.other.title)
        cells = [said, *([self._back(post)] if "back" in errors or post.get("back") else []), other]
        for kind in self.more:
            stands = held.row[kind.name] if held else kind.load(kind.empty)
            value = post.get(kind.name, "") if sent else stands
            cells.append(forms.cell(kind, kind.name, value, context_of(self.request), SCOPE))
        for cell in cells:
            cell.error = errors.get(cell.html, "")
            cell.required = cell.html in ("words", "other", "back")
        forms.focus(cells)
        return cells

    def _back(self, post: Any) -> forms.Cell:
        kinds = kind_type(self.type, self.relates)
        label = str(kinds.fields[self.relates.words[1]].label)
        return forms.Cell("back", label, "text", post.get("back", ""), SCOPE)

    def save(self) -> Saved:
        """Write it, and its kind where that is new: one act. ValidationError by inputs."""
        acting = self.actor.because(self.actor.cause, batch=uuid7())
        post = self.request.POST
        with transaction.atomic():
            words, other = self._both(acting)
            ends = [[self.here], other] if words.is_first else [other, [self.here]]
            values = dict(zip(self.relates.ends, ends, strict=True))
            values[self.relates.kind] = str(words.uid)
            values |= {kind.name: post.get(kind.name, "") for kind in self.more}
            held = self.held.row if self.held else None
            version = version_of(post.get("version", "")) if held else None
            try:
                return write(
                    acting, self.type, held, values, version=version, key=post.get("key", "")
                )
            except ValidationError as error:
                raise self._by_inputs(error, words) from None

    def _both(self, acting: Actor) -> tuple[Words, Any]:
        """The words and the other record; both are looked at before either is refused."""
        errors: dict[str, list[str]] = {}
        found: list[Any] = []
        for look in (lambda: self._words(acting), self._other):
            try:
                found.append(look())
            except ValidationError as error:
                errors |= error.message_dict
        if errors:
            raise ValidationError(errors)
        return found[0], found[1]

    def _words(self, acting: Actor) -> Words:
        chosen, back = _chosen("words", self.request), self.request.POST.get("back", "").strip()
        if not chosen.text:
            raise ValidationError({"words": [_("Say what the one is to the other.")]})
        words = meant(self.offered(), chosen.uid, chosen.text)
        if words is not None and words.uid:
            return words
        kinds = kind_type(self.type, self.relates)
        if not may_make(self.actor, kinds):
            missing = _("There is no “%(text)s”. Choose one from the list.")
            raise ValidationError({"words": [missing % {"text": chosen.text[:60]}]})
        if words is None and not back:
            raise ValidationError({"back": [
                _("“%(words)s” is new. Say how the other card reads it: “accountant of” here, "
                  "“accountant” there.") % {"words": chosen.text[:60]}
            ]})  # fmt: skip
        return self._made(acting, kinds, words or Words(chosen.text, back, is_first=True))

    def _made(self, acting: Actor, kinds: RecordType, words: Words) -> Words:
        said = [words.said, words.back] if words.is_first else [words.back, words.said]
        key = self.request.POST.get("key", "")
        values = dict(zip(self.relates.words, said, strict=True))
        try:
            made = write(acting, kinds, None, values, key=f"{key}.kind" if key else "")
        except ValidationError as error:
            raise ValidationError({"words": error.messages}) from None
        return Words(words.said, words.back, words.is_first, made.uid)

    def _other(self) -> Any:
        try:
            found = entries(self.actor, _chosen("other", self.request))
        except ValidationError as error:
            raise ValidationError({"other": error.messages}) from None
        if not found:
            raise ValidationError({"other": [_("Choose whom or what this is about.")]})
        return found

    def _by_inputs(self, error: ValidationError, words: Words) -> ValidationError:
        """What the door refused, at the inputs of this form."""
        one, other = self.relates.ends
        names = {self.relates.kind: "words", one: "" if words.is_first else "other",
                 other: "other" if words.is_first else ""}  # fmt: skip
        if not hasattr(error, "error_dict"):
            return ValidationError({"": error.messages})
        found: dict[str, list[str]] = {}
        for name, texts in error.message_dict.items():
            found.setdefault(names.get(name, name), []).extend(texts)
        return ValidationError(found)

    def shown(self, errors: dict[str, str]) -> HttpResponse:
        held, card = self.held, self.card
        name, args = "relate", [self.here["type"], self.here["uid"]]
        if held:
            name, args = "relation", [*args, str(held.row.uid)]
        cells = self.cells(errors)
        known = {cell.html for cell in cells}
        loose = [text for name, text in errors.items() if name not in known]
        return piece_or_page(
            self.request, TEMPLATE, "form", status=422 if errors else 200, here=card.type.key,
            card=card, row=card.row, type=self.type, cells=cells, held=held,
            address=url(name, args=args), error=" ".join(loose),
            kinds=kind_type(self.type, self.relates),
            key=self.request.POST.get("key") or str(uuid7()),
        )  # fmt: skip


def _chosen(name: str, request: HttpRequest) -> forms.Chosen:
    ends = ("", ".text", ".new")
    return forms.Chosen(*(request.POST.get(f"{name}{end}", "").strip() for end in ends))


@signed_in
def relate(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """GET asks who is what to this record; POST says so."""
    card = card_of(request, type_key, uid)
    if not card.may_relate:
        raise PermissionDenied(_("Your role may not add this here. Ask an administrator."))
    return _asked(request, card, None, _("“%(title)s” added."))


@signed_in
def change(request: HttpRequest, type_key: str, uid: UUID, relation: UUID) -> HttpResponse:
    """GET gives a relationship of this record to be changed; POST saves it."""
    card, held = _held(request, type_key, uid, relation)
    if not held.row.may_edit:
        raise PermissionDenied(
            _("You may look at this %(label)s, but your role may not do this with it.")
            % {"label": str(card.relation_type.label).lower()}
        )
    return _asked(request, card, held, _("“%(title)s” changed."))


def _asked(request: HttpRequest, card: Card, held: _Held | None, message: str) -> HttpResponse:
    form = _Form(request, card, held)
    if request.method != "POST":
        return form.shown({})
    try:
        saved = form.save()
    except ValidationError as error:
        return form.shown(forms.errors_of(error))
    said = [request.POST.get(f"{name}.text", "").strip() for name in ("words", "other")]
    return _done(request, card, message % {"title": ": ".join(said)[:80]}, saved)


@require_POST
@signed_in
def end(request: HttpRequest, type_key: str, uid: UUID, relation: UUID) -> HttpResponse:
    """It holds until today."""
    card, held = _held(request, type_key, uid, relation)
    assert card.relates is not None
    record_type, relates = card.relates
    saved = write(card.actor, record_type, held.row, {relates.until: today(card.actor)})
    return _done(request, card, _("“%(title)s” ends today.") % {"title": _title(held)}, saved)


@require_POST
@signed_in
def drop(request: HttpRequest, type_key: str, uid: UUID, relation: UUID) -> HttpResponse:
    """Put it into the trash."""
    card, held = _held(request, type_key, uid, relation)
    saved = doors.remove(card.actor, card.relation_type, held.row)
    message = _("“%(title)s” is in the trash.") % {"title": _title(held)}
    return _done(request, card, message, saved)


def _title(held: _Held) -> str:
    return f"{held.words.said}: {held.other.title}"[:80]


def _held(request: HttpRequest, type_key: str, uid: UUID, relation: UUID) -> tuple[Card, _Held]:
    """The card, and a relationship that stands on it; NotFound where it does not."""
    card = card_of(request, type_key, uid)
    missing = NotFound(_("This does not stand here any more. Reload the page."))
    if card.relates is None:
        raise missing
    record_type, relates = card.relates
    whole = find_one(card.actor, record_type, relation, tuple(_columns(card, relates)))
    ends = [whole[name][0] if whole[name] else None for name in relates.ends]
    places = [n for n, one in enumerate(ends) if one is not None and one.uid == card.row.uid]
    if whole.removed or not places or None in ends:
        raise missing
    is_first = places[0] == 0
    kinds = kind_type(record_type, relates)
    kind = find_one(card.actor, kinds, whole[relates.kind].uid, relates.words)
    said = [str(kind[name]) for name in relates.words]
    first = is_first or is_alike(said)
    words = Words(*(said if is_first else said[::-1]), is_first=first, uid=kind.uid)
    other = ends[1 - places[0]]
    assert other is not None
    return card, _Held(whole, words, other)


def _columns(card: Card, relates: Relates) -> list[str]:
    names = (*relates.ends, relates.kind, relates.since, relates.until, relates.remark)
    return [name for name in names if name in card.relation_fields]


def _done(request: HttpRequest, card: Card, message: str, saved: Saved) -> HttpResponse:
    """To the card, which shows it; a page that is there already is told to look again."""
    if not request.htmx:  # type: ignore[attr-defined]
        there = url("record", args=[card.type.key, str(card.row.uid)])
        return HttpResponseRedirect(f"{there}#relations")
    response = toast(request, message, saved.batch)
    response["HX-Trigger"] = "k:changed, k:close"
    return response


@require_safe
@signed_in
def relation_words(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """The words that begin like what was typed, each from the side on which this record stands."""
    card, text = card_of(request, type_key, uid), request.GET.get("q", "").strip()
    if card.relates is None:
        raise NotFound(_("This does not stand here any more. Reload the page."))
    record_type, relates = card.relates
    actor = actor_of(request)

    def offered() -> Iterator[Words]:
        return all_words(actor, record_type, relates, type_key)

    known = meant(offered(), "", text) is not None
    new = text if text and not known and may_make(actor, kind_type(record_type, relates)) else ""
    found = options(offered(), text)
    return fragment(request, "field.html", "options", options=found, new=new)
