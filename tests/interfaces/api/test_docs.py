"""docs/use/api.md speaks of every address there is, and of no other."""

import re
from pathlib import Path

from kartotek.interfaces.api.routing import nowhere
from kartotek.interfaces.api.urls import urlpatterns

PAGE = Path(__file__).parents[3] / "docs" / "use" / "api.md"
SAID = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/[^`]*)` \|", re.MULTILINE)


def test_the_table_of_the_page_is_the_list_of_routes():
    routes = {
        (verb, "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", str(one.pattern)).replace("<key>", "contacts"))
        for one in urlpatterns
        if one.callback is not nowhere
        for verb in one.callback.verbs
    }
    assert set(SAID.findall(PAGE.read_text(encoding="utf-8"))) == routes
