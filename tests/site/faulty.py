"""Settings of a house in which one page fails."""

from kartotek.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.site.faulty_urls"
