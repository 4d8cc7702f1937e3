"""Reports of verification, one for each time that a stored object was judged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mocban.lib.ids import new_id

from ..bearing import LONGEST, bearing
from ..choices import TONES, Bearing, Verdict, VerificationCause
from ..verification.findings import ENGINE


class Verification(models.Model):
    """What judging the signatures of one stored object found, on what ground, and why it was done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="verifications")
    checked_at = models.DateTimeField(db_index=True)
    cause = models.CharField(max_length=10, choices=VerificationCause.choices, default=VerificationCause.ARRIVAL)
    verdict = models.CharField(max_length=14, choices=Verdict.choices, default=Verdict.INDETERMINATE)
    signature_count = models.PositiveSmallIntegerField(default=0)
    finding = models.JSONField(default=dict)  # verification.findings.FileFinding.as_values()
    companion = models.ForeignKey(  # the file that a detached signature signs
        "content.DigitalObject", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    latest = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # the first certificate of a signer to die
    bearing = models.GeneratedField(
        expression=bearing(),
        output_field=models.CharField(max_length=LONGEST, choices=Bearing.choices),
        db_persist=True,
    )
    trust = models.CharField(max_length=64, blank=True)  # SHA-256 of the anchors and revocation data it rested on
    engine = models.PositiveSmallIntegerField(default=0)  # verification.findings.ENGINE; 0 from before it was noted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object"], condition=Q(latest=True), name="verification_latest_once")
        ]
        indexes = [
            models.Index(fields=["checked_at"], condition=Q(latest=True), name="verification_oldest"),
            models.Index(fields=["engine", "checked_at"], condition=Q(latest=True), name="verification_engine"),
        ]

    def __str__(self) -> str:
        return str(self.object_id)

    @property
    def tone(self) -> str:
        """The tone of a badge that shows the verdict."""
        return TONES[Verdict(self.verdict)]

    @property
    def valid(self) -> bool:
        """Whether every signature stands without reserve."""
        return self.verdict == Verdict.VALID

    @property
    def outdated(self) -> bool:
        """Whether an older engine judged what today's may judge otherwise."""
        return self.engine < ENGINE and self.bearing != Bearing.NO_SIGNATURE
