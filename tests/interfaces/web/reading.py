"""What the tests of pages find on them."""

from __future__ import annotations

import re
from typing import Any

PIECE = {"HTTP_HX_REQUEST": "true"}


def titles(response: Any) -> list[str]:
    """The titles of the rows of a list, in their order."""
    text = response.content.decode()
    return re.findall(r'class="name">.*?<a [^>]*>([^<]*)</a>', text, re.DOTALL)
