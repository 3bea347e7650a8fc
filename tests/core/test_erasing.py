"""Erasure: no byte of a person is left in any table, search index or stored file."""

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from django.db import connection

from kartotek.core import erased, files, receipts, security
from kartotek.core.blanking import MACHINERY, OTHERWISE
from kartotek.core.blobs import path_of
from kartotek.core.drafts import begin
from kartotek.core.erasing import erase, replay
from kartotek.core.errors import Conflict, Locked, NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.merge import Merge, merge
from kartotek.core.question import Question
from kartotek.core.record_lock import lock
from kartotek.core.remove import remove
from kartotek.core.sharing import share
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.core.leftovers import leftovers
from tests.everything import everything

pytestmark = pytest.mark.django_db

KARI = {
    "name": "Kari Nordmann-Åsgård",
    "given_name": "Kari",
    "family_name": "Nordmann-Åsgård",
    "phones": "+47 22 33 44 55",
    "emails": "kari.na@example.com",
    "addresses": [{"street": "Skoggata 77", "city": "Hamar"}],
    "birthday": "1971-05-13",
    "remember": "Sings in a choir called Lerka.",
    "external_ids": ["oldcrm:KA-889123"],
}
NEEDLES = (
    "Nordmann-Åsgård", "nordmann-asgard", "kari.na@", "22334455", "22 33 44 55", "Skoggata",
    "1971-05-13", "Lerka", "KA-889123",
)  # fmt: skip


@pytest.fixture
def kari(ann) -> UUID:
    return write(ann, "contacts", None, KARI).uid


def note(actor, text, *about):
    named = [{"type": "contacts", "uid": str(uid)} for uid in about]
    return write(actor, "notes", None, {"text": text, "about": named}).uid


def test_nothing_of_the_person_is_left_in_any_table_or_search(ann, kari):
    write(ann, "contacts", kari, {"phones": "+47 99 88 77 66", "job_title": "Alpine guide"})
    note(ann, "Kari Nordmann-Åsgård wants panels; Skoggata 77.", kari)
    share(ann, "contacts", kari, "member", ann.member_uid)
    assert leftovers(*NEEDLES, "Alpine guide")
    done = erase(ann, "contacts", kari)
    assert leftovers(*NEEDLES, "Alpine guide", "99887766", "99 88 77 66", "wants panels") == []
    assert done.records == {"contacts": 1, "notes": 1}


def test_the_fact_stays_that_somebody_was_there_and_who_did_what(ann, kari):
    write(ann, "contacts", kari, {"job_title": "Guide"})
    erase(ann, "contacts", kari)
    with connection.cursor() as cursor:
        cursor.execute('SELECT verb, "after", actor_name FROM core_change WHERE "type" = %s '
                       "ORDER BY position", ["contacts"])  # fmt: skip
        lines = cursor.fetchall()
    assert [verb for verb, _after, _who in lines] == ["create", "update", "erase"]
    assert [after for _verb, after, _who in lines] == [None] * 3
    assert {who for _verb, _after, who in lines} == {"Ann"}


def test_it_is_not_there_for_anybody_any_more(ann, kari):
    erase(ann, "contacts", kari)
    with pytest.raises(NotFound):
        find_one(ann, "contacts", kari)
    assert not list(find(ann, "contacts", Question(words="kari")))
    with pytest.raises(NotFound):
        erase(ann, "contacts", kari)


def test_what_is_about_others_too_stays_without_the_name(ann, kari):
    ola = write(ann, "contacts", None, {"name": "Ola Hansen"}).uid
    both = note(ann, "Ola and Kari  NORDMANN-ÅSGÅRD met; ring 22334455 or +47 22334455.", kari, ola)
    write(ann, "notes", both, {"text": "Kari Nordmann-Åsgård met Ola. Ring 22-33-44-55."})
    erase(ann, "contacts", kari)
    row = find_one(ann, "notes", both, ("text", "about"))
    assert row["text"] == "[erased] met Ola. Ring [erased]."
    assert [ref.uid for ref in row["about"]] == [ola]
    assert leftovers(*NEEDLES) == []


def test_who_was_merged_into_the_person_goes_with_them(ann, kari):
    other = write(ann, "contacts", None, {"name": "K. Nordmann-Åsgård", "phones": "48 00 11 22"})
    merge(ann, "contacts", Merge(kari, (other.uid,), {}))
    erase(ann, "contacts", kari)
    assert leftovers(*NEEDLES, "48 00 11 22", "48001122") == []
    assert erased.known([kari, other.uid]) == {kari, other.uid}


def test_what_leads_to_the_person_leads_nowhere(ann, kari):
    boss = write(ann, "contacts", None, {"name": "Nils", "reports_to": kari}).uid
    gone = write(ann, "contacts", None, {"name": "Else", "reports_to": kari}).uid
    remove(ann, "contacts", gone)
    erase(ann, "contacts", kari)
    assert find_one(ann, "contacts", boss)["reports_to"] is None
    assert find_one(ann, "contacts", gone)["reports_to"] is None


