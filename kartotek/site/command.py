"""The command line: our own commands by name; Django's work too, but are not listed."""

import os
import sys

import kartotek  # brings the safe SQLite before Django loads one


def main() -> None:
    """Run one command; without a word, list them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartotek.site.settings")
    words = sys.argv[1:] or ["help"]
    if not words[0].startswith("make"):  # what it writes is data, for its owner alone
        os.umask(0o077)
    if words[0] in ("help", "--help", "-h") and len(words) == 1:
        print(_listing())
        return
    if words == ["--version"]:
        print(kartotek.__version__)
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kartotek", *words])


def _listing() -> str:
    import django
    from django.core.management import get_commands, load_command_class
    from django.utils.translation import gettext as _

    django.setup()
    ours = sorted(
        (name, app) for name, app in get_commands().items() if str(app).startswith("kartotek.")
    )
    lines = [f"  {name:<10}{load_command_class(app, name).help}" for name, app in ours]
    head = f"Kartotek {kartotek.__version__}"
    foot = _("“kartotek COMMAND --help” tells more about one.")
    return "\n".join([head, "", *lines, "", foot])
