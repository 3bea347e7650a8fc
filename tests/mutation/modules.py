"""The modules whose faults must not pass unseen, and the test files that hold each of them.

Rights: who acts, what they reach, may do and see. Sanitising: what is let in and out. The client
that asks addresses from outside. `docs/decisions/mutation.md` says why these.
"""

from __future__ import annotations

from tests.mutation.planting import Module

_CORE, _PEOPLE, _FILES = "tests/core/test_", "tests/people/test_", "tests/interfaces/files/test_"

MODULES: dict[Module, tuple[str, ...]] = {
    Module("core/actor.py"): (f"{_CORE}actor.py", f"{_PEOPLE}own_roles.py", f"{_CORE}scope.py"),
    Module("core/scope.py"): (
        f"{_CORE}scope.py", f"{_CORE}viewing.py", f"{_CORE}sharing.py", f"{_CORE}relating.py",
    ),
    Module("core/sharing.py"): (
        f"{_CORE}sharing.py", f"{_CORE}merged_shares.py", f"{_CORE}aside.py",
    ),
    Module("core/catalogue.py"): (
        f"{_CORE}catalogue.py", f"{_CORE}guarded_words.py", f"{_CORE}revealing.py",
        f"{_CORE}viewing.py",
    ),
    Module("core/revealing.py"): (f"{_CORE}revealing.py", f"{_PEOPLE}own_roles.py"),
    Module("core/record_lock.py"): (
        f"{_CORE}record_lock.py", f"{_CORE}locked.py", f"{_CORE}aside.py",
    ),
    Module("core/locked.py"): (f"{_CORE}locked.py", f"{_CORE}record_lock.py"),
    Module("core/svg.py"): (f"{_CORE}svg.py", f"{_CORE}picture.py"),
    Module("core/picture.py"): (f"{_CORE}picture.py",),
    Module("people/grants.py"): (f"{_PEOPLE}grants.py", f"{_PEOPLE}own_roles.py"),
    Module("people/roles.py"): (
        f"{_PEOPLE}roles.py", f"{_PEOPLE}role.py", f"{_PEOPLE}own_roles.py",
    ),
    Module(
        "people/role.py",
        ("Key.", "Start.", "Role.settle", "Role.clean", "Roles.", "_others", "_refuse"),
    ): (f"{_PEOPLE}role.py", f"{_PEOPLE}own_roles.py"),
    Module("people/shipped.py"): (f"{_PEOPLE}roles.py",),
    Module("people/handing.py"): (f"{_PEOPLE}handing.py",),
    Module("people/tokens.py"): (
        f"{_PEOPLE}tokens.py", "tests/interfaces/web/test_linked_view.py",
    ),
    Module("people/middleware.py"): (f"{_PEOPLE}middleware.py", f"{_PEOPLE}devices.py"),
    Module("people/acting.py"): (f"{_PEOPLE}acting.py",),
    Module("people/sight.py"): (f"{_PEOPLE}sight.py", f"{_PEOPLE}absence.py"),
    Module("interfaces/web/policy.py"): ("tests/interfaces/web/test_policy.py",),
    Module("interfaces/files/cells.py"): (f"{_FILES}cells.py",),
    Module("interfaces/files/quoting.py"): (f"{_FILES}quoting.py", f"{_FILES}lines.py"),
    Module("interfaces/files/sensitive.py"): (f"{_FILES}sensitive.py", f"{_FILES}kinds.py"),
    Module("integrations/guarded.py"): (
        "tests/integrations/test_guarded_parts.py", "tests/integrations/test_guarded.py",
    ),
}  # fmt: skip

# Loaded before a process is forked off for a mutant that needs a fresh one: each saves a second.
WARM = (
    "pytest", "hypothesis", "django.test", "django.db.models", "django.contrib.auth.hashers",
    "jinja2", "phonenumbers", "rapidfuzz", "babel.core", "holidays", "orjson", "sqlite3",
    "markdown_it", "nh3", "stdnum.util", "python_calamine", "tblib", "cryptography.fernet",
)  # fmt: skip
