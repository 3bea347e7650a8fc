"""GET /healthz: the short answer for machines that watch."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_a_well_house_says_ok_to_anybody_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200, b"ok\n", "text/plain",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_without_internals(monkeypatch):
    def gone():
        raise OperationalError("could not connect to 10.0.0.7 as kartotek")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")
