"""Plays mutants: each in a process forked off one that has loaded everything and run the tests.

A fault inside a function is planted in the loaded module, by giving the function other code. One
outside, which is met where the module is loaded, needs a process that has not loaded it yet.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.mutation.planting import ROOT, Module, Mutant

MOST_COLD = 60.0  # seconds for a mutant that needs a fresh process
MOST_TRYING = 900.0  # seconds for all tests, once
MOST_SECONDS = 4.0  # of tests that are played against one mutant, the nearest first
KILLED, LATE, SURVIVED, UNFIT = "killed", "late", "survived", "unfit"
LOADING = -1  # in the place of a test: what runs where the modules are loaded
_ENDS = {0: SURVIVED, 3: UNFIT}  # every other end of the process is a test that noticed
_WORDS = ("-q", "--tb=line", "-m", "not slow", "--reuse-db")


def database() -> Path:
    return Path(os.environ["KARTOTEK_TEST_DATA"]) / "test.sqlite3"


def pristine() -> Path:
    return database().with_suffix(".pristine")


def put_back() -> None:
    """The database as it was before any test: whoever was killed may have left rows."""
    for end in ("-wal", "-shm"):
        database().with_name(database().name + end).unlink(missing_ok=True)
    if pristine().exists():
        shutil.copy(pristine(), database())


def forked(run: Callable[[], int], seconds: float) -> str:
    """What became of `run` in a process of its own, which ends after so many seconds."""
    child = os.fork()
    if child == 0:
        end = 1
        try:
            os.setsid()
            _be_silent()
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # it ends the process
            signal.alarm(max(1, round(seconds)))
            end = run()
        finally:
            os._exit(end)
    _pid, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    return LATE if ended == -signal.SIGALRM else _ENDS.get(ended, KILLED)


def _be_silent() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


class Session:
    """Of pytest, as its plugin: runs the tests once, noting who meets which line; then mutants."""

    def __init__(self, mutants: list[Mutant], near: dict[Module, tuple[str, ...]], tell: Any):
        self._mutants, self._near, self._tell = mutants, near, tell
        self._files = {str(module.file) for module in near}
        self._meets: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._took: dict[int, float] = {}
        self._fell = False
        self._items: list[Any] = []

    def loading(self) -> Any:
        return _watching(self._files, LOADING, self._meets)

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        settings.register_profile(
            "mutation", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True
        )
        settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._fell = self._fell or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        self._items = session.items
        self._trace()
        self._functions, self._caches = _functions(self._files), _caches()
        gc.freeze()  # what is there now is looked through in no child
        self._try_forked()
        for mutant in self._mutants:
            tests = self._against(mutant)
            seconds = 5 + 5 * sum(self._took[test] for test in tests)
            begun = time.monotonic()
            put_back()
            play = functools.partial(self._play, mutant.code(), tests)
            end = forked(play, seconds) if tests and mutant.is_hot else UNFIT
            self._tell(mutant.name, end, time.monotonic() - begun)
        return True

    def _trace(self) -> None:
        """Every test once, noting which lines it meets."""
        for number, item in enumerate(self._items):
            with _watching(self._files, number, self._meets):
                self._holds(item)
        from django.db import connections

        connections.close_all()
        if database().exists():
            shutil.copy(database(), pristine())

    def _try_forked(self) -> None:
        """Once more as they will be played, without a fault: what falls then is of no use."""
        notes = database().with_name("held.json")

        def run() -> int:
            held = {}
            for number, item in enumerate(self._items):
                begun = time.monotonic()
                if self._holds(item):
                    held[number] = time.monotonic() - begun
            notes.write_text(json.dumps(held), encoding="utf-8")
            return 0

        put_back()
        forked(run, MOST_TRYING)
        self._took = {int(key): took for key, took in json.loads(notes.read_text()).items()}
        idle = [one.nodeid for number, one in enumerate(self._items) if number not in self._took]
        self._tell("tests", len(self._took), idle)

    def _holds(self, item: Any) -> bool:
        self._fell = False
        # The session as what comes next: what was set up for all tests stays.
        item.ihook.pytest_runtest_protocol(item=item, nextitem=item.session)
        return not self._fell

    def _against(self, mutant: Mutant) -> list[int]:
        """The tests that meet the mutant's lines, those of its module's own files first.

        No test meets what runs where the module is loaded: that has run before all of them.
        """
        file = str(mutant.module.file)
        met = set().union(*(self._meets[file, line] for line in mutant.lines))
        if LOADING in met:
            return []
        met &= self._took.keys()
        own = self._near[mutant.module]
        chosen, left = [], MOST_SECONDS
        order = sorted(
            met, key=lambda one: (not self._items[one].nodeid.startswith(own), self._took[one])
        )
        for number in order:
            left -= self._took[number]
            if left > 0 or not chosen:
                chosen.append(number)
        return chosen

    def _play(self, code: CodeType, tests: list[int]) -> int:
        try:
            _plant(code, self._functions, self._caches)
        except ValueError:  # it holds on to other names outside than before
            return 3
        return 0 if all(self._holds(self._items[number]) for number in tests) else 1


@contextmanager
def _watching(files: set[str], test: int, meets: dict[Any, set[int]]) -> Iterator[None]:
    """Note which lines of some files run meanwhile, in every thread."""

    def in_function(frame: Any, event: str, _argument: Any) -> Any:
        if event == "line":
            meets[frame.f_code.co_filename, frame.f_lineno].add(test)
        return in_function

    def at_call(frame: Any, _event: str, _argument: Any) -> Any:
        return in_function if frame.f_code.co_filename in files else None

    threading.settrace(at_call)
    sys.settrace(at_call)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _functions(files: set[str]) -> dict[tuple[str, str, int], list[FunctionType]]:
    """Every function made by some files, by where it is written."""
    found = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename in files:
            found[_place(one.__code__)].append(one)
    return found


def _caches() -> list[Any]:
    """What our functions remember of earlier calls."""
    found = [one for one in gc.get_objects() if type(one) is functools._lru_cache_wrapper]
    return [one for one in found if one.__module__.startswith("kartotek.")]


def _plant(code: CodeType, functions: dict[Any, list[FunctionType]], caches: list[Any]) -> None:
    """Give the functions of a loaded module the code that they have in this one."""
    for function in functions.get(_place(code), []):
        if function.__code__ != code:
            function.__code__ = code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            _plant(inner, functions, [])
    for cache in caches:
        cache.cache_clear()


class _Changed(MetaPathFinder):
    """Loads one module with a fault in it, and writes no compiled file."""

    def __init__(self, mutant: Mutant) -> None:
        self._module, self._code = mutant.module, mutant.code()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._module.dotted:
            return None
        loader = SourceFileLoader(name, str(self._module.file))
        loader.get_code = lambda _name: self._code  # type: ignore[method-assign]
        return spec_from_file_location(name, self._module.file, loader=loader)


def played_cold(mutant: Mutant | None, tests: tuple[str, ...], seconds: float) -> str:
    """A mutant that is met where its module is loaded (None: none), against the module's tests."""

    finder = [_Changed(mutant)] if mutant is not None else []

    def run() -> int:
        sys.meta_path[:0] = finder
        end = pytest.main([*_WORDS, "-x", *tests])
        return 0 if end in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else 1

    put_back()
    return forked(run, seconds)


