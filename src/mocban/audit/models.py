"""The append-only record of what was done. No key points to `people`: names are frozen as they were that day."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


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
