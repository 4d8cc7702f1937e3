"""Archive packages: built once, checked again and again."""

from __future__ import annotations

from django.db import models

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from .choices import PackageState


class Package(models.Model):
    """An archival information package (AIP) on disk: write-once, with its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=1000)
    source_type = models.CharField(max_length=60)  # model label of what it preserves
    source_id = models.UUIDField()
    file_name = models.CharField(max_length=150)  # below PACKAGES_ROOT
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=PackageState.choices, default=PackageState.BUILT)
    findings = models.JSONField(default=list)
    built_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.identifier
