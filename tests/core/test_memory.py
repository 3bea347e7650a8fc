"""What was needed for a moment goes back to the system."""

import sys
from pathlib import Path

import pytest

from kartotek.core import memory

pytestmark = pytest.mark.django_db
SIZE, MANY = 2_000, 20_000


def held():
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's C library is asked")
def test_pages_below_what_is_still_in_use_go_back():
    many = [bytes(SIZE) for _ in range(MANY)]
    above = bytes(SIZE)
    del many
    before = held()
    memory.give_back()
    assert before - held() > SIZE * MANY / 2
    assert len(above) == SIZE
