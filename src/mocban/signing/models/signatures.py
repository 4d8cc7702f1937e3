"""Signatures that this installation made."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id

from ..choices import Level


class SignatureKind(models.TextChoices):
    PERSON = "person", _("Chữ ký số của người có thẩm quyền")
    ORGANISATION = "organisation", _("Chữ ký số của cơ quan, tổ chức")


class Signature(models.Model):
    """One signature made here: which stored version came out, whose key, when, and how long it can be proved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SignatureKind.choices)
    signed_object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(max_length=200)
    signer_title = models.CharField(max_length=100, blank=True)
    certificate_subject = models.CharField(max_length=300)
    certificate_serial = models.CharField(max_length=80)
    signed_at = models.DateTimeField()
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.BASIC)
    timestamped_at = models.DateTimeField(null=True, blank=True)  # the authority's time, none without a time stamp
