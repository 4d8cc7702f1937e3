"""What is laid before the first signature, who signs after the first signer, and many documents signed in one go."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from mocban.lib.ids import new_id
from mocban.people.querysets import OwnQuerySet

from ..choices import SigningItemState, SigningPurpose, SigningState
from .outgoing import Outgoing


class SigningPlan(models.Model):
    """The prepared file of a document: all fields are laid in it, what the signer reads, and what is signed.

    `fingerprint` names everything that it was made from; a plan with another one is stale and is made anew. `fields`
    are the places that the fields got, `moved` the places that somebody chose by hand: for each field its page (from 0)
    and its upper left corner in millimetres. `pages` are the sizes of the pages in millimetres.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    outgoing = models.OneToOneField(Outgoing, on_delete=models.PROTECT, related_name="signing_plan")
    prepared = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=list)
    pages = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    moved_by = models.CharField(max_length=210, blank=True)
    made_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    @property
    def trail_name(self) -> str:
        return self.outgoing.trail_name


class Signer(models.Model):
    """One who signs after the first signer: the leader of a joint body, or a second signer of ours. In order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="later_signers")
    ordinal = models.PositiveSmallIntegerField()
    position = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "ordinal"], name="signer_in_order"),
            models.UniqueConstraint(fields=["outgoing", "position"], name="signer_once"),
        ]


class SigningBatch(models.Model):
    """Up to two hundred documents signed by one leader, or issued by one clerk, with the PIN typed once.

    `sealed_pin` opens only inside this installation, for this batch, for some minutes, and is emptied as soon as the
    batch does not run. `version` counts up when people press buttons.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=210)
    purpose = models.CharField(max_length=10, choices=SigningPurpose.choices, default=SigningPurpose.SIGN)
    state = models.CharField(max_length=10, choices=SigningState.choices, default=SigningState.READY)
    reason = models.CharField(max_length=500, blank=True)  # why it paused, a sentence
    sealed_pin = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)  # of the present run
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    @property
    def trail_name(self) -> str:
        return f"{timezone.localtime(self.created_at):%d/%m/%Y %H:%M}"


class SigningItem(models.Model):
    """One document of a batch, in the version that was selected: a document that changed since is not signed unseen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(SigningBatch, on_delete=models.CASCADE, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="+")
    outgoing_version = models.PositiveIntegerField()
    unread_confirmed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=SigningItemState.choices, default=SigningItemState.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)  # that signing it took

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "ordinal"], name="signing_item_in_order"),
            models.UniqueConstraint(fields=["batch", "outgoing"], name="signing_item_once"),
        ]
