"""On the second database only what meets a database: the rest has just run on the first.

Of what is about the look, the same on either (marked `either`), a sample, always the same.
"""

import zlib

SAMPLE = 3  # one in so many
MEETS = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config, items):
    kept = [item for item in items if _meets_a_database(item) and not _is_left_out(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _meets_a_database(item) -> bool:
    marked = any(item.get_closest_marker(mark) for mark in ("django_db", "journey", "fault"))
    return marked or bool(MEETS & set(item.fixturenames))


def _is_left_out(item) -> bool:
    return bool(item.get_closest_marker("either")) and zlib.crc32(item.nodeid.encode()) % SAMPLE > 0
