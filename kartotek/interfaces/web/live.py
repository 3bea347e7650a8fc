"""What an open page asks every few seconds: whether anything it shows is new. Writes nothing."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kartotek.core import live as core
from kartotek.core.errors import ValidationError
from kartotek.core.live import News
from kartotek.interfaces.web.frame import SIGN_IN, actor_of, fragment, is_partial, words_of

MARK = "Live-After"  # the header that says where the next question begins


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """204 and a new mark where nothing changed; else what did, as JSON; 401 after the session."""
    if getattr(request, "actor", None) is None:
        return _curtain(request)
    try:
        watch = core.watch_of(request.GET.get("watch", "").split(","))
    except ValidationError as error:
        return HttpResponse(words_of(error), status=422, content_type="text/plain")
    after = request.GET.get("after", "")
    if not after:
        return _told(News(core.now(_newest(request))))
    return _told(core.since(actor_of(request), after, watch, _newest(request)))


def _newest(request: HttpRequest) -> int | None:
    """The end of the log as the session's own query brought it along."""
    return getattr(request.session, "log_position", None)


def _told(news: News) -> HttpResponse:
    headers = {MARK: news.after, "Cache-Control": "no-store"}
    if news.is_nothing:
        return HttpResponse(status=204, headers=headers)
    body = {
        "watch": [*sorted(news.types), *(_word(key, uid) for key, uid in news.records)],
        "records": [
            {"uid": str(one.uid), "who": one.who, "fields": one.fields} for one in news.told
        ],
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json", headers=headers)


def _word(key: str, uid: UUID) -> str:
    return f"{key}/{uid}"


def _curtain(request: HttpRequest) -> HttpResponse:
    """What stands in place of the page from now on, with the way to sign in and back here."""
    ended = request.access_ended  # type: ignore[attr-defined]
    here = urlsplit(request.headers.get("Referer", ""))
    back = f"{here.path}?{here.query}" if here.query else here.path
    told = {"ended": "1"} if ended else {"next": back or "/"}
    response = fragment(
        request, "curtain.html", "curtain", status=401, ended=ended,
        sign_in=f"{SIGN_IN}?{urlencode(told)}",
    )  # fmt: skip
    response["Cache-Control"] = "no-store"
    return response


def mark(request: HttpRequest) -> str:
    """The mark for a page that is about to read what it shows; a piece of one has it already."""
    return "" if is_partial(request) else core.now(_newest(request))


def watching(key: str, uid: UUID | None = None) -> str:
    """What a page of a type, or of one of its records, watches: a word for its `data-watch`."""
    return _word(key, uid) if uid else key
