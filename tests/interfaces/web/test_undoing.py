"""Undo of big acts from the browser: the page says that it goes on, and what came of it."""

import re

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import jobs, undo_job
from kartotek.core.errors import PermissionDenied
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in


@pytest.fixture(autouse=True)
def _low_limit(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(undo_job, "CHUNK", 3)
    monkeypatch.setattr(undo_job, "AT_ONCE", 3)


@pytest.fixture
def browser(ann):
    return signed_in(ann)


def firms(actor, count):
    """An act that made `count` companies: its batch, and their uids."""
    batch, uids = uuid7(), [uuid7() for _ in range(count)]
    write_many(actor, "companies",
               [Wish(uid, {"name": f"Firm {n}"}) for n, uid in enumerate(uids)],
               batch=batch)  # fmt: skip
    return batch, uids


def watched(toast):
    """The address that the running toast asks again and again."""
    found = re.search(r'hx-get="(/undo/jobs/[^"]+)" hx-trigger="every 1s"', toast.content.decode())
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_a_small_act_is_undone_at_once(browser, ann):
    batch, _uids = firms(ann, 3)
    assert "Undone: 3 records." in browser.post(f"/undo/{batch}", **PIECE).content.decode()
    assert len(find(ann, "companies")) == 0


def test_a_big_act_goes_on_in_the_background_and_the_toast_watches_it(browser, ann):
    batch, _uids = firms(ann, 7)
    begun = browser.post(f"/undo/{batch}", **PIECE)
    assert "taken back in the background" in begun.content.decode()
    assert len(find(ann, "companies")) == 7
    assert "It begins in a moment." in browser.get(watched(begun), **PIECE).content.decode()
    Worker().run_due()
    ended = browser.get(watched(begun), **PIECE)
    assert "Undone: 7 records." in ended.content.decode()
    assert ended["HX-Retarget"] == "#toasts"
    assert ended["HX-Trigger"] == "k:changed"
    assert len(find(ann, "companies")) == 0


def test_the_toast_of_the_end_takes_the_place_of_the_one_that_watched(browser, ann):
    batch, _uids = firms(ann, 7)
    begun = browser.post(f"/undo/{batch}", **PIECE)
    Worker().run_due()
    ended = browser.get(watched(begun), **PIECE)
    job = re.search(r'data-job="([^"]+)"', begun.content.decode())
    assert job is not None
    assert f'data-job="{job[1]}"' in ended.content.decode()
    assert "data-running" not in ended.content.decode()


def test_what_was_undone_in_the_background_is_brought_back_likewise(browser, ann):
    batch, _uids = firms(ann, 7)
    begun = browser.post(f"/undo/{batch}", **PIECE)
    Worker().run_due()
    ended = browser.get(watched(begun), **PIECE).content.decode()
    redo = re.search(r'hx-post="(/undo/[^"]+\?redo=1)"', ended)
    assert redo is not None
    again = browser.post(redo[1], **PIECE)
    Worker().run_due()
    assert "Brought back: 7 records." in browser.get(watched(again), **PIECE).content.decode()
    assert len(find(ann, "companies")) == 7


def test_how_far_it_has_come_is_told_with_the_time_left(browser, ann):
    batch, _uids = firms(ann, 7)
    begun = browser.post(f"/undo/{batch}", **PIECE)
    interrupted = Worker()
    interrupted.stop()  # it ends after its first commit
    interrupted.step()
    text = browser.get(watched(begun), **PIECE).content.decode()
    assert "3 of 7, about" in text
    page = browser.get(watched(begun).replace("?toast=1", "")).content.decode()
    assert '<progress max="7" value="3"' in page
    assert "It goes on when you leave this page." in page


def test_the_page_of_a_big_undo_lists_what_was_left_and_why(browser, ann):
    _batch, uids = firms(ann, 7)
    act = ann.because("web", uuid7())
    for uid in uids:
        write(act, "companies", uid, {"source": "Call"})
    write(ann, "companies", uids[0], {"source": "Letter"})
    page = browser.post(f"/undo/{act.batch}", follow=True)
    assert "It is being taken back." in page.content.decode()
    Worker().run_due()
    text = browser.get(page.request["PATH_INFO"]).content.decode()
    assert "6 of 7 records changed, 1 left as they are." in text
    assert re.search(r'<a [^>]*>Firm 0</a><span class="muted">Source was kept: ', text)


def test_the_undo_of_another_is_not_theirs_to_see(world, ann):
    batch, _uids = firms(ann, 7)
    address = watched(signed_in(ann).post(f"/undo/{batch}", **PIECE))
    other = signed_in(world.bob)
    assert other.post(f"/undo/{batch}", **PIECE).status_code == 403
    assert other.get(address.split("?")[0]).status_code == 404
    toast = other.get(address, **PIECE).content.decode()
    assert "not yours to see" in toast
    assert 'data-job="' in toast  # so that it takes the place of what keeps asking


@pytest.mark.parametrize(("done", "words"), [
    (0, "The undo did not work, and nothing was changed."),
    (1, "The undo stopped at 3 of 7."),
])  # fmt: skip
def test_an_undo_that_stopped_says_how_far_it_came(browser, ann, monkeypatch, done, words):
    batch, _uids = firms(ann, 7)
    begun = browser.post(f"/undo/{batch}", **PIECE)
    whole, chunks = undo_job._one_chunk, []

    def broken(*given):
        if len(chunks) == done:
            raise PermissionDenied("Not today.")
        chunks.append(whole(*given))

    monkeypatch.setattr(undo_job, "_one_chunk", broken)
    Worker().run_due()
    assert words in browser.get(watched(begun), **PIECE).content.decode()
