"""Lets `python -m kartotek` be the command line."""

from kartotek.site.command import main

main()
