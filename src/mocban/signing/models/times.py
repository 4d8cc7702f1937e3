"""Authorities that stamp the time, and signed files whose proof must be renewed in time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.querysets import OwnQuerySet

from ..choices import Level


class TimeAuthority(models.Model):
    """One RFC 3161 service that an organisation asks; the lowest rank first, the next one when it does not answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Tên"), max_length=100)
    url = models.URLField(_("Địa chỉ"), max_length=300)
    rank = models.PositiveSmallIntegerField(_("Thứ tự hỏi"), default=1)
    active = models.BooleanField(_("Đang dùng"), default=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "name"]


class LongTerm(models.Model):
    """How long the signatures of one stored file can still be proved, and what to do before that ends.

    `renew_before` is the day on which the certificate or the algorithm of the last time stamp dies; none where there
    is no time stamp yet. A renewed file is a new stored object with a row of its own; `renewed_as` leads to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    object = models.OneToOneField("content.DigitalObject", on_delete=models.PROTECT, related_name="long_term")
    level = models.CharField(max_length=8, choices=Level.choices)
    renew_before = models.DateField(null=True, blank=True, db_index=True)
    renewed_as = models.ForeignKey(
        "content.DigitalObject", on_delete=models.PROTECT, null=True, blank=True, related_name="renewal_of"
    )
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = OwnQuerySet.as_manager()
