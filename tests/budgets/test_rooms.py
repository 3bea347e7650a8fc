"""Which room may know which: the table of the design, read from the imports."""

import pytest

from tests.budgets.sources import imported, modules, offenders, room_of

EVERYWHERE = {"", "site"}
MAY_KNOW = {
    "core": set(),
    "people": {"core"},
    "crm": {"core", "people"},
    "interfaces": {"core", "people", "ui"},
    "automation": {"core", "people"},
    "integrations": {"core", "people"},
    "operations": {"core", "people"},
    "training": {"core", "people"},
    "pages": {
        "core", "people", "crm", "interfaces.web", "automation", "integrations", "operations",
        "training", "ui",
    },
    "ui": set(),  # templates and static files; its package only says where they lie
}  # fmt: skip


def breaches(path, text):
    """The imports that a module of this room may not make."""
    room = room_of(path)
    if room in EVERYWHERE:
        return []
    known = MAY_KNOW[room] | {room}
    return [
        name
        for name in imported(text)
        if (inside := name.removeprefix("kartotek.")) not in ("", "kartotek")
        and inside != "__version__"
        and not any(inside == one or inside.startswith(f"{one}.") for one in known)
        and name != "kartotek"
    ]


def test_a_room_imports_only_the_rooms_it_may_know():
    assert offenders(modules(), lambda path: breaches(path, modules()[path])) == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/find.py", "from kartotek.crm.contact import Contact"),
        ("core/find.py", "def late():\n    import kartotek.people.acting"),
        ("people/acting.py", "from kartotek.interfaces.web import frame"),
        ("interfaces/web/list.py", "from kartotek.crm import contact"),
        ("interfaces/web/list.py", "from kartotek.operations.health import healthz"),
        ("pages/today/view.py", "from kartotek.interfaces.api import views"),
        ("operations/backup.py", "import kartotek.site.settings"),
        ("crm/deal.py", "from kartotek.interfaces.web.frame import page"),
    ],
)
def test_a_breach_is_caught(path, text):
    assert breaches(path, text)


def test_every_room_stands_in_the_table():
    rooms = {room_of(path) for path in modules()} - EVERYWHERE
    assert rooms <= MAY_KNOW.keys()
