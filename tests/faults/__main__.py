"""The full runs of the faults: `bin/faults [--rounds 20] [--db sqlite|postgres]`."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.faults.storm import strike
from tests.suite import POSTGRES


def main() -> int:
    asked = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--db", choices=["sqlite", "postgres"], action="append")
    given = asked.parse_args()
    failed = 0
    for name in given.db or ["sqlite", "postgres"]:
        for seed in range(given.rounds):
            with tempfile.TemporaryDirectory() as folder:
                told = strike(Path(folder), POSTGRES if name == "postgres" else "", seed)
            failed += bool(told["wrong"] or told["refused"])
            print(json.dumps({"op": "kill/200_writes", "db": name, **told}), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
