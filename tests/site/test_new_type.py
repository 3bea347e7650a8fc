"""A new record type is one file; a new field is two lines and a migration. Done on a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
VISIT = '''"""Visits: when we called on somebody."""

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType, Timeline


class Visit(Record):
    """One visit."""

    name = fields.text(120, required=True)
    company = fields.link("crm.Company", label=_("Company"))
    day = fields.date(label=_("Day"))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")


class Visits(RecordType):
    """What people see and do with visits."""

    model, icon, group = Visit, "map-pin", "people"
    columns = form = "name company day owner"
    sorts = "name day"
    search = {"name": 3}
    panels = [Timeline()]
'''
OPEN = """
import pytest
from django.test import Client
from kartotek.core.write import write
from tests.web_client import signed_in

@pytest.mark.django_db
def test_the_pages_open(ann):
    saved = write(ann, "visits", None, {"name": "Harbour round"})
    client = signed_in(ann)
    assert b"Harbour round" in client.get("/visits").content
    page = client.get(f"/visits/{saved.uid}").content
    assert b"Harbour round" in page
    assert WORD in page
"""


def run(copy: Path, *command: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{copy}:{copy}/tests/package"}
    environment["KARTOTEK_TEST_DATA"] = environment["KARTOTEK_DATA"] = str(copy / "data")
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.slow
def test_a_type_in_one_file_and_a_field_in_two_lines(tmp_path):
    for name in ("kartotek", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert len(VISIT.splitlines()) <= 40
    file = tmp_path / "kartotek/crm/visit.py"
    file.write_text(VISIT)
    run(tmp_path, "-m", "kartotek", "makemigrations", "crm", "-v0")
    opens = tmp_path / "tests/contract/test_open.py"
    opens.write_text(OPEN.replace("WORD", 'b"Day"'))
    run(tmp_path, "-m", "pytest", "-q", "tests/contract", "-k", "visits or open")

    with_field = VISIT.replace(
        "    day = fields", '    purpose = fields.text(80, label=_("Purpose"))\n    day = fields'
    ).replace('"name company day owner"', '"name company day purpose owner"')
    changed = set(with_field.splitlines()) - set(VISIT.splitlines())
    assert len(changed) == 2
    file.write_text(with_field)
    run(tmp_path, "-m", "kartotek", "makemigrations", "crm", "-v0")
    opens.write_text(OPEN.replace("WORD", 'b"Purpose"'))
    run(tmp_path, "-m", "pytest", "-q", "tests/contract", "-k", "visits or open")
