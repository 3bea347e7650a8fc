"""Loaded before anything else: a data folder of its own, so that no test meets a real one."""

import os
import sys
import tempfile
from pathlib import Path

if "KARTOTEK_TEST_DATA" not in os.environ:
    os.environ["KARTOTEK_TEST_DATA"] = tempfile.mkdtemp(prefix="kartotek-test-")
os.environ["KARTOTEK_DATA"] = os.environ["KARTOTEK_TEST_DATA"]
for outside in ("DATABASE_URL", "KARTOTEK_PORT", "KARTOTEK_ORIGIN"):
    os.environ.pop(outside, None)
if url := os.environ.get("KARTOTEK_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url
if suffix := os.environ.get("KARTOTEK_TEST_SUFFIX"):  # two runs at once on one server
    os.environ["KARTOTEK_TEST_NAME"] = f"test_kartotek_{suffix}"
sys.path.insert(0, str(Path(__file__).parent / "package"))

import kartotek  # noqa: E402, F401  (brings the safe SQLite before Django loads one)
from tests.outgoing import forbid  # noqa: E402

forbid()