def test_a_company_is_cut_off_its_contacts_and_their_jobs(ann):
    firm = write(ann, "companies", None, {"name": "Enkeltmann Åsgård"}).uid
    person = write(ann, "contacts", None, {
        "name": "Nils", "jobs": [{"company": str(firm), "role": "Owner", "primary": True}],
    }).uid  # fmt: skip
    erase(ann, "companies", firm)
    row = find_one(ann, "contacts", person)
    assert row["company"] is None
    assert [job["role"] for job in row["jobs"]] == ["Owner"]
    assert leftovers("Enkeltmann", "enkeltmann") == []


def test_labels_receipts_and_the_security_log_lose_the_name(ann, kari):
    twin = write(ann, "contacts", None, {"name": "Kari N"}).uid
    merge(ann, "contacts", Merge(kari, (twin,), {}))  # its label and its receipt have the name
    security.note("download", actor=ann, file="kari nordmann-åsgård.vcf")
    receipts.record(
        "import", "x", ann, rows=1, failed=1, detail={"rows": [["kari.na@example.com"]]}
    )
    assert leftovers("nordmann-åsgård.vcf")
    erase(ann, "contacts", kari)
    assert leftovers(*NEEDLES) == []


def test_the_security_log_is_guarded_again(ann, kari):
    security.note("download", actor=ann, file="Kari Nordmann-Åsgård.vcf")
    erase(ann, "contacts", kari)
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE core_securityline SET kind = 'x'")


def test_files_that_name_the_person_are_gone_and_others_stay(ann, kari):
    held = files.keep_bytes(ann, "id;mail\n1;KARI.NA@example.com\n".encode("utf-16"), "a.csv",
                            "text/csv", "import")  # fmt: skip
    free = files.keep_bytes(ann, b"id;mail\n1;other@example.com\n", "b.csv", "text/csv", "import")
    begin(ann, held, "contacts")
    erase(ann, "contacts", kari)
    assert not path_of(held.digest).exists()
    assert path_of(free.digest).exists()
    with pytest.raises(NotFound):
        files.facts(ann, held.uid)


def test_an_archive_that_nobody_can_read_goes_only_with_an_act_that_wrote_to_the_person(ann, kari):
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        opened.writestr("people.csv", "mail\nother@example.com\n" * 50)
    spoilt = bytearray(archive.getvalue())
    spoilt[30:60] = b"x" * 30  # its list of members is whole, what they hold is not
    strange = files.keep_bytes(ann, bytes(spoilt), "old.zip", "application/zip", "import")
    erase(ann, "contacts", kari)
    assert path_of(strange.digest).exists()


def attachment(actor, data, name, *about):
    file = files.keep_bytes(actor, data, name, "application/pdf", files.TO_ATTACH)
    named = [{"type": "contacts", "uid": str(uid)} for uid in about]
    return file, write(actor, "attachments", None, {"file": str(file.uid), "about": named}).uid


def test_a_file_about_the_person_alone_goes_with_its_bytes(ann, kari):
    file, uid = attachment(ann, b"%PDF passport scan", "Passport-scan.pdf", kari)
    write(ann, "attachments", uid, {"name": "Fishing licence"})
    gone, _uid = attachment(ann, b"%PDF removed", "Old scan.pdf", kari)
    remove(ann, "attachments", _uid)
    done = erase(ann, "contacts", kari)
    assert leftovers(*NEEDLES, "Passport", "Fishing licence", "Old scan", "%PDF") == []
    assert not path_of(file.digest).exists() and not path_of(gone.digest).exists()
    assert (done.records["attachments"], done.files) == (2, 2)
    with pytest.raises(NotFound):
        files.facts(ann, file.uid)


def test_a_file_about_others_too_stays_without_the_name(ann, kari):
    ola = write(ann, "contacts", None, {"name": "Ola Hansen"}).uid
    file, uid = attachment(ann, b"%PDF both", "Kari Nordmann-Åsgård, Ola.pdf", kari, ola)
    erase(ann, "contacts", kari)
    row = find_one(ann, "attachments", uid)
    assert (row["name"], row["file"].name) == ("[erased], Ola.pdf",) * 2
    assert [ref.uid for ref in row["about"]] == [ola]
    assert path_of(file.digest).read_bytes() == b"%PDF both"
    assert leftovers(*NEEDLES) == []


def test_the_same_bytes_on_somebody_else_stay(ann, kari):
    ola = write(ann, "contacts", None, {"name": "Ola Hansen"}).uid
    file, _uid = attachment(ann, b"%PDF same", "Terms.pdf", kari)
    attachment(ann, b"%PDF same", "Terms.pdf", ola)
    erase(ann, "contacts", kari)
    assert path_of(file.digest).exists()


