"""The clerk's desk: what it remembers, files that a scanner dropped, and batches of files being registered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.querysets import OwnQuerySet

from ..choices import BatchRowState, ReceivedVia, ScanState
from .books import Book
from .incoming import Incoming


class DeskMemory(models.Model):
    """What one clerk chose last, so that the next form begins there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    position = models.OneToOneField("people.Position", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    received_via = models.CharField(max_length=10, choices=ReceivedVia.choices)
    last = models.ForeignKey(Incoming, on_delete=models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()


class Scan(models.Model):
    """A file of the scan folder that somebody took, set aside or registered, or that was refused.

    The file itself stays in the folder until its entry is committed. `mark` tells one state of one file from another:
    a digest of name, size and time of change. `name` is empty for a refused secret, whose name may tell it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField()
    scanned_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.TAKEN)
    position = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=210)
    sha256 = models.CharField(max_length=64, blank=True)
    in_batch = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    incoming = models.ForeignKey(Incoming, null=True, on_delete=models.PROTECT, related_name="scans")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["scanned_at", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "mark"], name="scan_once")]

    @property
    def trail_name(self) -> str:
        """The name of a file may tell a subject; the trail has its time."""
        return f"{timezone.localtime(self.scanned_at):%d/%m/%Y %H:%M:%S}"


class Batch(models.Model):
    """Up to fifty files registered together: staged first, numbered in the order of the rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=210)
    created_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    @property
    def trail_name(self) -> str:
        return f"{timezone.localtime(self.created_at):%d/%m/%Y %H:%M}"


class BatchRow(models.Model):
    """One file of a batch with what the clerk typed for it. `values` are the boxes of the form as typed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(_("Tệp"), max_length=255, blank=True)
    object = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(Scan, null=True, on_delete=models.PROTECT, related_name="batch_rows")
    values = models.JSONField(default=dict)
    readable = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=BatchRowState.choices, default=BatchRowState.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    incoming = models.OneToOneField(Incoming, null=True, on_delete=models.PROTECT, related_name="batch_row")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["batch", "ordinal"], name="batch_row_once")]

    @property
    def trail_name(self) -> str:
        return f"{self.batch.trail_name}, {self.ordinal}"
