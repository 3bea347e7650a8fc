"""Links that open the house lead to its own address, whatever a request calls it."""

import re

import pytest

from kartotek.operations import links
from kartotek.people.roster import add_member
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
NAMES = (
    "Host", "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override",
    "X-Original-Host", "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Rewrite-URL",
    "X-Original-URL", "Origin", "Referer", "X-Forwarded-For", "X-Real-IP", "True-Client-IP",
)  # fmt: skip
VALUES = (
    EVIL, f"{EVIL}:80", f"localhost@{EVIL}", f"localhost:80@{EVIL}", f"localhost.{EVIL}",
    f"{EVIL}#localhost", f"{EVIL}/localhost", f"localhost, {EVIL}", f"{EVIL}, localhost",
    f"localhost:{EVIL}", f"http://{EVIL}/", f"//{EVIL}", f"{EVIL}?localhost", f"localhost\\{EVIL}",
    f"host={EVIL};proto=https", f"localhost%00.{EVIL}", f"[::1]@{EVIL}", f"{EVIL}.", " " + EVIL,
    f"localhost {EVIL}",
)  # fmt: skip
POISONINGS = [("Host", value) for value in VALUES] + [
    (name, value) for name in NAMES[1:] for value in (EVIL, f"http://{EVIL}/", f"host={EVIL}")
]


def test_there_are_fifty_of_them():
    assert len(POISONINGS) >= 50


def test_an_invitation_leads_here(ann):
    """Under every one of them, and so under none."""
    add_member(ann, "Gus", "gus@example.com", role="sales")
    client, odd, well = signed_in(ann), [], 0
    page = client.get("/settings/people?q=gus").content.decode()
    gus = re.search(r"/settings/people/([0-9a-f-]{36})/invitation", page).group(1)
    for name, value in POISONINGS:
        headers = {name: value, "HX-Request": "true"}
        answer = client.post(f"/settings/people/{gus}/invitation", headers=headers)
        text = answer.content.decode()
        well += answer.status_code == 200
        is_ours = answer.status_code in (400, 403) or f"{links.address()}/invitation/" in text
        if not is_ours or EVIL in text or EVIL in str(dict(answer.headers)):
            odd.append((name, value, answer.status_code))
    assert odd == []
    assert well > 20  # most are answered as if nothing had been said