def test_what_a_file_was_called_is_no_name_of_the_person_elsewhere(ann, kari):
    attachment(ann, b"%PDF x", "contract", kari)
    ola = write(ann, "contacts", None, {"name": "Ola Hansen"}).uid
    both = note(ann, "The contract is signed.", kari, ola)
    free = files.keep_bytes(ann, b"id;text\n1;contract\n", "b.csv", "text/csv", "import")
    erase(ann, "contacts", kari)
    assert find_one(ann, "notes", both, ("text",))["text"] == "The contract is signed."
    assert path_of(free.digest).exists()


def test_the_list_keeps_uids_and_no_value(ann, kari):
    erase(ann, "contacts", kari)
    [one] = erased.every()
    assert (one.uid, one.type, one.who) == (kari, "contacts", "Ann")
    assert one.names == (erased.digest_of("oldcrm:KA-889123"),)


@pytest.mark.parametrize("how", ["uid", "external", "vcard"])
def test_no_import_brings_an_erased_person_back(ann, kari, how):
    erase(ann, "contacts", kari)
    before = everything()
    uid = kari if how == "uid" else uuid4()
    values = {"name": KARI["name"]}
    if how == "external":
        values["external_ids"] = ["oldcrm:KA-889123"]
    if how == "vcard":
        values["external_ids"] = [f"vcard:urn:uuid:{kari}"]
    [outcome] = write_many(ann, "contacts", [Wish(uid, values)])
    assert outcome.did == "refused"
    assert "erased for good" in outcome.error.messages[0]
    with pytest.raises(ValidationError, match="erased for good"):
        write(ann, "contacts", None, values, uid=uid)
    assert everything() == before


def test_who_comes_back_by_themselves_is_added_anew(ann, kari):
    erase(ann, "contacts", kari)
    write(ann, "contacts", None, {"name": KARI["name"], "emails": KARI["emails"]})
    assert len(find(ann, "contacts", Question(words="kari")).rows) == 1


def test_an_erasure_is_not_undone_and_leaves_a_receipt(ann, kari):
    note(ann, "About Kari", kari)
    done = erase(ann, "contacts", kari)
    before = everything()
    with pytest.raises(ValidationError, match="erased for good"):
        undo(ann, done.batch)
    assert everything() == before
    told = receipts.read(ann, done.receipt)
    assert (told.kind, told.rows, told.updated) == ("erase", 2, 2)
    assert told.label == "2 records erased"


def test_an_older_act_is_undone_around_who_was_erased(ann, kari):
    batch = uuid4()
    act = ann.because("web", batch)
    write(act, "contacts", kari, {"job_title": "Guide"})
    ola = write(ann, "contacts", None, {"name": "Ola"}).uid
    write(act, "contacts", ola, {"job_title": "Guide"})
    erase(ann, "contacts", kari)
    undone = undo(ann, batch)
    assert undone.records == 1
    assert [one.reason for one in undone.kept] == ["It was erased."]
    assert find_one(ann, "contacts", ola)["job_title"] == ""


def test_a_copy_from_before_is_brought_up_to_the_list(ann, house, kari):
    gone = [erased.Gone(kari, "contacts", erased.now(), "Ann"),
            erased.Gone(uuid4(), "contacts", erased.now(), "Ann")]  # fmt: skip
    assert replay(house, gone) == 1
    assert replay(house, gone) == 0
    assert leftovers(*NEEDLES) == []
    assert {one.uid for one in erased.every()} >= {one.uid for one in gone}


def test_only_who_may_erases_and_a_refusal_changes_nothing(ann, bob, dan, kari):
    before = everything()
    for actor, error in ((bob, (PermissionDenied, NotFound)), (dan, (PermissionDenied, NotFound))):
        with pytest.raises(error):
            erase(actor, "contacts", kari)
    with pytest.raises(Conflict):
        erase(ann, "contacts", kari, version=7)
    with pytest.raises(ValidationError, match="Remove them instead"):
        erase(ann, "members", ann.member_uid)
    assert everything() == before


def test_what_somebody_locked_stays(ann, world, kari):
    lock(world.manager, "contacts", kari, "Court case", date.today() + timedelta(days=3))
    with pytest.raises(Locked):
        erase(ann, "contacts", kari)


def test_every_text_of_the_machinery_is_blanked_or_named_with_its_reason():
    known = {one.table: {*one.columns} | OTHERWISE.get(one.table, set()) for one in MACHINERY}
    known |= {table: names for table, names in OTHERWISE.items() if table not in known}
    from django.apps import apps
    from django.db import models

    from kartotek.core.recordtype import RECORD_TYPES

    records = {one.table for one in RECORD_TYPES.values()}
    for model in apps.get_app_config("core").get_models():
        table = model._meta.db_table
        if table in records:
            continue
        texts = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        }
        assert texts <= known.get(table, set()), table


def test_lines_of_a_long_life_are_emptied_each(ann, kari):
    for number in range(5):
        write(ann, "contacts", kari, {"job_title": f"Guide {number}"})
    assert erase(ann, "contacts", kari).lines == 6
