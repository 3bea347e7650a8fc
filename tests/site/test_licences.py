"""Every library we bring may be brought with an AGPL program, and is named with its reason."""

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|LGPL|Lesser General Public|MPL|zlib|"
    r"Unlicense|HPND|0BSD",
    re.IGNORECASE,
)
ELSEWHERE = {"colorama", "tzdata"}  # only installed on Windows; BSD-3 and Apache-2


SAID_ELSEWHERE = {"pysqlite3": "zlib"}  # its wheel's metadata is silent, its LICENSE file is not


def locked(lock: str) -> list[str]:
    text = (ROOT / lock).read_text()
    return re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)


def licence_of(name: str) -> str:
    about = metadata(name)
    if name in SAID_ELSEWHERE:
        return SAID_ELSEWHERE[name]
    said = [about.get("License-Expression") or "", about.get("License") or ""]
    said += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    return " / ".join(part for part in said if part)


def test_every_locked_library_has_a_licence_that_fits():
    names = [name for name in locked("requirements.lock") if name.lower() not in ELSEWHERE]
    odd = {name: licence_of(name) for name in names if not ALLOWED.search(licence_of(name))}
    assert len(names) > 20
    assert odd == {}


def test_every_direct_dependency_has_its_line_of_reasons():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    wanted = [re.match(r"[A-Za-z0-9_.-]+", line).group() for line in asked]
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text().lower()
    assert [name for name in wanted if name.lower() not in reasons] == []


def test_the_locks_name_no_index_host_or_path():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        for line in (ROOT / lock).read_text().splitlines():
            assert re.fullmatch(
                r"[A-Za-z0-9_.-]+==[\w.]+.*\\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
            ), line
