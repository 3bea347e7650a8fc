"""What is known of mutants that no test notices: those that change nothing, those still open."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def equivalent() -> dict[str, str]:
    """Mutant → why no test can tell it from the module: a line each, its reason on the next."""
    found, name = {}, ""
    for line in _lines("equivalent.txt"):
        if line.startswith(" "):
            found[name] = line.strip()
        else:
            name = line
            found[name] = ""
    return found


def still_open() -> set[str]:
    """Mutants that a test should notice, and none does yet."""
    return set(_lines("open.txt"))


def _lines(file: str) -> list[str]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [line.rstrip() for line in lines if line.strip() and not line.startswith("#")]


def faults_of(known: list[str], survived: set[str] | None = None) -> list[str]:
    """What is wrong with the two lists, given all mutants there are and, if played, the survivors.

    A mutant of a module that has changed since is not kept in a list, nor one without a reason.
    """
    same, left = equivalent(), still_open()
    wrong = [f"no such mutant: {one}" for one in (same.keys() | left) - set(known)]
    wrong += [f"no reason: {one}" for one, why in same.items() if not why]
    wrong += [f"in both lists: {one}" for one in same.keys() & left]
    if survived is not None:
        wrong += [f"survived, and is not in open.txt: {one}" for one in survived - left]
        wrong += [f"killed, and still in open.txt: {one}" for one in (left & set(known)) - survived]
    return sorted(wrong)
