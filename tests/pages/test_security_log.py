"""The page of the security log: every line there is, in words, for who may read it."""

import re
from pathlib import Path

import orjson
import pytest

from kartotek.core import security
from kartotek.pages.settings.security import GROUPS, KINDS
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
AT = "/settings/security"
ROOT = Path(__file__).resolve().parents[2] / "kartotek"


def test_only_an_administrator_reads_it(world):
    for path in (AT, f"{AT}/all"):
        assert signed_in(world.manager).get(path).status_code == 403


def test_a_line_says_who_what_when_and_from_where(world):
    security.note("deactivated", actor=world.ann, address="10.1.2.3", email="bob@example.com")
    text = signed_in(world.ann).get(AT).content.decode()
    for part in ("access ended", "Ann", "bob@example.com", "10.1.2.3"):
        assert part in text


def test_it_is_narrowed_and_goes_on(world):
    security.note("export", actor=world.bob, type="contacts")
    for number in range(60):
        security.note("signed_in", actor=world.ann, address=f"10.0.0.{number}")
    browser = signed_in(world.ann)
    first = browser.get(f"{AT}?kind=in").content.decode()
    assert first.count('class="log-what"') == 50 and "export asked for" not in first
    after = re.search(r"before=(\d+)", first).group(1)
    rest = browser.get(f"{AT}?kind=in&before={after}").content.decode()
    assert rest.count('class="log-what"') == 10
    assert browser.get(f"{AT}?q=bob").content.decode().count('class="log-what"') == 1
    assert browser.get(f"{AT}?q=%25").content.decode().count('class="log-what"') == 0
    assert browser.get(f"{AT}?q=10.0.0.7&kind=in").content.decode().count("log-what") == 1
    for odd in ("before=x", "before=" + "9" * 40, "kind=x", "q=%00'"):
        assert browser.get(f"{AT}?{odd}").status_code == 200, odd


def test_all_of_it_leaves_as_json_lines_and_that_stands_in_it(world):
    for number in range(5):
        security.note("signed_in", actor=world.ann, address=f"10.0.0.{number}")
    answer = signed_in(world.ann).get(f"{AT}/all")
    told = [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert [one["kind"] for one in told] == ["download", *["signed_in"] * 5]
    assert told[1]["who"] == "Ann" and told[1]["from"] == "10.0.0.4"


def test_every_kind_that_is_written_has_its_words_and_its_group():
    written = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "security" in text:
            written |= set(re.findall(r'\b_?note\(\s*"([a-z_]+)"', text))
            written |= set(re.findall(r'"(activated|deactivated|password_changed)"', text))
    written |= {"sign_in_failed", "sign_in_limited"}
    assert written <= KINDS.keys() | {"file"}, written - KINDS.keys()
    assert {kind for _label, kinds in GROUPS.values() for kind in kinds} == KINDS.keys()
