"""Whoever uses an installation can have its source, without signing in."""

import io
import tarfile

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_source_of_what_runs_is_given_to_everybody():
    answer = Client().get("/source")
    assert answer["Content-Disposition"].startswith("attachment")
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        names = tar.getnames()
    assert any(name.endswith("kartotek/core/write.py") for name in names)
    assert any(name.endswith("templates/base.html") for name in names)
    assert not any("__pycache__" in name or "sqlite3" in name.split("/")[-1] for name in names)
