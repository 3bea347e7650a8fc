"""Starts a role as a child of the keeper: `python -m kartotek.operations.child MODULE WORDS`."""

import runpy
import sys

from kartotek.operations.processes import die_with_parent


def main() -> None:
    """Promise to die with the keeper, then become the module that is named."""
    die_with_parent()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":  # granian's workers import this file again, under another name
    main()
