"""Credentials for the members of the small world."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from kartotek.core.actor import Actor
from kartotek.people.signing import give_account

PASSWORD = "correct horse battery"


class QuickHasher(Argon2PasswordHasher):
    """Argon2 at the least cost: 8 KiB, once."""

    time_cost, memory_cost, parallelism = 1, 8, 1


def with_account(actor: Actor, password: str | None = PASSWORD):
    """Let a member of the world sign in as name@example.com."""
    return give_account(actor.member_uid, f"{actor.name.lower()}@example.com", actor.name, password)
