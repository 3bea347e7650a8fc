"""The timeline of a record: activities and changes together, page by page, within rights."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kartotek.core.actor import Rights
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.remove import remove
from kartotek.core.timeline import timeline
from kartotek.core.write import write

START = datetime(2026, 1, 1, tzinfo=UTC)


def made(actor, name="Fjord"):
    return write(actor, "companies", None, {"name": name}).uid


def noted(actor, company, text, day=0):
    about = [{"type": "companies", "uid": str(company)}]
    values = {"text": text, "about": about, "at": START + timedelta(days=day)}
    return write(actor, "notes", None, values).uid


def walked(actor, company, before=""):
    page = timeline(actor, "companies", company, Context(), before=before, limit=2)
    rest = walked(actor, company, page.next) if page.next else []
    return [*page.entries, *rest]


def texts(page):
    return [one.row.title if one.row else one.entry.verb for one in page.entries]


def test_notes_and_changes_stand_together_newest_first(ann):
    company = made(ann)
    noted(ann, company, "first", 1)
    noted(ann, company, "second", 2)
    write(ann, "companies", company, {"name": "Fjord Pharma"})
    page = timeline(ann, "companies", company, Context())
    assert texts(page) == ["update", "create", "second", "first"]


def test_an_activity_on_a_contact_stands_on_its_company_too(ann):
    company = made(ann)
    contact = write(ann, "contacts", None, {"name": "Ola", "company": str(company)}).uid
    about = [{"type": "contacts", "uid": str(contact)}]
    write(ann, "notes", None, {"text": "Called", "about": about})
    assert "Called" in texts(timeline(ann, "companies", company, Context()))


def test_paging_meets_every_entry_once(ann):
    company = made(ann)
    wanted = {noted(ann, company, f"note {day}", day % 3) for day in range(7)}
    for number in range(4):
        write(ann, "companies", company, {"employees": number})
    met = [one.row.uid if one.row else one.entry.version for one in walked(ann, company)]
    assert len(met) == len(set(met)) == 12
    assert wanted <= set(met)


def test_who_wrote_it_and_the_icon_come_along(ann):
    company = made(ann)
    noted(ann, company, "hello")
    entry = timeline(ann, "companies", company, Context()).entries[-1]
    assert (entry.kind, entry.icon, entry.who) == ("notes", "notebook-pen", "Ann")


def test_an_activity_out_of_reach_is_left_out(world):
    company = made(world.bob)
    noted(world.bob, company, "ours")
    noted(world.ann, company, "theirs")
    assert "theirs" not in texts(timeline(world.bob, "companies", company, Context()))
    assert "ours" in texts(timeline(world.bob, "companies", company, Context()))


def test_a_removed_activity_is_left_out(ann):
    company = made(ann)
    remove(ann, "notes", noted(ann, company, "gone"))
    assert texts(timeline(ann, "companies", company, Context())) == ["create"]


def test_who_reads_no_history_still_sees_activities(ann):
    company = made(ann)
    noted(ann, company, "said")
    blind = replace(ann, rights=Rights(verbs={"*": {"view": "all"}}))
    assert texts(timeline(blind, "companies", company, Context())) == ["said"]
    with pytest.raises(PermissionDenied):
        timeline(blind, "companies", company, Context(), only_changes=True)


def test_only_changes_leaves_activities_out(ann):
    company = made(ann)
    noted(ann, company, "said")
    assert texts(timeline(ann, "companies", company, Context(), only_changes=True)) == ["create"]


def test_a_record_out_of_reach_has_no_timeline(bob, dan):
    for uid in (made(dan), "no uid at all"):
        with pytest.raises(NotFound):
            timeline(bob, "companies", uid, Context())


def test_a_cursor_of_another_record_or_an_altered_one_is_refused(ann):
    one, other = made(ann), made(ann)
    noted(ann, one, "x")
    cursor = timeline(ann, "companies", one, Context(), limit=1).next
    with pytest.raises(ValidationError):
        timeline(ann, "companies", other, Context(), before=cursor)
    with pytest.raises(ValidationError):
        timeline(ann, "companies", one, Context(), before="x" + cursor)


def test_the_cursor_holds_no_integer_of_the_database(ann):
    company = made(ann)
    noted(ann, company, "x", 40000)
    cursor = timeline(ann, "companies", company, Context(), limit=1).next
    body = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[12:]
    assert body.startswith(b'["' + company.hex.encode())
    assert body.decode().count(",") == 5
    assert body.endswith(b",0,1]")  # no change read yet; of a version its first line
