"""A commit of an import holds as many rows as the wait of others allows."""

import pytest

from kartotek.interfaces.files.pace import Pace


@pytest.mark.parametrize(
    ("took", "others", "size"),
    [
        (0.2, False, 4_000),  # twice as many in twice the time
        (0.2, True, 2_000),  # just as long as somebody who writes may wait
        (0.01, True, 2_000),  # no more than usual while others write
        (1.0, True, 400),
        (100.0, False, 100),
        (0.01, False, 4_000),  # no more than doubled at once
    ],
)
def test_commits_are_as_large_as_the_wait_of_others_allows(took, others, size):
    pace = Pace(2_000)
    pace.begin()
    pace._begun -= took
    pace.end(2_000, others=others)
    assert abs(pace.size - size) <= size * 0.1
