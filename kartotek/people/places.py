"""Departments by their paths, such as “Sales / North”: found, and made where they are missing."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.workspace import workspace
from kartotek.core.write import write

AT_ONCE = 500


class Places:
    """The tree of departments as this actor sees it; `made` counts those that were added."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._named: dict[str, list[UUID]] = {}
        self._above: dict[UUID, UUID | None] = {}
        self.made = 0
        after = ""
        while True:
            asked = Question(columns=("name", "parent"), size=AT_ONCE, after=after)
            page = find(actor, "departments", asked)
            for row in page:
                parent = row["parent"]
                self._add(str(row["name"]), row.uid, parent.uid if parent else None)
            if not (after := page.next):
                break
        company = self._named.get(_key(workspace().name), [])
        self._company = company[0] if company else None

    def _add(self, name: str, uid: UUID, above: UUID | None) -> None:
        self._named.setdefault(_key(name), []).append(uid)
        self._above[uid] = above

    def at(self, path: str) -> UUID | None:
        """The department at a path, or of this name alone; without one, that of the company.

        ValidationError where there is none, or where several are meant.
        """
        if not path.strip():
            return self._company
        found = self._found(path)
        if found is None:
            raise ValidationError(_("There is no department “%(name)s”.") % {"name": path[:200]})
        return found

    def at_or_made(self, path: str) -> UUID | None:
        """The same, but what is missing is made: below the company where nothing is above it."""
        names = [path.strip()] if self._named.get(_key(path)) else _names(path)
        above, depth = self._company, 0
        for end in range(len(names), 0, -1):
            if (found := self._found(" / ".join(names[:end]))) is not None:
                above, depth = found, end
                break
        for name in names[depth:]:
            values = {"name": name, "parent": str(above) if above else None}
            uid = write(self._actor, "departments", None, values).uid
            self._add(name, uid, above)
            self.made += 1
            above = uid
        return above

    def _found(self, path: str) -> UUID | None:
        meant = self._named.get(_key(path), [])
        names = _names(path)
        if not meant and names:
            meant = self._named.get(_key(names[0]), [])
            for name in names[1:]:
                below = self._named.get(_key(name), [])
                meant = [one for one in below if self._above[one] in meant]
        if len(meant) > 1:
            meant = [one for one in meant if self._depth(one) == len(names)] or meant
        if len(meant) > 1:
            raise ValidationError(
                _("Several departments are called “%(name)s”. Write the path from the top, such "
                  "as “Sales / North”.") % {"name": path[:200]}
            )  # fmt: skip
        return meant[0] if meant else None

    def _depth(self, uid: UUID) -> int:
        """How many departments a path from the top names, the company itself left out."""
        seen: set[UUID] = set()
        here: UUID | None = uid
        while here is not None and here not in seen and (here != self._company or not seen):
            seen.add(here)
            here = self._above.get(here)
        return len(seen)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _names(path: str) -> list[str]:
    return [" ".join(name.split()) for name in path.split("/") if name.strip()]
