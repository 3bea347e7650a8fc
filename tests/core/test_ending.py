"""An end that a signal says is heard, whatever the process was just about to do."""

import subprocess
import sys
import time
from threading import Timer

import pytest

from kartotek.core.ending import Ending

# Said once a turn, a few microseconds later each time: some of them come at the worst moment.
OFTEN = """
import signal
from {module} import {kind} as Ending
signal.signal(signal.SIGALRM, lambda *_told: ending.{say}())
for turn in range(10_000):
    ending = Ending()
    signal.setitimer(signal.ITIMER_REAL, 0.000001 + turn % 100 * 0.0000005)
    ending.wait(0.002)
"""


def ended(module, kind, say, seconds=30):
    """Did the process come to its end?"""
    words = [sys.executable, "-c", OFTEN.format(module=module, kind=kind, say=say)]
    try:
        return subprocess.run(words, timeout=seconds, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.mark.fault
def test_it_may_be_said_at_any_moment_of_the_one_who_waits():
    assert ended("kartotek.core.ending", "Ending", "say")


@pytest.mark.fault
def test_an_event_may_not_so_the_test_can_fail():
    assert not ended("threading", "Event", "set", seconds=3)


def test_who_waits_is_woken_at_once():
    ending = Ending()
    begun = time.monotonic()
    Timer(0.05, ending.say).start()
    assert ending.wait(10) and ending.is_said() and time.monotonic() - begun < 5


def test_who_waits_goes_on_when_nothing_is_said():
    assert not Ending().wait(0.01)
