"""What is pressed on the pages of an import: begin, check, import, undo all of it."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartotek.core import acts, drafts, files, jobs
from kartotek.core.actor import Actor
from kartotek.core.drafts import Draft
from kartotek.core.errors import ValidationError
from kartotek.core.files import FileFacts
from kartotek.core.undo_job import undo_or_later
from kartotek.interfaces.files.elsewhere import known_elsewhere
from kartotek.interfaces.files.packs import is_pack
from kartotek.interfaces.files.targets import holds_many, target_of
from kartotek.interfaces.web.bringing import unpacking
from kartotek.interfaces.web.bringing.deciding import decided_of
from kartotek.interfaces.web.bringing.files_room import Recognised, called, recognised
from kartotek.interfaces.web.bringing.job import acts_of, bring_file, check_file
from kartotek.interfaces.web.bringing.packing import check_all, inside, run_all
from kartotek.interfaces.web.bringing.pasting import headed
from kartotek.interfaces.web.bringing.standing import standing
from kartotek.interfaces.web.bringing.twins import decided
from kartotek.interfaces.web.bringing.unpacking import ARCHIVE
from kartotek.interfaces.web.bringing.uploading import PURPOSE, refuse_stranger
from kartotek.interfaces.web.bringing.views import hinted, imports_page, read_columns
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    is_partial,
    signed_in,
    words_of,
)
from kartotek.interfaces.web.undoing import undo


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def imports(request: HttpRequest) -> HttpResponse:
    """One's own imports; posted to, the beginning of another one."""
    if request.method != "POST":
        return imports_page(request)
    actor = actor_of(request)
    refuse_stranger(actor)
    try:
        draft = _begun(request, actor, _brought(request, actor))
    except ValidationError as error:
        return imports_page(request, words_of(error), 422, request.POST.get("rows", ""))
    return _to(draft)


@require_POST
@signed_in
def check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep what was chosen for the columns, and see what would become of each row."""
    actor = actor_of(request)
    draft = _free(request, uid)
    if draft.state == drafts.PACKED:
        check_all(actor, draft)
        return _to(uid)
    if ARCHIVE in draft.settings:
        unpacking.again(actor, draft)
        return _to(uid)
    if "type" in request.POST:
        key = hinted(actor, request.POST["type"])
        if not key:
            raise ValidationError(_("Choose what the rows of the file are."))
        choices = _choices(request, actor, draft, key)
        drafts.choose(actor, draft, key, choices, decided_of(request, draft))
    elif "duplicates" in request.POST:
        twins = decided(draft, request.POST)
        drafts.choose(actor, draft, draft.type, draft.choices, twins)
    drafts.set_off(actor, draft, check_file, drafts.CHECKING)
    return _to(uid)


@require_POST
@signed_in
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Import what was checked."""
    actor = actor_of(request)
    draft = _free(request, uid)
    if draft.state == drafts.PACKED:
        run_all(actor, draft)
    else:
        drafts.set_off(actor, draft, bring_file, drafts.IMPORTING)
    return _to(uid)


