"""What every command about records needs first: tables, and somebody who acts."""

from __future__ import annotations

from django.core.management import CommandError
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor, system
from kartotek.operations import ready
from kartotek.people.acting import actor_of_mail


def make_ready() -> None:
    """Make or renew the tables where they are not as this version wants them."""
    ready.refuse_bad_disk()
    ready.refuse_silent_database()
    ready.migrate()


def acting_as(mail: str, cause: str) -> Actor:
    """The member with this mail address; the house itself where none is named."""
    if not mail:
        return system(cause)
    actor = actor_of_mail(mail, cause)
    if actor is None:
        raise CommandError(
            _("No active member has the mail address “%(mail)s”. Check it, or leave --as out.")
            % {"mail": mail[:100]}
        )
    return actor
