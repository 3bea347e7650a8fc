"""The tables of the engine itself. No record is kept here, only what is known about records."""

from __future__ import annotations

from django.db import models

from kartotek.core.custom_field import CustomField
from kartotek.core.fields import UidField
from kartotek.core.retention_rule import RetentionRule as RetentionRule
from kartotek.core.saved_view import SavedView as SavedView  # a record's model, found by Django

__all__ = ["CustomField"]  # the records among them; all else is machinery


class Change(models.Model):
    """One line of history. `position` is the order of commit; lines are never rewritten."""

    position = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    batch = UidField()
    type = models.CharField(max_length=40)
    record = models.BigIntegerField()
    uid = UidField()
    version = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=200)
    member = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=40)

    class Meta:
        indexes = (
            models.Index(fields=["record", "type", "position"], name="core_change_record"),
            models.Index(fields=["batch"], name="core_change_batch"),
        )


class Batch(models.Model):
    """The lines of one act that touched many records, undone together."""

    uid = UidField(unique=True)
    at = models.DateTimeField()
    label = models.CharField(max_length=200)
    cause = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=200)
    member = models.BigIntegerField(null=True)
    undoes = UidField(null=True)


class Receipt(models.Model):
    """What an operation that moves data did: rows in equal the sum of what became of them."""

    uid = UidField(unique=True)
    batch = UidField(null=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=200)
    member = models.BigIntegerField(null=True)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="core_receipt_adds_up",
                condition=models.Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("skipped")
                    + models.F("failed")
                ),
            ),
        )


class Identifier(models.Model):
    """A normalised name of a record: mail, phone, domain, number, external id, former uid."""

    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=255)
    type = models.CharField(max_length=40)
    record = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "value", "type", "record"], name="core_identifier_once"
            ),
        )
        indexes = (models.Index(fields=["record", "type"], name="core_identifier_record"),)


class Suggestion(models.Model):
    """Two records that may be the same, and what a person said to it; one is the older."""

    type = models.CharField(max_length=40)
    one = models.BigIntegerField()
    other = models.BigIntegerField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=20, default="open")
    by = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    run = UidField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["type", "one", "other"], name="core_suggestion_once"),
        )
        indexes = (
            models.Index(fields=["type", "state", "score", "id"], name="core_suggestion_best"),
        )


class LinkRow(models.Model):
    """What stands in whose timeline: from an activity to the records it is about."""

    from_type = models.CharField(max_length=40)
    from_record = models.BigIntegerField()
    to_type = models.CharField(max_length=40)
    to_record = models.BigIntegerField()
    role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["to_record", "to_type", "at", "id"], name="core_link_to"),
            models.Index(fields=["from_record", "from_type"], name="core_link_from"),
        )


class Share(models.Model):
    """One record opened to a member or a department, to read or to edit, until a day."""

    type = models.CharField(max_length=40)
    record = models.BigIntegerField()
    member = models.BigIntegerField(null=True)
    department = models.BigIntegerField(null=True)
    may_edit = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    merged = UidField(null=True)  # the merge that brought it from a record that is gone

    class Meta:
        indexes = (
            # Whole rows: who was given a thousand records reads them all at every request.
            models.Index(
                fields=["member", "type", "may_edit", "until", "record"], name="core_share_of"
            ),
            models.Index(
                fields=["department", "type", "may_edit", "until", "record"],
                name="core_share_of_house",
            ),
            models.Index(fields=["record", "type"], name="core_share_record"),
        )


class Lock(models.Model):
    """One record that nobody but the member who locked it changes, until a moment."""

    type = models.CharField(max_length=40)
    record = models.BigIntegerField()
    member = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    act = UidField(null=True)  # the act of which the reason is the name; none of old ones

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "type"], name="core_lock_once"),)


class IdempotencyKey(models.Model):
    """The answer to a write that may be sent again; kept 30 days."""

    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["actor", "key"], name="core_idempotency_once"),
        )


class Cursor(models.Model):
    """How far one consumer has read the log."""

    consumer = models.CharField(max_length=80, unique=True)
    position = models.BigIntegerField(default=0)


class Tally(models.Model):
    """About how many records stand under one owner, department or choice; plans use it."""

    type = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    count = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["type", "field", "value"], name="core_tally_once"),
        )


class Sequence(models.Model):
    """The last number given out of one row of human numbers."""

    name = models.CharField(max_length=60, unique=True)
    value = models.BigIntegerField(default=0)


class Workspace(models.Model):
    """The one row about the company that owns this installation."""

    uid = UidField(unique=True)
    name = models.CharField(max_length=200, default="")
    country = models.CharField(max_length=2, default="")
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=60, default="UTC")
    customization = models.BigIntegerField(default=0)
    settings = models.JSONField(default=dict)


class Logo(models.Model):
    """The one picture of the company (see `logo`), its bytes in the row."""

    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()


class SecurityLine(models.Model):
    """Who came in, was refused, took data out or changed rights. Append-only."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=200)
    member = models.BigIntegerField(null=True)
    address = models.CharField(max_length=64, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["kind", "at"], name="core_security_recent"),)


class OutsideAddress(models.Model):
    """One outside address that was asked, and for what (see `leaving`)."""

    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    purpose = models.CharField(max_length=40)
    since = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    times = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["host", "port", "purpose"], name="core_outside_once"),
        )


class Job(models.Model):
    """Work to do later: claimed with a lease, fenced by a number, retried with back-off."""

    uid = UidField(unique=True)
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.IntegerField(default=0)
    unique_key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=20, default="ready")
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=5)
    every_seconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["run_after", "priority"],
                name="core_job_due",
                condition=models.Q(state__in=["ready", "running"]),
            ),
        )


class StoredFile(models.Model):
    """A file that somebody brought. Its bytes lie by their SHA-256; a row counts once it is whole.

    `name` is what it was called, to be shown and sent back, and never a path.
    """

    uid = UidField(unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    is_whole = models.BooleanField(default=False)
    purpose = models.CharField(max_length=40)
    member = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["digest"], name="core_file_digest"),
            models.Index(fields=["at"], name="core_file_at"),
        )


class ImportDraft(models.Model):
    """An import from the file that was dropped to the receipt of what came of it."""

    uid = UidField(unique=True)
    member = models.BigIntegerField(null=True)
    who = models.CharField(max_length=200)
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    file = UidField(null=True)
    failed = UidField(null=True)
    type = models.CharField(max_length=40, default="")
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="columns")
    job = UidField(null=True)
    receipt = models.JSONField(null=True)
    acts = models.JSONField(default=list)
    error = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=["member", "at"], name="core_draft_member"),)


class Erased(models.Model):
    """A record that was erased: its uid never comes back, from no copy and no import."""

    uid = UidField(unique=True)
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=200)


class ErasedName(models.Model):
    """A digest of what another system calls an erased record."""

    digest = models.CharField(max_length=64, unique=True)
    erased = models.ForeignKey(Erased, models.CASCADE, related_name="+")
