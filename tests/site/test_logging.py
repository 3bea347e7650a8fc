"""A fault of ours leaves its traceback where the roles write; what a visitor did wrong, nothing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VISIT = """
import django
django.setup()
from django.test import Client
visitor = Client(raise_request_exception=False)
print([visitor.get(where).status_code for where in ("/fault", "/no/where/at/all")])
"""


def test_a_fault_of_ours_leaves_its_traceback_and_a_wrong_address_nothing(tmp_path):
    around = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.site.faulty",
        "KARTOTEK_DATA": str(tmp_path),
        "DATABASE_URL": "",
    }
    ended = subprocess.run(
        [sys.executable, "-c", f"import kartotek\n{VISIT}"],
        cwd=ROOT, env=around, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout == "[500, 404]\n"
    assert "ERROR django.request: Internal Server Error: /fault" in ended.stderr
    assert "ZeroDivisionError: so many customers" in ended.stderr
    assert "/no/where" not in ended.stderr
