"""Many rows at once keep the rules that one row keeps."""

from uuid import UUID

import pytest
from django.db import transaction
from uuid_utils.compat import uuid7

from kartotek.core import log, workspace
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.question import Question
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.search import search
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.bench.test_data import everything
from tests.contract.samples import sample
from tests.world import NOBODY

pytestmark = pytest.mark.django_db


def new_uid():
    return UUID(bytes=uuid7().bytes)


def wish(**values):
    return Wish(new_uid(), values)


@pytest.mark.parametrize("key", sorted(RECORD_TYPES))
def test_a_row_written_among_many_equals_one_written_alone(key, ann):
    record_type = RECORD_TYPES[key]
    values = sample(ann, record_type, 1)
    with transaction.atomic():  # taken back: of some types there cannot be two that are equal
        alone = find_one(ann, key, write(ann, key, None, values).uid)
        transaction.set_rollback(True)
    workspace.forget()
    outcome = write_many(ann, key, [Wish(new_uid(), values)])[0]
    among = find_one(ann, key, outcome.uid)
    for name, kind in record_type.fields.items():
        if kind.editable:
            assert kind.plain(among[name]) == kind.plain(alone[name]), name
    assert (outcome.did, among.version) == ("created", 1)


def test_a_refused_row_stops_nobody_else(ann):
    rows = [wish(name="Ola"), wish(name=""), wish(name="Kari", nonsense="x"), wish(name="Per")]
    done = write_many(ann, "contacts", rows)
    assert [one.did for one in done] == ["created", "refused", "refused", "created"]
    assert isinstance(done[1].error, ValidationError)
    assert {row.title for row in find(ann, "contacts")} == {"Ola", "Per"}


def test_with_stop_the_first_refusal_writes_nothing_of_its_chunk(ann):
    with pytest.raises(ValidationError):
        write_many(ann, "contacts", [wish(name="Ola"), wish(name="")], on_error="stop")
    assert len(find(ann, "contacts")) == 0


def test_all_rows_are_one_act_in_the_log(ann):
    done = write_many(ann, "contacts", [wish(name=f"N {i}") for i in range(5)], chunk=2)
    batch = log.of_record("contacts", newest_record(), None, 1)[0].batch
    assert log.verbs_of_batch(batch, "contacts") == {"create": 5}
    assert {one.did for one in done} == {"created"}


def newest_record():
    return list(log.after(0, 500))[-1].record


def test_a_record_named_twice_is_changed_twice_in_order(ann):
    uid = new_uid()
    rows = [Wish(uid, {"name": "One"}), Wish(uid, {"name": "Two"}), Wish(uid, {"name": "Two"})]
    done = write_many(ann, "contacts", rows)
    assert [one.did for one in done] == ["created", "updated", "unchanged"]
    assert find_one(ann, "contacts", uid)["name"] == "Two"


def test_a_stale_row_conflicts_and_the_others_go_through(ann):
    saved = write(ann, "contacts", None, {"name": "Ola"})
    write(ann, "contacts", saved.uid, {"name": "Theirs"})
    rows = [Wish(saved.uid, {"name": "Yours"}, version=1), wish(name="Kari")]
    done = write_many(ann, "contacts", rows)
    assert isinstance(done[0].error, Conflict)
    assert done[1].did == "created"


def test_what_must_be_there_is_not_made(ann):
    done = write_many(ann, "contacts", [Wish(new_uid(), {"name": "Ola"}, only_change=True)])
    assert isinstance(done[0].error, NotFound)


def test_a_record_out_of_reach_is_refused_and_unchanged(bob, dan):
    saved = write(dan, "contacts", None, {"name": "Dan's"})
    done = write_many(bob, "contacts", [Wish(saved.uid, {"name": "Bob's"})])
    assert isinstance(done[0].error, NotFound)
    assert find_one(dan, "contacts", saved.uid)["name"] == "Dan's"


def test_who_may_create_nothing_creates_nothing_among_many(world):
    done = write_many(NOBODY, "contacts", [wish(name="Ola")])
    assert isinstance(done[0].error, PermissionDenied)


def test_a_trial_tells_what_would_become_of_the_rows_and_stores_nothing(ann):
    done = write_many(ann, "contacts", [wish(name="Ola"), wish(name="")], store=False)
    assert [one.did for one in done] == ["created", "refused"]
    assert len(find(ann, "contacts")) == 0


def test_a_line_with_anothers_uid_refuses_its_row_alone(ann):
    line = {"uid": str(new_uid()), "role": "Buyer"}
    rows = [wish(name="Ola", jobs=[dict(line)]), wish(name="Kari", jobs=[dict(line)]),
            wish(name="Per")]  # fmt: skip
    done = write_many(ann, "contacts", rows)
    assert [one.did for one in done] == ["created", "refused", "created"]


def test_the_number_of_queries_does_not_grow_with_the_rows(ann, django_assert_max_num_queries):
    company = str(write(ann, "companies", None, {"name": "Fjord"}).uid)
    rows = [wish(name=f"N {i}", company=company, phones=f"+47 22 33 44 {i:02}") for i in range(90)]
    with django_assert_max_num_queries(25):
        write_many(ann, "contacts", rows)


def test_rows_written_among_many_are_found(ann):
    write_many(ann, "contacts", [wish(name="Ola Nordmann", phones="22 33 44 55"), wish(name="K")])
    assert [hit.title for hit in search(ann, "22334455")] == ["Ola Nordmann"]
    assert len(find(ann, "contacts", Question(words="nordm"))) == 1


def telling(ann, number, company):
    """A contact that fills every table, with letters that databases stumble over."""
    return {
        "name": f"Ola O'Brien \\ Ærø {number}", "company": company, "tags": ["tab\there", "a{b}"],
        "phones": f"+47 22 33 44 {number:02}; 0800 12 {number:02}", "remember": "One\nTwo \\N",
        "emails": f"ola{number}@example.com", "addresses": {"city": "Rīga", "street": "\\."},
        "jobs": [{"company": company, "role": "Buyer"}], "birthday": "1980-02-29",
    }  # fmt: skip


def test_many_rows_leave_in_every_table_what_single_ones_leave(ann):
    company = str(write(ann, "companies", None, {"name": "Fjord"}).uid)
    many = [Wish(new_uid(), telling(ann, number, company)) for number in range(12)]
    alone = [write(ann, "contacts", None, one.values).uid for one in many]
    write_many(ann, "contacts", many, on_error="stop")
    stored = everything("contacts")
    assert [stored[one.uid] for one in many] == [stored[uid] for uid in alone]


def test_many_changes_leave_in_every_table_what_single_ones_leave(ann):
    company = str(write(ann, "companies", None, {"name": "Fjord"}).uid)
    uids = [write(ann, "contacts", None, {"name": "Old", "phones": "1"}).uid for _n in range(24)]
    for number, uid in enumerate(uids[:12]):
        write(ann, "contacts", uid, telling(ann, number, company) | {"jobs": []})
    changes = [
        Wish(uid, telling(ann, number, company) | {"jobs": []})
        for number, uid in enumerate(uids[12:])
    ]
    write_many(ann, "contacts", changes, on_error="stop")
    stored = everything("contacts")
    assert [stored[uid] for uid in uids[12:]] == [stored[uid] for uid in uids[:12]]
