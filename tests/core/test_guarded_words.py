"""Words of fields that some may not see: they find only for who sees them."""

from dataclasses import replace

import pytest
from django.db import connection

from kartotek.core import asking, storage
from kartotek.core.actor import EVERYTHING, Rights
from kartotek.core.catalogue import the_type
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.search import search
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
BLIND = Rights(verbs=EVERYTHING.verbs, hidden={"contacts": frozenset({"phones"})})


@pytest.fixture
def contacts(monkeypatch):
    found = the_type("contacts")
    monkeypatch.setattr(type(found) if not isinstance(found, type) else found, "guarded", "phones")
    storage.mend()
    return found


def test_a_guarded_word_finds_for_who_sees_its_field_and_a_free_one_for_all(ann, contacts):
    write(ann, "contacts", None, {"name": "Ola Nordmann", "phones": "+47 912 34 567"})
    blind = replace(ann, rights=BLIND)
    for text, seen, unseen in (("91234567", 1, 0), ("nordmann", 1, 1), ("ola 91234567", 1, 0)):
        question = Question(words=text)
        assert len(search(ann, text, types=["contacts"])) == seen
        assert len(search(blind, text, types=["contacts"])) == unseen
        assert len(find(ann, "contacts", question)) == seen
        assert len(find(blind, "contacts", question)) == unseen


def test_guarded_words_have_an_index_of_their_own(contacts):
    table = asking.table_of(contacts)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # the table is the index, of both columns
            cursor.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH '{{guarded}} : x'")
            assert cursor.fetchall() == []
            return
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT id FROM {table} WHERE (words || guarded) @@ '''x'''::tsquery"
        )
        told = " ".join(row[0] for row in cursor.fetchall())
    assert f"{table}_guarded" in told
