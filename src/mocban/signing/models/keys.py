"""Where the key of a person or of the organisation lies, and signatures that wait for a key that is elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.querysets import OwnQuerySet

from ..choices import KeyPlace


class KeySource(models.Model):
    """Where one holder's key lies; without a row the key is the trial key of this installation.

    No row holds a PIN or a private key. `settings` are plain values of the place: the label on the token, the address
    and credential of the remote service; the file of a PKCS#12 key lies in the key folder under the row's id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("Nơi giữ khóa"), max_length=10, choices=KeyPlace.choices)
    settings = models.JSONField(default=dict)
    certificate = models.BinaryField()  # DER
    chain = models.JSONField(default=list)  # PEM texts, the issuer first
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "person"], name="key_source_of_person"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(person=None), name="key_source_of_organisation"
            ),
        ]


class PendingSignature(models.Model):
    """A signature whose digest has gone to a key elsewhere and has not come back: the first phase of two.

    `prepared_sha256` names the file with the room for the signature, set aside by content; it is no version of any
    document and is swept away after `expires_at`. `about` is what the asking app needs to go on, plain values.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()  # who asked; nobody else may bring the signature
    holder = models.CharField(max_length=60)
    prepared_sha256 = models.CharField(max_length=64)
    document_digest = models.CharField(max_length=128)  # hexadecimal, of the signed byte range
    signed_attributes = models.BinaryField()  # DER; what the key signs is their digest
    about = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()
