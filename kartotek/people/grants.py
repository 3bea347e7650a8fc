"""What a role may do, as values: one line for each right, one for each guarded field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core.actor import SCOPES, VERBS
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import JsonList, refuse, texted
from kartotek.core.fieldtypes.lists import listed
from kartotek.core.recordtype import RECORD_TYPES

EVERYTHING = "*"  # every type that has no line of its own
GUARDS = ("hidden", "masked", "read_only")
MOST_LINES = 2_000
SCOPE_LABELS = {
    "none": gettext_lazy("no"),
    "own": gettext_lazy("own"),
    "department": gettext_lazy("departments"),
    "all": gettext_lazy("all"),
}
VERB_LABELS = {
    "view": gettext_lazy("see"),
    "create": gettext_lazy("add"),
    "edit": gettext_lazy("change"),
    "remove": gettext_lazy("remove"),
    "export": gettext_lazy("export"),
    "import": gettext_lazy("import"),
    "bulk_edit": gettext_lazy("change many"),
    "merge": gettext_lazy("merge"),
    "see_history": gettext_lazy("see history"),
    "undo_others": gettext_lazy("undo others’ acts"),
    "erase": gettext_lazy("erase"),
}
GUARD_LABELS = {
    "hidden": gettext_lazy("hidden"),
    "masked": gettext_lazy("masked"),
    "read_only": gettext_lazy("read-only"),
}
assert VERB_LABELS.keys() == set(VERBS)
assert SCOPE_LABELS.keys() == set(SCOPES)


class Lines(JsonList):
    """Lines of three words each; as a text one on each line: "contacts view own"."""

    names: tuple[str, str, str]

    @property
    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        texts = {name: {"type": "string"} for name in self.names}
        item = {"type": "object", "required": [*self.names], "properties": texts}
        return {"type": "array", "items": item}

    def parse(self, raw: Any, context: Context) -> tuple[dict[str, str], ...]:
        if raw is None or raw == "":
            return ()
        given = _typed(raw) if isinstance(raw, str) else listed(raw)
        if len(given) > MOST_LINES:
            raise refuse(_("At most %(most)s lines fit.") % {"most": MOST_LINES})
        found: dict[tuple[str, str], dict[str, str]] = {}
        for one in given:
            words = self._words(one)
            if not any(words):
                continue
            self.check(*words)
            found[words[0], words[1]] = dict(zip(self.names, words, strict=True))
        return tuple(found[key] for key in sorted(found))

    def _words(self, one: Any) -> tuple[str, str, str]:
        if isinstance(one, Mapping):
            words = [texted(one.get(name)).strip() for name in self.names]
        else:
            words = texted(one).split()
            words += [""] * (3 - len(words))
        if len(words) != 3 or (any(words) and not all(words)):
            raise refuse(
                _("“%(line)s” is no such line. Write three words: %(names)s.")
                % {"line": str(one)[:60], "names": " ".join(self.names)}
            )
        return words[0], words[1], words[2]

    def check(self, on: str, what: str, how: str) -> None:
        """ValidationError where a word says nothing here."""
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        return [dict(one) for one in value or ()]

    def edit(self, value: Any, context: Context) -> str:
        return "\n".join(" ".join(one[name] for name in self.names) for one in value or ())

    def export(self, value: Any) -> str:
        return orjson.dumps(self.plain(value)).decode() if value else ""


def _typed(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            return listed(orjson.loads(text))
        except ValueError:
            raise refuse(_("These lines are damaged. Write three words on each.")) from None
    return text.splitlines()


def _known(word: str, among: Iterable[str]) -> None:
    known = list(among)
    if word not in known:
        raise refuse(
            _("“%(word)s” says nothing here. There are: %(known)s.")
            % {"word": word[:40], "known": ", ".join(known)}
        )


def type_label(on: str) -> str:
    """What a line is about, in words."""
    if on == EVERYTHING:
        return _("everything else")
    return str(RECORD_TYPES[on].plural).lower() if on in RECORD_TYPES else on


class Grants(Lines):
    """How far each verb reaches in each record type."""

    kind = "grants"
    names = ("on", "verb", "scope")

    def check(self, on: str, what: str, how: str) -> None:
        _known(on, [EVERYTHING, *sorted(RECORD_TYPES)])
        _known(what, VERBS)
        _known(how, SCOPES)

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(
            f"{VERB_LABELS[one['verb']]} {type_label(one['on'])}: {SCOPE_LABELS[one['scope']]}"
            for one in value or ()
            if one["verb"] in VERB_LABELS and one["scope"] in SCOPE_LABELS
        )

    def sample(self, seed: int) -> Any:
        verb = VERBS[seed % len(VERBS)]
        return [{"on": EVERYTHING, "verb": verb, "scope": SCOPES[seed % len(SCOPES)]}]


class Guards(Lines):
    """The fields that a role does not see, or may not change."""

    kind = "guards"
    names = ("on", "field", "guard")

    def check(self, on: str, what: str, how: str) -> None:
        _known(on, sorted(RECORD_TYPES))
        _known(how, GUARDS)
        if how == "masked" and what in RECORD_TYPES[on].parts:
            raise refuse(_("Lists inside a record are hidden or shown whole. Choose “hidden”."))

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(
            f"{_labelled(one['on'], one['field'])}: {GUARD_LABELS[one['guard']]}"
            for one in value or ()
            if one["guard"] in GUARD_LABELS
        )

    def sample(self, seed: int) -> Any:
        on = next(key for key, one in sorted(RECORD_TYPES.items()) if one.customizable)
        return [{"on": on, "field": f"x_field_{seed}", "guard": GUARDS[seed % len(GUARDS)]}]


def _labelled(on: str, name: str) -> str:
    fields = RECORD_TYPES[on].fields if on in RECORD_TYPES else {}
    label = str(fields[name].label) if name in fields else name
    return f"{type_label(on)}, {label}"
