"""What other systems export and no record type here holds yet, told by columns no other has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kartotek.core.catalogue import catalogue
from kartotek.core.elsewhere import ELSEWHERE


def known_elsewhere(headers: Sequence[str]) -> str:
    """ "Salesforce Opportunity", where the columns say so and no type here takes them; else ""."""
    own = {_bare(header) for header in headers}
    for name, signs in ELSEWHERE:
        if {_bare(sign) for sign in signs} <= own and not _is_held(name, signs):
            return name
    return ""


def not_held(what: str) -> str:
    """Why a file of a known kind is not imported."""
    return _("Kartotek cannot hold a %(what)s yet. Keep the file, and import it later.") % {
        "what": what
    }


def _is_held(name: str, signs: Sequence[str]) -> bool:
    """Does a type here declare these columns of that system by now?"""
    system, asked = name.split(" ")[0].casefold(), {_bare(sign) for sign in signs}
    return any(
        asked <= {_bare(header) for header in table}
        for record_type in catalogue()
        for source, table in record_type.imports.items()
        if source.split(" ")[0] == system
    )


def _bare(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())
