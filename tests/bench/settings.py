"""The house as it is, and behind the sign-in a stand-in who may have any scope."""

from kartotek.site.settings import *  # noqa: F403
from kartotek.site.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.bench.standing_in.StandIn"]
KARTOTEK_API_A_MINUTE = 0  # what is measured is how fast it answers, not how often it may
