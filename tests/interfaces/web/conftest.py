"""A company, and somebody who works there."""

import pytest

from kartotek.core.find import find_one
from kartotek.core.question import Row
from kartotek.core.write import write


@pytest.fixture
def fjord(ann):
    return str(write(ann, "companies", None, {"name": "Fjord"}).uid)


@pytest.fixture
def ola(ann, fjord) -> Row:
    """Somebody with a phone and a job."""
    values = {"name": "Ola", "phones": "+47 22 00 00 01", "birthday": "1980-02-29",
              "jobs": [{"company": fjord, "role": "Buyer"}]}  # fmt: skip
    return find_one(ann, "contacts", write(ann, "contacts", None, values).uid)
