"""In-app notices: one row for each position told."""

from __future__ import annotations

from django.db import models

from mocban.lib.ids import new_id


class Notice(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey("people.Position", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    url = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["position", "read_at", "-created_at"], name="notice_inbox")]
