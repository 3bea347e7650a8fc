"""Makes the reference data of one database where they are missing or old: a process of its own."""

from __future__ import annotations

import sys
import time

import kartotek  # noqa: F401  (brings the safe SQLite before Django loads one)


def main(database: str, rows: int) -> None:
    """Migrate, load, and leave the stamp that says the data are complete."""
    import django

    from tests.bench import places

    mark = places.root() / f"{database}-{rows}" / "made"
    if mark.is_file() and mark.read_text(encoding="ascii") == places.stamp():
        django.setup()
        from kartotek.core import storage

        storage.mend()  # search tables of an older shape, which would be made at the first start
        return
    begun = time.monotonic()
    mark.unlink(missing_ok=True)
    places.clear(database, rows)
    django.setup()
    from django.core.management import call_command

    from tests.bench.data import make

    call_command("migrate", verbosity=0)
    make(rows)
    mark.write_text(places.stamp(), encoding="ascii")
    took = time.monotonic() - begun
    print(f"made {rows:,} contacts on {database} in {took:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
