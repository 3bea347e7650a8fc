"""How values look: escaped whatever they hold, named for who cannot see them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Ref
from kartotek.interfaces.web import drawing, showing, values

CONTEXT = Context("en", "NO", "Europe/Oslo")
HOSTILE = '"><script>alert(1)</script>'


def _kind(type_key: str, name: str):
    return catalogue()[type_key].fields[name]


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("name", HOSTILE),
        ("lifecycle", HOSTILE),
        ("phones", [{"text": HOSTILE, "e164": "", "type": "work"}]),
        ("phones", [{"text": "1", "e164": HOSTILE, "type": "work"}, {"text": "2"}]),
        ("emails", [{"address": HOSTILE, "type": "work"}]),
        ("website", f"https://example.com/{HOSTILE}"),
        ("tags", [HOSTILE, "plain"]),
        ("owner", Ref("members", uuid4(), HOSTILE)),
        ("parent", Ref("companies", uuid4(), HOSTILE)),
        ("remember", HOSTILE),
    ],
)
def test_no_value_can_write_html(name, held):
    kind = _kind("companies", name)
    assert "<script" not in values.value(kind, held, CONTEXT)
    assert '"><' not in values.value(kind, held, CONTEXT).replace('"><span', "")


def test_a_link_out_of_reach_is_a_dash():
    assert values.link(Ref("companies"), _kind("contacts", "company")) == values.NOTHING


def test_the_address_of_a_record_is_the_one_that_reverse_knows():
    for _time in range(2):
        uid = uuid4()
        assert drawing.url("record", ["contacts", uid]) == reverse("record", args=["contacts", uid])
    assert drawing.url("list", ["contacts"]) == reverse("list", args=["contacts"])


@pytest.mark.parametrize(
    ("before", "told"),
    [(timedelta(seconds=5), "now"), (timedelta(minutes=3), "3m"), (timedelta(hours=5), "5h"),
     (timedelta(days=2), "2d")],
)  # fmt: skip
def test_a_moment_is_told_by_its_distance(before, told):
    assert told in showing.short(datetime.now(UTC) - before, CONTEXT).replace(" ", "")


def test_an_old_moment_is_told_by_its_day():
    now = datetime.now(UTC)
    assert str(now.year - 2) in showing.short(now - timedelta(days=730), CONTEXT)
