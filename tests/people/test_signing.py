"""Credentials: made once, changed only to good ones."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher

from kartotek.core.errors import ValidationError
from kartotek.people.signing import account_of, give_account, normal_email, set_password
from kartotek.site import settings as as_served
from tests.people.credentials import PASSWORD, with_account


def test_passwords_are_kept_by_argon2_at_no_less_than_the_cost_that_owasp_names(bob, settings):
    settings.PASSWORD_HASHERS = as_served.PASSWORD_HASHERS
    kept = Argon2PasswordHasher().decode(with_account(bob).password)
    assert (kept["variety"], kept["time_cost"] >= 2, kept["memory_cost"] >= 19 * 1024) == (
        "argon2id", True, True,
    )  # fmt: skip


def test_an_email_address_signs_in_one_member_only(bob, dan):
    with_account(bob)
    with pytest.raises(ValidationError, match="already"):
        give_account(dan.member_uid, "BOB@example.com", "Dan", PASSWORD)
    assert get_user_model().objects.count() == 1


@pytest.mark.parametrize("weak", ["short", "12345678901", "password123", "bob@example.com"])
def test_a_weak_password_is_refused_in_words(bob, weak):
    user = with_account(bob)
    with pytest.raises(ValidationError) as refused:
        set_password(user, weak)
    assert refused.value.message_dict["password"]
    assert account_of("bob@example.com").check_password(PASSWORD)


def test_a_refused_password_leaves_no_credentials(bob):
    with pytest.raises(ValidationError):
        with_account(bob, "short")
    assert account_of("bob@example.com") is None


@pytest.mark.parametrize("typed", ["", "ann", "ann@", "a b@example.com", "x" * 160 + "@a.lv"])
def test_what_is_no_email_address_is_refused(typed):
    with pytest.raises(ValidationError):
        normal_email(typed)


def test_an_email_address_is_one_whatever_its_letters():
    assert normal_email(" Ann@Example.COM ") == "ann@example.com"
