"""Trees of processes: what they answer, who belongs to them, what they hold."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(asked, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := asked():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {asked}")


def page(port, path="/healthz"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


def _parents():
    lines = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    return dict(tuple(map(int, line.split())) for line in lines.stdout.splitlines())


def children(pid):
    return living(child for child, parent in _parents().items() if parent == pid)


def family(pid):
    """All processes below one, by the process table."""
    pairs = _parents().items()
    found = {pid}
    for _depth in range(5):
        found |= {child for child, parent in pairs if parent in found}
    return found - {pid}


def living(pids):
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and not zombie(pid)}


def zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"
    except OSError:
        return True


def held(pid, what):
    """Megabytes of a process: Rss is all it sees, Private_Dirty what it alone has written."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


def named(pids, name):
    """Those of them that the system shows under this name."""
    return [pid for pid in living(pids) if Path(f"/proc/{pid}/comm").read_text().strip() == name]


def catches(pid, number):
    """Has the process a handler of its own for this signal?"""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return int(caught, 16) >> (number - 1) & 1
