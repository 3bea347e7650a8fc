"""The command line: Django's management commands under the name `kartotek`."""

import os
import sys

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)


def main() -> None:
    """Run one command; without a word, list them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartotek.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kartotek", *(sys.argv[1:] or ["help"])])
