"""What the commands in bin/ say on a machine that lacks something."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def machine(tmp_path):
    """A copy of bin/ and of the lock, and a folder that is the whole PATH."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "cksum", "cat", "sh"):
        (tools / name).symlink_to(shutil.which(name))
    return tmp_path


def python(machine, has_venv, name="python3"):
    """A Python of the right version, with or without its venv module."""
    script = machine / "tools" / name
    script.write_text(
        f'#!/bin/sh\ncase "$2" in *venv*) exit {0 if has_venv else 1};; esac\nexit 0\n'
    )
    script.chmod(0o755)


def up(machine):
    return subprocess.run(
        [str(machine / "bin/up")], env={"PATH": str(machine / "tools")}, check=False,
        capture_output=True, text=True, cwd=machine, timeout=20,
    )  # fmt: skip


def test_without_python_it_names_what_to_install(machine):
    told = up(machine)
    assert told.returncode != 0
    assert "needs Python 3.11" in told.stderr
    assert "sudo apt install" in told.stderr


def test_without_venv_it_names_the_package(machine):
    python(machine, has_venv=False)
    told = up(machine)
    assert told.returncode != 0
    assert "python3 lacks" in told.stderr
    assert "sudo apt install python3-venv" in told.stderr
    assert not (machine / ".venv").exists()


def test_the_first_python_that_serves_is_taken(machine):
    python(machine, has_venv=False)
    python(machine, has_venv=True, name="python3.12")
    assert "Setting up .venv with python3.12" in up(machine).stderr
