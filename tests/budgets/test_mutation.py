"""Faults planted in the guarded modules are noticed; a few of them here, all by the command."""

import ast
import os
import subprocess
import sys

import pytest

from tests.mutation.judging import faults_of
from tests.mutation.modules import MODULES
from tests.mutation.planting import ROOT, Module

SAMPLE = 12


@pytest.mark.slow
def test_every_fault_of_a_sample_is_noticed():
    """The command chooses by a seed, so it is the same sample until a module changes."""
    apart = ("KARTOTEK_TEST_DATABASE_URL", "KARTOTEK_TEST_DATA", "DATABASE_URL", "KARTOTEK_DATA")
    kept = {name: value for name, value in os.environ.items() if name not in apart}
    command = [sys.executable, "-m", "tests.mutation", "--sample", str(SAMPLE)]
    ended = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{SAMPLE} of {SAMPLE} noticed" in ended.stdout


def test_what_is_known_of_single_faults_is_up_to_date():
    assert faults_of([one.name for module in MODULES for one in module.mutants()]) == []


def test_the_guarded_modules_and_their_tests_are_there():
    assert [one.path for one in MODULES if not one.file.is_file()] == []
    assert [
        file for files in MODULES.values() for file in files if not (ROOT / file).is_file()
    ] == []


def test_faults_are_small_and_have_names_of_their_own(tmp_path):
    file = tmp_path / "sample.py"
    file.write_text(
        '"""Doc."""\n@once\ndef f(a: "int" = 1) -> "str":\n    """Doc."""\n'
        "    if a < 2 and not a:\n        raise Odd(_('A word.'))\n    return any(a[1:])\n"
    )
    module = Module(str(file))
    assert [(one.change, one.is_hot) for one in module.mutants()] == [
        ("1 → 2", False),
        ("a < 2 and (not a) → a < 2 or not a", True),
        ("a < 2 → a <= 2", True),
        ("2 → 3", True),
        ("not a → a", True),
        ("raise Odd(_('A word.')) → pass", True),
        ("return any(a[1:]) → return None", True),
        ("any → all", True),
        ("1: → :", True),
        ("1 → 2 #2", True),
        ("once → nothing", False),
    ]
    assert ast.dump(module.tree) == ast.dump(Module(str(file)).tree)
    for one in module.mutants():
        assert one.code().co_filename == str(file)
