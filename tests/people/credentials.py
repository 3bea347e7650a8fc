"""Credentials for the members of the small world."""

from kartotek.core.actor import Actor
from kartotek.people.signing import give_account

PASSWORD = "correct horse battery"


def with_account(actor: Actor, password: str | None = PASSWORD):
    """Let a member of the world sign in as name@example.com."""
    return give_account(actor.member_uid, f"{actor.name.lower()}@example.com", actor.name, password)
