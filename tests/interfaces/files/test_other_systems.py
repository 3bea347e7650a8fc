"""Files of other systems: recognised, every column accounted for, linked by their old ids."""

import pytest

from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.undo_job import undo_or_later
from kartotek.core.write import write
from kartotek.interfaces.files import importing
from kartotek.interfaces.files.importing import Plan, import_file
from tests.interfaces.files.exports import (
    ACCOUNT,
    CONTACT,
    account,
    contact,
    salesforce_id,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(tmp_path, ann):
    def bring(rows, **options):
        return import_file(ann, written(tmp_path / "Account.csv", ACCOUNT, rows), Plan(**options))

    return bring


@pytest.fixture
def contacts(tmp_path, ann):
    def bring(rows, actor=ann, **options):
        path = written(tmp_path / "Contact.csv", CONTACT, rows)
        return import_file(actor, path, Plan(**options))

    return bring


def one(actor, type_key, *columns):
    return find(actor, type_key, Question(columns=columns)).rows[0]


def by_header(receipt):
    return {one.column.header: one for one in receipt.columns}


def test_the_columns_say_what_a_file_holds_and_whose_it_is(accounts, contacts):
    first, second = accounts([account(1)]), contacts([contact(1)])
    assert (first.type, first.source) == ("companies", "salesforce")
    assert (second.type, second.source) == ("contacts", "salesforce")


def test_phones_and_addresses_come_with_their_use(contacts, ann):
    contacts([contact(7)])
    row = one(ann, "contacts", "name", "phones", "addresses", "given_name", "birthday")
    assert [(item["text"], item["type"]) for item in row["phones"]] == [
        ("+47 55 00 0007", "work"), ("+47 955 0 0007", "mobile"),
    ]  # fmt: skip
    (address,) = row["addresses"]
    assert (address["street"], address["city"], address["type"]) == (
        "Storgata 7\nFloor 2", "Bergen", "postal",
    )  # fmt: skip
    assert (row["name"], row["given_name"], str(row["birthday"])) == (
        "Ola Nordmann 7", "Ola", "1986-08-25",
    )  # fmt: skip


def test_a_contact_is_linked_to_its_company_by_the_old_id(accounts, contacts, ann):
    accounts([account(1), account(2)])
    contacts([contact(2)])
    assert one(ann, "contacts", "company")["company"].title == "Fjord 2 AS"


def test_the_old_id_of_15_letters_is_that_of_18(accounts, contacts, ann):
    accounts([account(1, Id="0015g00000LIh4Z")])
    contacts([contact(1, AccountId="0015g00000LIh4ZAAT")])
    assert one(ann, "companies", "external_ids")["external_ids"] == (
        "salesforce:0015g00000LIh4ZAAT",
    )
    assert one(ann, "contacts", "company")["company"].title == "Fjord 1 AS"


def test_a_second_run_changes_nothing_and_a_changed_row_that_row(accounts, ann):
    accounts([account(1), account(2)])
    again = accounts([account(1), account(2, Name="Fjord Two AS", Phone="+47 99 88 77 66")])
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
    assert len(find(ann, "companies")) == 2


def test_one_mail_with_two_old_ids_is_two_people(contacts, ann):
    shared = {"Email": "info@fjord.example.com", "Name": "Ola Nordmann"}
    receipt = contacts([contact(1, **shared), contact(2, **shared)])
    assert receipt.created == 2


def test_every_value_is_taken_over_or_left_out_with_its_reason(contacts):
    told = by_header(contacts([contact(1), contact(2)]))
    assert (told["SSN__c"].values, told["SSN__c"].left_out) == (2, 2)
    assert "same stands in other" in next(iter(told["MailingAddress"].reasons))
    assert (told["MobilePhone"].taken, told["MobilePhone"].column.target.text) == (
        2, "phones.mobile",
    )  # fmt: skip


def test_a_company_that_is_not_there_is_named_in_the_receipt(contacts):
    lost = by_header(contacts([contact(4)]))["AccountId"]
    assert lost.lost == [{"line": 2, "value": salesforce_id("001", 4)}]
    assert lost.left_out == 1


def test_an_unknown_owner_becomes_a_member_who_is_not_active(contacts, ann):
    receipt = contacts([contact(1), contact(2)])
    owner = one(ann, "contacts", "owner")["owner"]
    member = find_one(ann, "members", owner.uid)
    assert (receipt.members, member["is_active"]) == (1, False)
    assert member["external_ids"] == (f"salesforce:{salesforce_id('005', 1)}",)
    assert contacts([contact(3)]).members == 0


def test_a_known_owner_is_met_by_the_old_id(contacts, ann, world):
    uid = world.bob.member_uid
    write(ann, "members", uid, {"external_ids": [f"salesforce:{salesforce_id('005', 1)}"]})
    assert contacts([contact(1)]).members == 0
    assert one(ann, "contacts", "owner")["owner"].title == "Bob"


def test_what_was_deleted_there_lies_in_the_trash_here_also_the_second_time(contacts, ann):
    rows = [contact(1), contact(2, IsDeleted="1")]
    first, second = contacts(rows), contacts(rows)
    assert (first.created, first.trashed) == (2, 1)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 2)
    assert len(find(ann, "contacts")) == 1
    assert len(find(ann, "contacts", Question(removed=True))) == 1


