"""`kartotek import` of a file into an empty house, while others work there.

Run by `bin/bench --only import/command`: a process of its own, with a database of its own.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)
from tests.bench import places
from tests.bench.names import FAMILY, GIVEN

HOUSE = "command"  # in the place of a number of rows: its data are nobody's reference
COMPANIES = 2_000
WRITES_EVERY, LISTS_EVERY, LOOKS_EVERY = 0.2, 0.1, 0.5  # seconds
ALONE = 5  # seconds in which a list is measured with nothing beside it
JSON = "Content-Type: application/json\r\n"
LIST = "/api/v1/contacts?sort=-changed_at"
HEADER = (
    "Name", "E-mail", "Phone", "Mobile phone", "Company", "Street", "Postal code", "City",
    "Birthday", "Job title",
)  # fmt: skip


def import_command() -> Iterator[tuple[str, float, str]]:
    """As many rows as the reference data have contacts; KARTOTEK_BENCH_FILE_ROWS says otherwise."""
    from django.db import connection

    database = "sqlite" if connection.vendor == "sqlite" else "postgres"
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM crm_contact")
        rows = os.environ.get("KARTOTEK_BENCH_FILE_ROWS") or str(cursor.fetchone()[0])
    places.clear(database, HOUSE)
    env = places.environment(database, HOUSE)
    command = [sys.executable, "-m", "tests.bench.commanding", rows]
    done = subprocess.run(command, env=env, cwd=places.HERE.parent.parent, check=True,
                          stdout=subprocess.PIPE, text=True)  # fmt: skip
    places.clear(database, HOUSE)
    yield from json.loads(done.stdout.splitlines()[-1])


def write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """The companies and the contacts, as another program would write them."""
    dice = random.Random(11)
    firms = [f"{FAMILY[n % len(FAMILY)]} {n} AS" for n in range(COMPANIES)]
    companies, contacts = folder / "companies.csv", folder / "contacts.csv"
    with companies.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Name"], *([one] for one in firms)])
    with contacts.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_row(dice, firms, number) for number in range(rows))
    return companies, contacts


def _row(dice: random.Random, firms: list[str], number: int) -> list[str]:
    day, month, year = dice.randrange(1, 29), dice.randrange(1, 13), dice.randrange(1950, 2005)
    return [
        f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}", f"person{number}@example.com",
        f"22 {dice.randrange(10**6):06d}", f"+47 9{dice.randrange(10**7):07d}",
        dice.choice(firms), f"Storgata {dice.randrange(200)}", f"0{dice.randrange(1000):03d}",
        "Oslo", f"{day:02}.{month:02}.{year}", dice.choice(("Engineer", "Buyer", "Director")),
    ]  # fmt: skip


def main(rows: int) -> None:
    """Make the house, import the file, and print what was measured as the last line."""
    import django

    django.setup()
    from django.core.management import call_command

    from kartotek.core.actor import system
    from kartotek.core.settling_in import settle_in
    from kartotek.interfaces.files.importing import Plan, import_file
    from tests.bench import serving

    call_command("migrate", verbosity=0)
    settle_in("Bench", "NO", "nb", "Europe/Oslo")
    with tempfile.TemporaryDirectory() as folder:
        companies, contacts = write_files(Path(folder), rows)
        import_file(system("bench"), companies, Plan("companies"))
        with serving.house() as port:
            print(json.dumps(_measured(port, contacts, rows)), flush=True)


def _measured(port: int, file: Path, rows: int) -> list[tuple[str, float, str]]:
    from tests.bench import serving

    writes, lists, held = Beside(), Beside(), Beside()
    writer, reader = serving.signed_in(port), serving.signed_in(port)
    dice = random.Random(3)

    def write() -> None:
        body = json.dumps({"name": f"Walk In {dice.getrandbits(40)}"}).encode()
        writer.ask("POST", "/api/v1/contacts", body, JSON, 201)

    write()
    begun = time.perf_counter()
    command = [sys.executable, "-m", "kartotek", "import", str(file), "--type", "contacts"]
    child = subprocess.Popen([*command, "--json"], cwd=serving.ROOT, stdout=subprocess.PIPE)
    writes.begin(write, WRITES_EVERY)
    lists.begin(lambda: reader.get(LIST), LISTS_EVERY)
    held.begin(lambda: _held(child.pid), LOOKS_EVERY)
    told, _nothing = child.communicate()
    took = time.perf_counter() - begun
    for one in (writes, lists, held):
        one.end()
    receipt = json.loads(told.splitlines()[-1])
    # Two people of one name and phone are met by chance, so that a few rows are no new records.
    assert receipt["created"] > 0.99 * rows and receipt["adds_up"], receipt
    alone = Beside()
    alone.begin(lambda: reader.get(LIST), LISTS_EVERY)
    time.sleep(ALONE)
    alone.end()
    return [
        ("import/command", rows / took, "rows/s"),
        ("import/command_memory", max(held.values), "MB"),
        ("import/command_longest_write", max(writes.took), "ms"),
        ("import/command_write_p95", writes.p95, "ms"),
        ("import/command_list_p95", lists.p95, "ms"),
        ("import/command_list", lists.p95 / alone.p95, "×"),
    ]


class Beside:
    """Something done again and again beside the import: how long each time took, in ms."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.values: list[float] = [0.0]
        self._ended = threading.Event()

    def begin(self, work: Callable[[], Any], every: float) -> None:
        self._thread = threading.Thread(target=self._go_on, args=(work, every), daemon=True)
        self._thread.start()

    def _go_on(self, work: Callable[[], Any], every: float) -> None:
        while not self._ended.wait(every):
            begun = time.perf_counter()
            found = work()
            self.took.append((time.perf_counter() - begun) * 1_000)
            if isinstance(found, float):
                self.values.append(found)

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def p95(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.95)]


def _held(root: int) -> float:
    """Megabytes (PSS) of a process and its children; 0 where the system does not tell."""
    from tests.bench.crowds import _descendants, _pss

    found = 0.0
    for pid in _descendants(root) if sys.platform == "linux" else ():
        try:
            found += _pss(pid)
        except (OSError, StopIteration):  # it has just ended
            continue
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
