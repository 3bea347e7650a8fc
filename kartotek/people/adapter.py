"""What allauth asks us: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An account exists because an administrator made a member of somebody."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
