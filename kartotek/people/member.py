"""Members: the people of the company itself, who own records and act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.errors import ValidationError
from kartotek.core.fields import UidField
from kartotek.core.fieldtypes import Pointer
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType, Timeline
from kartotek.people.roles import RoleChoice
from kartotek.people.shipped import ADMINISTRATOR

LONGEST_TOKEN_NAME = 100  # letters


# How one writes what the language would write otherwise; the keys are those of `formats`.
DATES = [("dot", "24.11.2026"), ("slash", "24/11/2026"), ("us", "11/24/2026"),
         ("iso", "2026-11-24")]  # fmt: skip
NUMBERS = [("comma", "1 234,5"), ("point", "1,234.5")]
CLOCKS = [("24", "14:30"), ("12", _("2:30 pm"))]


def _role() -> Any:
    field = models.CharField(max_length=40, default="", blank=True, verbose_name=_("Role"))
    field.kartotek = RoleChoice()  # type: ignore[attr-defined]
    return field


class Member(Record):
    """One person of the company, whether they sign in or not."""

    name = fields.text(200, required=True, personal=True)
    emails = fields.emails(label=_("E-mail"), personal=True)
    phones = fields.phones(label=_("Phone"), personal=True)
    role = _role()
    language = fields.text(10, label=_("Language"), personal=True)
    zone = fields.text(60, label=_("Time zone"), personal=True)
    date_format = fields.choice(DATES, label=_("Dates"))
    number_format = fields.choice(NUMBERS, label=_("Numbers"))
    clock = fields.choice(CLOCKS, label=_("Clock"))
    no_letter_keys = fields.flag(label=_("Letter keys off"))
    is_active = fields.flag(label=_("Active"))
    away_from = fields.date(label=_("Away from"), personal=True)
    away_until = fields.date(label=_("Away until"), personal=True)
    deputy = fields.link("people.Member", label=_("Deputy"))

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = (  # asked at every request, and few have one
            models.Index(
                fields=["deputy"], name="people_member_deputy",
                condition=models.Q(deputy__isnull=False),
            ),
        )  # fmt: skip


class Members(RecordType):
    """What people see and do with members."""

    model, icon, group = Member, "users-round", "company"
    columns = "name role department emails phones is_active"
    sorts = "name"
    form = (
        "name | role department | emails phones | language zone is_active | "
        "date_format number_format clock no_letter_keys | away_from away_until deputy"
    )
    search = {"name": 3, "emails": 1, "phones": 1}
    subtitle, contact_line = "department", "phones"
    linked_by = "department"
    scoped = False
    noted = dict.fromkeys(("deputy", "away_from", "away_until"), "deputy_named")
    erasable = False  # their names stand behind what was done in the company
    panels = [Timeline()]

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """An absence has a first day and no end before it, and somebody else for a deputy."""
        first, last = values.get("away_from"), values.get("away_until")
        deputy = values.get("deputy")
        if first and last and last < first:
            raise ValidationError({"away_until": _now("This is before the first day.")})
        if last and not first:
            raise ValidationError({"away_from": _now("Say from which day on.")})
        if isinstance(deputy, Pointer) and deputy.uid == uid:
            raise ValidationError({"deputy": _now("Somebody else stands in. Choose another one.")})

    def watch(self) -> Callable[[], None] | None:
        """Somebody who may do everything can always sign in, once somebody can."""
        return _refuse_lockout if _administrators() else None


def _administrators() -> int:
    """How many active administrators have credentials."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_member m JOIN people_account a ON a.member_id = m.id "
            "JOIN auth_user u ON u.id = a.user_id WHERE m.role = %s AND m.is_active "
            "AND m.removed_at IS NULL AND u.is_active AND u.password NOT LIKE %s",
            [ADMINISTRATOR, f"{UNUSABLE_PASSWORD_PREFIX}%"],
        )
        return int(cursor.fetchone()[0])


def _refuse_lockout() -> None:
    if not _administrators():
        raise ValidationError(
            _now("Nobody could sign in as administrator any more. Make somebody else one first.")
        )


class Account(models.Model):
    """Which credentials belong to which member; no record, a part of signing in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kartotek_account"
    )
    member = models.OneToOneField(Member, models.CASCADE, related_name="+")
    last_seen = models.DateTimeField(null=True)


class Session(models.Model):
    """From which device somebody is signed in (see `devices`); the session itself is Django's."""

    uid = UidField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=300)


class Token(models.Model):
    """What a program signs in with for a member (see `tokens`); a revoked one stays to be seen.

    One with a `view` reads the rows of that saved view, and nothing else.
    """

    uid = UidField(unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_TOKEN_NAME)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    view = UidField(null=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
