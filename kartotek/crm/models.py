"""Gathers the record types of this room, a file each, so that Django sees one app."""

from importlib import import_module
from pkgutil import iter_modules

import kartotek.crm

NOT_DECLARATIONS = ("apps", "models", "migrations", "sources", "vocabulary")

for _module in iter_modules(kartotek.crm.__path__):
    if _module.name not in NOT_DECLARATIONS:
        import_module(f"kartotek.crm.{_module.name}")
