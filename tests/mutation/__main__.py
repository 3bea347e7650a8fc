"""The mutation score of the guarded modules: `python -m tests.mutation [part of a path …]`.

With `--sample` a few mutants, always the same ones while the modules stay as they are: all of them
must be noticed. Ends with 1 where the score is too low, or a list of what is known is out of date.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from importlib import import_module

from tests.mutation import apart  # noqa: F401  (takes the folder)
from tests.mutation.judging import equivalent, faults_of, still_open
from tests.mutation.modules import MODULES, WARM
from tests.mutation.planting import Module, Mutant
from tests.mutation.playing import KILLED, LATE, SURVIVED, played

GOAL = 95.0  # percent of the mutants that can be noticed at all
SEED = 2026


def sampled(count: int, seed: int) -> list[Mutant]:
    """Some mutants of a few modules, of those that are noticed as the lists say."""
    excused = equivalent().keys() | still_open()
    draw = random.Random(seed)
    mutants = [one for module in draw.sample(list(MODULES), 4) for one in module.mutants()]
    return draw.sample([one for one in mutants if one.name not in excused], count)


class Result:
    """The ends of the mutants played so far."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.ends: dict[str, str] = {}
        self.begun = time.monotonic()
        self._left = len(mutants)

    def tell(self, name: str, end: object, more: object) -> None:
        if name == "tests":
            print(f"{end} tests; of no use here: {more or 'none'}", flush=True)
            return
        self.ends[name] = str(end)
        self._left -= 1
        if end != KILLED:
            print(f"{self._left:5} left  {more:5.1f} s  {self.ends[name]} {name}", flush=True)

    def score(self, prefix: str = "") -> tuple[int, int]:
        """(killed, played) of the mutants whose names begin so."""
        ends = Counter(end for name, end in self.ends.items() if name.startswith(prefix))
        return ends[KILLED] + ends[LATE], ends.total()

    def report(self, modules: list[Module], same: Counter[str]) -> float:
        """Print the score of each module and of all; returns that in percent."""
        print(f"\n{'module':34} {'mutants':>8} {'killed':>7} {'left':>5} {'same':>5} {'score':>7}")
        for module in [*modules, None]:
            path = module.path if module else ""
            killed, count = self.score(f"{path} " if path else "")
            share = 100 * killed / count if count else 100.0
            equal = same[path] if path else same.total()
            print(f"{path or 'all':34} {count:8} {killed:7} {count - killed:5} {equal:5} "
                  f"{share:6.1f} %")  # fmt: skip
        late = Counter(self.ends.values())[LATE]
        print(f"in {time.monotonic() - self.begun:.0f} s; {late} killed by being late alone")
        return share


def main(words: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.mutation")
    reader.add_argument("parts", nargs="*", help="parts of the paths of modules; none: all")
    reader.add_argument("--sample", type=int, default=0, help="play so many, drawn by the seed")
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--open", action="store_true", help="play only what was open")
    asked = reader.parse_args(words)
    for name in ("tests.environment", *WARM):
        import_module(name)
    chosen = [one for one in MODULES if not asked.parts or any(p in one.path for p in asked.parts)]
    every = [mutant for module in chosen for mutant in module.mutants()]
    names = [one.name for one in every]
    same = equivalent()
    mutants = [one for one in every if one.name not in same]
    if asked.sample:
        mutants = sampled(asked.sample, asked.seed)
    if asked.open:
        mutants = [one for one in mutants if one.name in still_open()]
    result = Result(mutants)
    chosen = [one for one in chosen if one in {mutant.module for mutant in mutants}]
    played(mutants, {one: MODULES[one] for one in chosen}, result.tell)
    equal = Counter(one.module.path for one in every if one.name in same)
    score = result.report(chosen, Counter() if asked.sample else equal)
    whole = len(result.ends) == len(mutants)
    if asked.sample:
        print(f"{result.score()[0]} of {asked.sample} noticed")
        return 0 if score == 100.0 and whole else 1
    survived = {name for name, end in result.ends.items() if end == SURVIVED}
    wrong = [] if asked.parts or asked.open else faults_of(names, survived)
    print("\n".join(wrong))
    return 0 if score >= GOAL and whole and not wrong else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