def test_what_lies_in_the_trash_does_not_stand_in_the_way(contacts, ann):
    contacts([contact(1, IsDeleted="1")])
    assert contacts([contact(1)]).created == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_imports_are_undone_in_either_order(order, accounts, contacts, ann):
    batches = [accounts([account(1)]).batch, contacts([contact(1), contact(2)]).batch]
    for place in order:
        undo_or_later(ann, batches[place])
    assert [len(find(ann, key)) for key in ("companies", "contacts")] == [0, 0]


def test_a_trial_tells_the_same_and_stores_nothing(accounts, ann):
    told = accounts([account(1), account(2, IsDeleted="true")], dry_run=True)
    assert (told.created, told.trashed, told.members, told.adds_up) == (2, 1, 1, True)
    assert len(find(ann, "companies")) == 0
    assert len(find(ann, "members", Question(words="owner"))) == 0


def test_a_trial_counts_an_unknown_owner_once_however_many_chunks_name_it(contacts, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 1)
    assert contacts([contact(1), contact(2), contact(3)], dry_run=True).members == 1


def test_an_empty_id_and_not_available_mean_nothing(contacts, ann):
    told = by_header(contacts([contact(1, AccountId="000000000000000AAA", LeadSource="N/A")]))
    assert [told[name].left_out for name in ("AccountId", "LeadSource")] == [1, 1]
    assert told["AccountId"].lost == []


def test_another_systems_choice_that_is_none_of_ours_leaves_the_row_whole(accounts):
    receipt = accounts([account(1, Type="Analyst")])
    assert (receipt.created, receipt.failed) == (1, 0)
    assert "not one of the choices" in next(iter(by_header(receipt)["Type"].reasons))


def test_a_column_goes_where_it_is_told_to(accounts, ann):
    accounts([account(1)], choices={"Region__c": "source", "Website": ""})
    row = one(ann, "companies", "source", "website")
    assert (row["source"], row["website"]) == ("West", "")


def test_who_may_not_add_members_leaves_the_owner_out(contacts, world):
    receipt = contacts([contact(1)], actor=world.bob)
    assert (receipt.created, receipt.members) == (1, 0)
    assert by_header(receipt)["OwnerId"].left_out == 1


def test_a_contact_without_a_name_is_called_by_its_mail(contacts, ann):
    contacts([contact(1, Name="", FirstName="", LastName="")])
    assert one(ann, "contacts", "name")["name"] == "ola1@fjord.example.com"


def test_a_sensitive_column_is_left_out_unless_it_is_chosen(contacts, ann):
    told = by_header(contacts([contact(1)]))["SSN__c"]
    assert "numbers of identity" in next(iter(told.reasons))
    contacts([contact(1)], choices={"SSN__c": "source"})
    assert one(ann, "contacts", "source")["source"] == "000-14-1755"
