"""The wheel carries everything: installed into a clean environment, it starts and shows a page."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ASK = """
import kartotek, os
os.environ["DJANGO_SETTINGS_MODULE"] = "kartotek.site.settings"
import django; django.setup()
from django.test import Client
answer = Client().get("/healthz")
assert answer.status_code == 200, answer
assert "site-packages" in kartotek.__file__, kartotek.__file__
from kartotek.core.actor import system
from kartotek.core.write import write
print(write(system(), "companies", None, {"name": "First"}).uid)
"""


def run(*command: str, **extra: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        command, env=environment | extra, capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_works_in_a_clean_environment(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    spoken = {name.split("/")[2] for name in names if name.endswith("/django.mo")}
    assert spoken == {"nb", "lv", "pt_BR", "hi"}
    assert not any(name.endswith((".po", ".pot")) for name in names)
    assert any(name.endswith("fonts/inter.woff2") for name in names)
    assert any(name.endswith("LICENSE") for name in names)
    venv.create(tmp_path / "clean", with_pip=True)
    python = str(tmp_path / "clean/bin/python")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    run(*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock"))
    run(*pip, str(wheel))
    data = {"KARTOTEK_DATA": str(tmp_path / "data")}
    run(python, "-m", "kartotek", "migrate", "-v0", **data)
    assert len(run(python, "-c", ASK, **data).strip()) == 36
