"""Signatures that this installation made, and reports of verification."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id


class SignatureKind(models.TextChoices):
    PERSON = "person", _("Chữ ký số của người có thẩm quyền")
    ORGANISATION = "organisation", _("Chữ ký số của cơ quan, tổ chức")


class Signature(models.Model):
    """One signature made here: which stored version went in, which came out, whose key, when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SignatureKind.choices)
    signed_object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(max_length=200)
    signer_title = models.CharField(max_length=100, blank=True)
    certificate_subject = models.CharField(max_length=300)
    certificate_serial = models.CharField(max_length=80)
    signed_at = models.DateTimeField()


class Verification(models.Model):
    """What checking the signatures of one stored object found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="verifications")
    checked_at = models.DateTimeField()
    valid = models.BooleanField()
    signatures = models.JSONField(default=list)  # one plain dictionary a signature, see signing.pdf
