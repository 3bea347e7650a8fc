"""Runs the tests: `bin/test` the quick part, `bin/test --all` everything that fits 22 minutes.

Words it does not know go to pytest, on SQLite alone: `bin/test tests/core -k undo`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("KARTOTEK_TEST_STRICT") == "1"
POSTGRES = os.environ.get("KARTOTEK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
QUICK = "not journey and not fault and not budget and not slow"
REST = "journey or fault or budget or slow"
# A browser on a busy machine may be slow for once; in more files than this it is no accident.
PLAYED_AGAIN = 2


def run(title: str, command: list[str], **extra: str) -> bool:
    """One step: its name, its output, its seconds; True where it ended well."""
    print(f"\n── {title}", flush=True)
    begun = time.monotonic()
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, check=False)
    took = time.monotonic() - begun
    well = ended.returncode == 0
    print(f"   {'ok' if well else 'FAILED'} in {took:.1f} s", flush=True)
    return well


def has_postgres() -> bool:
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def lint() -> list[bool]:
    python = sys.executable
    return [
        run("ruff format", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
        run("ruff check", [python, "-m", "ruff", "check", "--quiet", "."]),
        run("mypy --strict", [python, "-m", "mypy"], KARTOTEK_DATA=_scratch()),
        run("checks", [python, "-m", "kartotek", "check"], KARTOTEK_DATA=_scratch()),
        run(
            "migrations are complete",
            [python, "-m", "kartotek", "makemigrations", "--check", "--dry-run", "-v0"],
            KARTOTEK_DATA=_scratch(),
        ),
    ]


def _scratch() -> str:
    return tempfile.mkdtemp(prefix="kartotek-check-")


def pytest(title: str, marks: str, database: str, *words: str, workers: str = "2") -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-m", marks, *words]
    if workers != "0":
        command += ["-n", workers, "--dist", "loadfile" if marks == REST else "load"]
    if STRICT:
        command += ["-p", "tests.strict"]
    command += ["-p", "tests.ran"]
    if workers != "0":  # what was asked for by name is played whole
        command += ["-p", "tests.sampled"]
    if database == "postgres":
        command += ["-p", "tests.database_only"]
    url = POSTGRES if database == "postgres" else ""
    fell = tempfile.mkstemp(prefix="kartotek-fell-")[1]
    extra = {"KARTOTEK_TEST_DATABASE_URL": url, "KARTOTEK_TEST_FELL": fell}
    well = run(f"{title} on {database}", [*command, "-p", "tests.fell"], **extra)
    if well or marks != REST:
        return well
    return _played_again(Path(fell).read_text(encoding="utf-8").splitlines(), command, database)


def _played_again(fell: list[str], command: list[str], database: str) -> bool:
    """True where journeys of one or two files fell, alone, and the files hold when played anew.

    A whole file, because the journeys of one follow each other: where one falls, those after it
    do. Each is named in the output, because it is to be mended all the same. Faults and budgets
    have no second try.
    """
    names = list(dict.fromkeys(fell))
    journeys = [name for name in names if name.startswith("tests/journeys/")]
    files = list(dict.fromkeys(name.split("::")[0] for name in journeys))
    if not names or len(files) > PLAYED_AGAIN or journeys != names:
        return False
    print("\nPlayed once more: " + ", ".join(files), flush=True)
    alone = [word for word in command if word not in ("-n", "2", "--dist", "loadfile")]
    url = POSTGRES if database == "postgres" else ""
    held = run(f"again on {database}", [*alone, *files], KARTOTEK_TEST_DATABASE_URL=url)
    print(f"   UNSTEADY, to be mended: {', '.join(names)}" if held else "", flush=True)
    return held


def databases() -> tuple[list[str], bool]:
    if has_postgres():
        return ["sqlite", "postgres"], True
    print(
        f"PostgreSQL does not answer at {POSTGRES}: its half of the tests is left out. "
        "To bring it: sudo apt install postgresql"
    )
    return ["sqlite"], not STRICT


def main(words: list[str]) -> int:
    everything = "--all" in words
    words = [word for word in words if word != "--all"]
    if words:
        return 0 if pytest("asked", QUICK + " or " + REST, "sqlite", *words, workers="0") else 1
    results = lint()
    os.environ["KARTOTEK_TEST_RAN"] = tempfile.mkstemp(prefix="kartotek-ran-")[1]
    names, complete = databases()
    results.append(complete)
    results += [pytest("quick", QUICK, name) for name in names]
    if everything:
        results.append(_with_chromium())
        results += [pytest("journeys, faults, budgets", REST, name) for name in names]
        results.append(run("promises", [sys.executable, "-m", "tests.promises"]))
    print(f"\n{'All well.' if all(results) else 'Something failed; see above.'}")
    return 0 if all(results) else 1


def _with_chromium() -> bool:
    if has_chromium():
        return True
    print(
        "Chromium is not installed: the journeys are left out. "
        "To bring it: sudo apt install chromium"
    )
    return not STRICT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
