"""The text of a stored object, read once."""

from __future__ import annotations

from django.db import models

from mocban.lib.ids import new_id

from .choices import ExtractionState, Method


class Extraction(models.Model):
    """What was read from one stored object. Pages are parted by a form feed in `text`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.OneToOneField("content.DigitalObject", on_delete=models.PROTECT, related_name="extraction")
    text = models.TextField(blank=True)
    pages = models.PositiveIntegerField(null=True)  # null: the format has no pages
    state = models.CharField(max_length=10, choices=ExtractionState.choices, default=ExtractionState.WAITING)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why nothing could be read, for the person at the desk
    done_at = models.DateTimeField(null=True)
