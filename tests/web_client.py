"""A browser without a browser: Django's test client, signed in as one of the world's members."""

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from kartotek.core.actor import Actor
from kartotek.people.member import Account


def signed_in(actor: Actor, **options) -> Client:
    """A client whose requests are made by `actor`."""
    client = Client(**options)
    client.cookies[settings.SESSION_COOKIE_NAME] = _session_of(_user_of(actor))
    return client


def _user_of(actor: Actor):
    users = get_user_model().objects
    name = f"{actor.name}@example.com"
    if (user := users.filter(username=name).first()) is None:
        user = users.create(username=name)
        Account.objects.create(user=user, member_id=actor.member)
    return user


def _session_of(user) -> str:
    """The key of a session as signing in leaves it, in half of its questions."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
