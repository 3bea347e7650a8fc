"""Who sees a record, and why: each member in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import Pointer
from kartotek.core.find import find
from kartotek.core.gathering import reachable
from kartotek.core.question import Condition, Question
from kartotek.core.reading import Raw, raws, raws_by_uid
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.sharing import shares
from kartotek.people.acting import actor_of_member
from kartotek.people.roles import known

AT_ONCE = 30  # members that are looked at for one page


@dataclass(frozen=True)
class Sight:
    """What one member may do with the record, and the sentence that says why."""

    uid: UUID
    name: str
    sees: bool
    edits: bool
    why: str


@dataclass(frozen=True)
class _Asked:
    """The record that is asked about, and where it stands."""

    type: RecordType
    raw: Raw
    owner: str
    department: str


def may_ask(actor: Actor) -> bool:
    """Who decides over people may know what each of them sees."""
    return actor.rights.scope("members", "edit") == "all"


def sights(actor: Actor, named: AnyType, record: UUID | str, words: str = "") -> list[Sight]:
    """Each active member, those who see it first; `words` narrows to some. NotFound.

    PermissionDenied for who does not decide over people.
    """
    record_type = the_type(named)
    raw = reachable(actor, record_type, record, "view")
    if not may_ask(actor):
        raise PermissionDenied(_("Only an administrator asks what others see."))
    asked = _Asked(record_type, raw, _title("members", raw.owner),
                   _title("departments", raw.department))  # fmt: skip
    where = (Condition("is_active", "is", True),)
    question = Question(columns=("name", "role"), where=where, words=words, sort="name",
                        size=AT_ONCE)  # fmt: skip
    uids = [row.uid for row in find(actor, "members", question)]
    members = raws_by_uid(catalogue()["members"], ["role", "name", "department"], uids)
    by_uid = {raw.uid: raw for raw in members}
    told = [_sight(actor, asked, by_uid[uid]) for uid in uids if uid in by_uid]
    return sorted(told, key=lambda one: (not one.sees, not one.edits))


def _title(type_key: str, id: int | None) -> str:
    target = catalogue()[type_key]
    found = raws(target, [target.title], [id]) if id else []
    return str(found[0].values[target.title]) if found else ""


def _sight(actor: Actor, asked: _Asked, member: Raw) -> Sight:
    name, raw = str(member.values["name"]), asked.raw
    acting = actor_of_member(member.id)
    if acting is None:
        return Sight(member.uid, name, False, False, _("They have no access."))
    reach = {verb: scope_of(acting, asked.type, verb) for verb in ("view", "edit")}
    sees, edits = (one.holds(raw.id, raw.owner, raw.department) for one in reach.values())
    why = _why(actor, asked, acting, member, reach["view"])
    return Sight(member.uid, name, sees, sees and edits, why)


def _why(actor: Actor, asked: _Asked, acting: Actor, member: Raw, reach: Scope) -> str:
    role = known().get(str(member.values["role"]))
    words = {
        "role": role.label if role else "–",
        "plural": str(asked.type.plural).lower(),
        "owner": asked.owner,
        "department": asked.department,
    }
    width = acting.rights.scope(asked.type.key, "view")
    raw = asked.raw
    if width == "none":
        return _("The role “%(role)s” sees no %(plural)s.") % words
    if reach.everything:
        return _("The role “%(role)s” sees all %(plural)s.") % words
    if raw.owner is not None and raw.owner in reach.others:
        return _("They stand in for %(owner)s, whose it is.") % words
    if raw.owner is not None and raw.owner == reach.owner:
        return _("It is theirs; the role “%(role)s” sees its own %(plural)s.") % words
    if raw.department is not None and raw.department in reach.departments:
        return _(
            "It stands in %(department)s; the role “%(role)s” sees the %(plural)s of its "
            "departments."
        ) % words  # fmt: skip
    if raw.id in reach.shared:
        return _shared(actor, asked, acting, member)
    if width == "own":
        return _("It is not theirs; the role “%(role)s” sees its own %(plural)s only.") % words
    if not asked.department:
        return _("It stands in no department, and is not theirs.")
    return _(
        "It stands in %(department)s; the role “%(role)s” sees the %(plural)s of its own "
        "departments only."
    ) % words  # fmt: skip


def _shared(actor: Actor, asked: _Asked, acting: Actor, member: Raw) -> str:
    given = shares(actor, asked.type, asked.raw.uid)
    if any(one.to == "member" and one.uid == member.uid for one in given):
        return _("It was shared with them.")
    place = member.values.get("department")
    titles = {one.uid: one.title for one in given if one.to == "department"}
    within = raws(catalogue()["departments"], [], list(acting.departments))
    for raw in within if isinstance(place, Pointer) else ():
        if raw.uid in titles:
            return _("It was shared with %(department)s.") % {"department": titles[raw.uid]}
    return _("It is open to everybody.")
