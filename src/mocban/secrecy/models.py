"""Incidents: a state secret came, or was found, where the law forbids it. The row never holds what the secret says."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from .choices import Channel, Found, IncidentState, Level


class Incident(models.Model):
    """One refusal or one find. No file name, subject or content of the document: those may be secret themselves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(_("Đường đến"), max_length=10, choices=Channel.choices)
    sender = models.CharField(_("Nơi gửi"), max_length=200, blank=True)
    packet_id = models.CharField(_("Mã gói tin"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # empty when only form fields gave the secret away
    level = models.CharField(_("Độ mật"), max_length=20, choices=Level.choices)
    found = models.CharField(_("Phát hiện"), max_length=15, choices=Found.choices)
    state = models.CharField(max_length=10, choices=IncidentState.choices, default=IncidentState.OPEN)
    acted_by_name = models.CharField(max_length=100)
    acted_by_title = models.CharField(max_length=100, blank=True)
    object_ids = models.JSONField(default=list)  # ids of content.DigitalObject; secrecy stands below content
    digests = models.JSONField(default=list)  # SHA-256 of each of these objects
    minutes = models.TextField(_("Nội dung biên bản xóa"), blank=True)
    first_eraser_id = models.UUIDField(null=True)
    first_eraser_name = models.CharField(max_length=210, blank=True)  # name and post, frozen
    first_confirmed_at = models.DateTimeField(null=True)
    second_eraser_id = models.UUIDField(null=True)
    second_eraser_name = models.CharField(max_length=210, blank=True)
    erased_at = models.DateTimeField(null=True)
    backups = models.JSONField(default=list)  # those that held the bytes on the day of erasure

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organisation", "-at"], name="incident_by_day")]
        constraints = [
            models.CheckConstraint(
                name="incident_erased_by_two",
                condition=~models.Q(state="erased")
                | (
                    models.Q(first_eraser_id__isnull=False, second_eraser_id__isnull=False)
                    & ~models.Q(first_eraser_id=models.F("second_eraser_id"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.at:%d/%m/%Y %H:%M}"
