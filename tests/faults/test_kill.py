"""What was acknowledged is there after a kill, whatever was in flight."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from kartotek.core.find import find
from kartotek.core.question import Question

WRITER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "kartotek.site.settings"
import kartotek
from django.conf import settings
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = os.environ["WRITE_INTO"]
from kartotek.core.actor import system
from kartotek.core.write import write
for number in range(100000):
    saved = write(system("fault"), "companies", None, {"name": f"Firm {number}"})
    print(saved.uid, flush=True)
"""


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_every_acknowledged_write_survives_a_kill(house):
    environment = {**os.environ, "WRITE_INTO": str(connection.settings_dict["NAME"])}
    root = Path(__file__).parent.parent.parent
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=environment, cwd=root, stdout=subprocess.PIPE, text=True
    )
    acknowledged = [writer.stdout.readline().strip() for _ in range(40)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += writer.stdout.read().split()[:-1]
    writer.wait()
    kept = {str(row.uid) for row in find(house, "companies", Question(size=500))}
    assert len(acknowledged) >= 40
    assert set(acknowledged) <= kept
