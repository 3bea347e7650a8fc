"""A browser without a browser: Django's test client, signed in as one of the world's members."""

from django.contrib.auth import get_user_model
from django.test import Client

from kartotek.core.actor import Actor
from kartotek.people.member import Account


def signed_in(actor: Actor, **options) -> Client:
    """A client whose requests are made by `actor`."""
    user, _made = get_user_model().objects.get_or_create(username=f"{actor.name}@example.com")
    Account.objects.get_or_create(user=user, member_id=actor.member)
    client = Client(**options)
    client.force_login(user)
    return client