@require_POST
@signed_in
def let_go(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep a file no longer that was kept for later."""
    actor = actor_of(request)
    drafts.let_go(actor, drafts.read(actor, uid))
    return _to(uid)


@require_POST
@signed_in
def undo_all(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back all that an import has written: what it made goes, what it changed comes back."""
    actor = actor_of(request)
    draft = drafts.read(actor, uid)
    all_ = inside(actor, draft)[::-1] if draft.state == drafts.PACKED else [draft]
    too = request.POST.get("too") == "1"  # what people changed since, once the rest has gone
    written = [act for one in all_ for act in one.acts]
    open_ = [act for act in written if too or acts.taken_back(act) is None]
    if not open_:
        raise ValidationError(_("There is nothing to take back here."))
    if len(open_) == 1 and is_partial(request):
        return undo(request, open_[0])
    for act in open_:  # one for each attempt, the newest first
        undo_or_later(actor, act, changed_too=too)
    response = _to(uid)
    if is_partial(request):
        response = HttpResponse(headers={"HX-Redirect": reverse("import_page", args=[uid])})
    return response


def _to(uid: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("import_page", args=[uid]))


def _brought(request: HttpRequest, actor: Actor) -> FileFacts:
    """The file that came before in pieces, in this request, or as pasted rows."""
    if sent := request.POST.get("upload", ""):
        try:
            found = files.facts(actor, UUID(sent))
        except ValueError:
            raise ValidationError(_("The file has not come in. Drop it again.")) from None
        if found.purpose != PURPOSE:
            raise ValidationError(_("The file has not come in. Drop it again."))
        if not found.is_whole:
            raise ValidationError(_("Only a part of the file has come in. Drop it again."))
        return found
    if pasted := request.POST.get("rows", "").strip():
        key = hinted(actor, request.POST.get("type", ""))
        if key and (columns := request.POST.get("columns", "")):
            pasted = headed(actor, key, request.POST["rows"].strip("\r\n"), columns.split(","))
        data = pasted.encode()
        name = _("Pasted rows") + ".csv"
        return files.keep_bytes(actor, data, name, "text/csv", PURPOSE)
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError(_("Choose a file first, or paste some rows."))
    if file.size is None or file.size > files.PIECE:
        raise ValidationError(
            _("Without JavaScript a file may have %(most)s MB. Switch it on for this page, or "
              "ask who looks after Kartotek to bring the file in.")
            % {"most": files.PIECE // files.MEGABYTE}
        )  # fmt: skip
    kind = file.content_type or ""
    return files.keep_bytes(actor, file.read(), file.name or "", kind, PURPOSE)


def _begun(request: HttpRequest, actor: Actor, file: FileFacts) -> UUID:
    """A draft for the file, as far as its columns or the list it was dropped on tell what it is.

    ValidationError where the file cannot be read to its end; it is not kept then.
    """
    hint = hinted(actor, request.POST.get("type", ""))
    try:
        with files.lent(file.uid) as path, called(path, file.name):
            if is_pack(path):
                return unpacking.begin(actor, file, path, hint)
            found = recognised(actor, path, "", {}, hint)
    except ValidationError:
        files.forget(actor, file.uid)
        raise
    if what := known_elsewhere(found.table.headers):
        decided = {"kept": what, "rows": found.table.rows}
        return drafts.begin(actor, file, "", state=drafts.KEPT, decided=decided)
    return drafts.begin(actor, file, found.type.key if found.type else "")


def _free(request: HttpRequest, uid: UUID) -> Draft:
    """The draft, set free where its job gave up over a fault of ours."""
    actor = actor_of(request)
    draft = drafts.read(actor, uid)
    now = standing(draft, context_of(request))
    if drafts.is_own(actor, draft) and now.state == drafts.FAILED != draft.state:
        drafts.broke(draft, now.why, acts_of(jobs.facts(draft.job).progress) if draft.job else ())
        draft = drafts.read(actor, uid)
    return draft


def _choices(request: HttpRequest, actor: Actor, draft: Draft, key: str) -> dict[int, str]:
    """Place → target as it was posted, where it is not what would be guessed anyway."""
    guess: Recognised = read_columns(actor, draft, key, guess=True)
    known = dict(guess.targets)
    guessed = {one.place: one.target for one in guess.columns}
    chosen = {}
    for place, target in guessed.items():
        wanted = request.POST.get(f"column-{place}", target)
        if wanted and wanted not in known:
            raise ValidationError(_("There is no such field any more. Choose another one."))
        chosen[place] = wanted
    counts = Counter(target for target in chosen.values() if target)
    doubled = [
        target
        for target, count in counts.items()
        if count > 1 and guess.type and not holds_many(guess.type, target_of(target))
    ]
    if doubled:
        raise ValidationError(
            _("Two columns go to “%(field)s”. Choose another field for one of them, or leave it "
              "out.") % {"field": known[doubled[0]]}
        )  # fmt: skip
    return {place: target for place, target in chosen.items() if target != guessed[place]}
