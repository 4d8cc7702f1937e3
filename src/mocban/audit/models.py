"""The append-only record of what was done. No key points to `people`: names are frozen as they were that day.

Triggers (migration 0002) refuse UPDATE, DELETE and TRUNCATE on all four tables below the insert-only mark. The event
table has one more column than its model, `txid xid8`, which only the positions job reads.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadKind(models.TextChoices):
    VIEWED = "viewed", _("Đã xem")
    DOWNLOADED = "downloaded", _("Đã tải về")


class Event(models.Model):
    """One step that one actor took. Rows are inserted only; a database trigger refuses the rest."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=100)
    position_id = models.UUIDField(null=True)
    position_title = models.CharField(max_length=100, blank=True)
    organisation_id = models.UUIDField(db_index=True)
    organisation_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    objects_touched = ArrayField(models.CharField(max_length=110))  # "records.document:<uuid>", the first is the object
    label = models.CharField(max_length=300)
    basis = models.JSONField(default=list)  # citations
    changes = models.JSONField(default=dict)  # {field: [before, after]}
    details = models.JSONField(default=dict)  # values that the sentence names

    class Meta:
        indexes = [GinIndex(fields=["objects_touched"], name="event_objects")]


class Position(models.Model):
    """The dense place of an event in the feed, in an order that every reader sees alike. A hole is an alarm."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="place")


class Seal(models.Model):
    """The Merkle root over the events of positions `first`–`last`, chained to the seal before it."""

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    chained = models.BinaryField()
    sealed_at = models.DateTimeField()


class ReadLog(models.Model):
    """Who read or downloaded what. Partitioned by month of `at`, outside the feed, insert-only."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=100)
    position_id = models.UUIDField(null=True)
    position_title = models.CharField(max_length=100)
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ReadKind.choices)
    object_key = models.CharField(max_length=110)
    label = models.CharField(max_length=300)


class FeedState(models.Model):
    """One row: every event of a transaction below `below` has its position."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    below = models.DecimalField(max_digits=20, decimal_places=0, default=0)  # a 64-bit transaction id

    class Meta:
        constraints = [models.CheckConstraint(name="feed_state_single_row", condition=models.Q(id=1))]


class Verification(models.Model):
    """One run of the seal check over everything sealed at that moment, with what it found."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    last = models.BigIntegerField()
    findings = models.JSONField(default=list)
