"""200 writes in flight over HTTP, and a kill -9 of the whole process tree in their midst."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from tests.journeys.house import ROOT, House

IN_FLIGHT = 200
PREPARE = """
import django; django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from kartotek.core.actor import system
from kartotek.core.catalogue import the_type
from kartotek.core.gathering import reachable
from kartotek.core.write import write
from kartotek.people.member import Account
house = system("fault")
saved = write(house, "members", None, {"name": "Ann", "role": "administrator", "is_active": True})
user = get_user_model().objects.create(username="ann@example.com")
member = reachable(house, the_type("members"), saved.uid, "view").id
Account.objects.create(user=user, member_id=member)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
CHECK = """
import json, sys
import django; django.setup()
from django.db import connection
from kartotek.core.actor import system
from kartotek.core.context import Context
from kartotek.core.find import find_one
from kartotek.core.history import history
from kartotek.core.search import search
house, wrong = system("fault"), []
acknowledged = json.load(sys.stdin)
for uid, names in acknowledged.items():
    row = find_one(house, "companies", uid)
    if row.title not in names: wrong.append(f"{uid}: {row.title} is none of {names}")
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA integrity_check"); said = cursor.fetchone()[0]
        if said != "ok": wrong.append(said)
    cursor.execute("SELECT uid FROM crm_company")
    rows = [row[0] for row in cursor.fetchall()]
from kartotek.core.reading import as_uuid
for stored in rows:
    row = find_one(house, "companies", as_uuid(stored))
    lines = history(house, "companies", row.uid, Context())
    told = [line.version for line in lines]
    if told != list(range(row.version, 0, -1)):
        wrong.append(f"{row.uid}: history {told}, version {row.version}")
    if row.uid not in [hit.uid for hit in search(house, row.title)]:
        wrong.append(f"{row.uid}: not found by its name")
print(json.dumps({"rows": len(rows), "wrong": wrong}))
"""


@dataclass
class Storm:
    """What was acknowledged: uid → the name that must stand there; in doubt, either of two."""

    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def scripted(house: House, script: str, given: str = "") -> str:
    settings = "os.environ['DJANGO_SETTINGS_MODULE'] = 'kartotek.site.settings'"
    code = f"import os, kartotek\n{settings}\n{script}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=house.environment, cwd=ROOT, text=True,
        input=given, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().splitlines()[-1]


def _post(house: House, session: str, body: dict, path: str, verb: str) -> dict:
    request = urllib.request.Request(
        f"{house.address}{path}",
        data=json.dumps(body).encode(),
        method=verb,
        headers={
            "Content-Type": "application/json",
            "Cookie": f"kartotek_{house.port}={session}; csrftoken={'a' * 32}",
            "X-CSRFToken": "a" * 32,
            "Origin": house.address,
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def _client(house: House, session: str, storm: Storm, number: int, over: threading.Event) -> None:
    """Create, then rename what was created, until the server is gone."""
    turn = 0
    while not over.is_set():
        turn += 1
        name = f"Storm q{number}t{turn}"
        try:
            row = _post(house, session, {"name": name}, "/api/v1/companies", "POST")
            storm.acknowledged[row["uid"]] = [name]
            renamed = f"{name} renamed"
            # In doubt from here: either name may stand if the answer never comes.
            storm.acknowledged[row["uid"]] = [name, renamed]
            _post(house, session, {"name": renamed}, f"/api/v1/companies/{row['uid']}", "PATCH")
            storm.acknowledged[row["uid"]] = [renamed]
        except HTTPError as error:
            storm.refused.append(f"{error.code} {error.read()[:200]!r}")
            return
        except (URLError, HTTPException, OSError, ValueError):
            return


def strike(folder: Path, postgres: str, seed: int) -> dict:
    """One round; the answer tells how much was acknowledged and what was wrong afterwards."""
    choose = random.Random(seed)
    house = House(folder, postgres)
    try:
        session = scripted(house, PREPARE)
        storm, over = Storm(), threading.Event()
        clients = [
            threading.Thread(target=_client, args=(house, session, storm, n, over), daemon=True)
            for n in range(IN_FLIGHT)
        ]
        for client in clients:
            client.start()
        time.sleep(choose.uniform(1.0, 3.0))
        _kill_tree(house)
        over.set()
        for client in clients:
            client.join(30)
        told = json.loads(scripted(house, CHECK, json.dumps(storm.acknowledged)))
        return {
            "seed": seed,
            "acknowledged": len(storm.acknowledged),
            "refused": storm.refused,
            **told,
        }
    finally:
        house.close()


def _kill_tree(house: House) -> None:
    """SIGKILL to the supervisor and everything below it, at one instant."""
    tree, queue = [house.process.pid], [house.process.pid]
    while queue:
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(queue.pop())],
                                capture_output=True, text=True, check=False).stdout  # fmt: skip
        children = [int(pid) for pid in listed.split()]
        tree += children
        queue += children
    for pid in tree:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    house.process.wait(10)
