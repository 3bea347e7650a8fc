"""The house as it is, and behind the sign-in a stand-in who may have any scope."""

from kartotek.site.settings import *  # noqa: F403
from kartotek.site.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.bench.standing_in.StandIn"]