def played(
    mutants: list[Mutant], near: dict[Module, tuple[str, ...]], tell: Callable[..., None]
) -> None:
    """Play mutants and tell the end of each: (name, end, seconds)."""
    os.chdir(ROOT)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w", encoding="utf-8", buffering=1) as pipe:
            session = Session(mutants, near, lambda *told: print(json.dumps(told), file=pipe))
            _be_silent()
            files = sorted({file for files in near.values() for file in files})
            with session.loading():
                pytest.main([*_WORDS, *files], plugins=[session])
        os._exit(0)
    os.close(write)
    unfit = []
    named = {one.name: one for one in mutants}
    with os.fdopen(read, encoding="utf-8") as pipe:
        for line in pipe:
            name, end, took = json.loads(line)
            if end == UNFIT:
                unfit.append(named[name])
            else:
                tell(name, end, took)
    os.waitpid(child, 0)
    for module in {one.module: 0 for one in unfit}:
        if played_cold(None, near[module], MOST_COLD) != SURVIVED:
            raise AssertionError(f"The tests of {module.path} fall without a fault.")
        for mutant in [one for one in unfit if one.module == module]:
            begun = time.monotonic()
            end = played_cold(mutant, near[module], MOST_COLD)
            tell(mutant.name, end, time.monotonic() - begun)
