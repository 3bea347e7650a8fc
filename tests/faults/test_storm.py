"""A sample, by seed, of the storm that `bin/faults` runs twenty times on each database."""

import os

import pytest

from tests.faults.storm import strike


@pytest.mark.fault
def test_a_kill_among_200_concurrent_writes_loses_nothing_acknowledged(tmp_path):
    told = strike(tmp_path, os.environ.get("KARTOTEK_TEST_DATABASE_URL", ""), seed=11)
    assert told["refused"] == []
    assert told["acknowledged"] > 50
    assert told["wrong"] == []
