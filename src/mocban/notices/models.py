"""In-app notices: one row for each position told."""

from __future__ import annotations

from typing import Any

from django.db import models

from mocban.lib.ids import new_id
from mocban.people.actor import Actor


class NoticeQuerySet(models.QuerySet[Any]):
    """A notice belongs to one position; nobody else sees it, whatever their role."""

    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        return self.filter(position_id=actor.position_id) if actor.position_id else self.none()


class Notice(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey("people.Position", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    url = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["position", "read_at", "-created_at"], name="notice_inbox"),
            models.Index(fields=["position", "-id"], name="notice_newest"),
        ]

    def __str__(self) -> str:
        return self.label
