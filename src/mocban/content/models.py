"""Write-once digital objects. The bytes lie in a blob named by their SHA-256; several rows may share one blob."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id

from .choices import ObjectState, RenditionKind


class DigitalObject(models.Model):
    """One stored file as one organisation received or made it. Nothing but `state` ever changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()  # bytes
    media_type = models.CharField(max_length=120)
    format_puid = models.CharField(max_length=20, blank=True)  # PRONOM identifier, empty when PRONOM knows none
    name = models.CharField(_("Tên tệp"), max_length=255)
    state = models.CharField(max_length=10, choices=ObjectState.choices, default=ObjectState.STORED)
    stored_at = models.DateTimeField()
    stored_by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(name="object_has_bytes", condition=models.Q(size__gt=0))]

    def __str__(self) -> str:
        return self.sha256[:12]  # printed in the trail for ever, so never the file name: that may turn out to be secret


class Rendition(models.Model):
    """Another form of an original, made by the system: it lives and dies with the original."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    original = models.ForeignKey(DigitalObject, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=10, choices=RenditionKind.choices)
    object = models.ForeignKey(DigitalObject, on_delete=models.PROTECT, related_name="rendition_of")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["original", "kind"], name="rendition_once")]
