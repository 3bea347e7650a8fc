"""The 20,000-row run of a handful of operations, as ratios to the floor of the same run."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.bench.__main__ import ROOT

# Generous: what they catch is a plan gone wrong (a hundredfold), not a busy machine.
CEILINGS = {
    "list_json/all/name/no_filter/middle": 60,
    "list_html/all/name/no_filter/first": 120,
    "list_json/own/-changed_at/common/middle": 60,
    "list_json/five_departments/last_contacted/no_filter/middle": 60,
    "list_json/shared_1000/name/no_filter/first": 90,
    "search/five_departments/4_letters": 60,
    "open/all": 120,
    "save/change": 40,
}


@pytest.mark.budget
def test_a_handful_of_operations_stay_near_their_floor(tmp_path):
    database = "sqlite" if connection.vendor == "sqlite" else "postgres"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("KARTOTEK_")
    } | {"KARTOTEK_BENCH_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "tests.bench", "--rows", "20000", "--db", database,
               "--no-growth"]  # fmt: skip
    for name in CEILINGS:
        command += ["--only", name]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    lines = {line["op"]: line for line in map(json.loads, ended.stdout.splitlines())}
    assert lines.keys() == CEILINGS.keys(), ended.stderr
    slow = {op: line["ratio"] for op, line in lines.items() if line["ratio"] > CEILINGS[op]}
    assert slow == {}
