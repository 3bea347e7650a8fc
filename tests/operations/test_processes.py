"""Who ends with the keeper, and who only looks as if it had lost it."""

import os

import pytest

from kartotek.operations import processes


@pytest.mark.parametrize(
    ("keeper", "parent", "is_orphan"),
    [("4711", 4711, False), ("4711", 1, True), ("1", 1, False), ("1", 17, False)],
)
def test_a_child_of_process_1_is_no_orphan_where_that_is_the_keeper(
    keeper, parent, is_orphan, monkeypatch
):
    monkeypatch.setenv(processes.PARENT, keeper)
    monkeypatch.setattr(os, "getppid", lambda: parent)
    assert processes._is_orphan() is is_orphan
