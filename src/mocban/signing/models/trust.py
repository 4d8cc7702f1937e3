"""What this installation trusts: roots with dates and purposes, and revocation data brought in as files."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.querysets import CommonQuerySet

from ..choices import AnchorState, RevocationKind, TrustPurpose


class TrustAnchor(models.Model):
    """One trusted certificate of the installation. It counts only once a second administrator has agreed.

    Common to every organisation of the installation: two bodies that judged one document differently would be worse.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.BinaryField()  # DER
    sha256 = models.CharField(max_length=64, unique=True)  # of the certificate
    subject = models.CharField(max_length=300)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    purposes = ArrayField(
        models.CharField(max_length=12, choices=TrustPurpose.choices), verbose_name=_("Dùng để tin cậy")
    )
    since = models.DateField(_("Tin cậy từ ngày"), null=True, blank=True)
    until = models.DateField(_("Tin cậy đến hết ngày"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=AnchorState.choices, default=AnchorState.PROPOSED)
    proposed_by_id = models.UUIDField()
    proposed_by = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=100, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawal_by_id = models.UUIDField(null=True, blank=True)  # who asked to withdraw it; a second one agrees
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "id"]

    def __str__(self) -> str:
        return self.subject

    @property
    def withdrawal_asked(self) -> bool:
        """Whether one administrator asked to trust it no longer; it is trusted until a second one agrees."""
        return self.withdrawal_by_id is not None

    @property
    def first_person_id(self) -> UUID:
        """Who took the first of the two steps that are open now."""
        return self.withdrawal_by_id or self.proposed_by_id


class Intermediate(models.Model):
    """A certificate between a trust anchor and the signers, for files that do not carry it; trusted only through it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.BinaryField()  # DER
    sha256 = models.CharField(max_length=64, unique=True)  # of the certificate
    subject = models.CharField(max_length=300)
    not_after = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()

    objects = CommonQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "id"]

    def __str__(self) -> str:
        return self.subject


class RevocationData(models.Model):
    """A CRL or an OCSP answer brought in as a file, for networks that reach no issuer.

    A newer one of the same `scope` (kind, key of the issuer, part of its certificates) supersedes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=4, choices=RevocationKind.choices)
    data = models.BinaryField()  # DER
    sha256 = models.CharField(max_length=64, unique=True)
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=80, blank=True)  # hexadecimal, of the certificate that an OCSP answer is about
    scope = models.CharField(max_length=64, default="", db_index=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    this_update = models.DateTimeField()
    next_update = models.DateTimeField(null=True, blank=True)
    imported_by = models.CharField(max_length=100)
    imported_at = models.DateTimeField()

    objects = CommonQuerySet.as_manager()

    class Meta:
        ordering = ["issuer", "-this_update"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.issuer}"[:300]
