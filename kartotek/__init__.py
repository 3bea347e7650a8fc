"""Kartotek: a CRM that a company owns, on its own machine."""

import sys

__version__ = "0.1.0"

# SQLite before 3.51.3 can corrupt a WAL file when two connections write or checkpoint at one
# instant (sqlite.org/wal.html#walresetbug). The wheel brings a newer one than most systems have;
# it must take the standard module's place before Django loads it.
SAFE_SQLITE = (3, 51, 3)

try:
    import pysqlite3
except ImportError:  # a platform without the wheel; our lock file still keeps writers apart
    import sqlite3 as _sqlite
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    _sqlite = pysqlite3

SQLITE_IS_SAFE = _sqlite.sqlite_version_info >= SAFE_SQLITE
