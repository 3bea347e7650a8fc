"""A clash within a list: choosing yours keeps what the other added beside it."""

import pytest

from kartotek.core.errors import Conflict
from kartotek.core.find import find_one
from kartotek.core.write import write

pytestmark = pytest.mark.django_db


def texts(items) -> list[str]:
    return [item["text"] for item in items]


def test_yours_still_carries_the_phone_they_added(ann):
    saved = write(ann, "contacts", None, {"name": "Ola", "phones": ["+47 22 00 00 01"]})
    first = find_one(ann, "contacts", saved.uid)["phones"][0]
    theirs = [{**first, "text": "+47 22 00 00 02"}, {"text": "+47 99 00 00 00"}]
    write(ann, "contacts", saved.uid, {"phones": theirs}, version=1)
    with pytest.raises(Conflict) as refused:
        mine = [{**first, "text": "+47 22 00 00 03"}]
        write(ann, "contacts", saved.uid, {"phones": mine}, version=1)
    yours = refused.value.clashes[0].yours
    assert texts(yours) == ["+47 22 00 00 03", "+47 99 00 00 00"]
    write(ann, "contacts", saved.uid, {"phones": yours}, version=refused.value.version)
    assert texts(find_one(ann, "contacts", saved.uid)["phones"]) == texts(yours)
