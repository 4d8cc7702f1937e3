"""What the database holds of trust, as the plain values that judging rests on."""

from __future__ import annotations

from .choices import AnchorState, RevocationKind
from .models import Intermediate, RevocationData, TrustAnchor
from .verification.trust import Anchor


def agreed() -> tuple[Anchor, ...]:
    """Return the anchors that two administrators trust, with dates and purposes."""
    rows = TrustAnchor.objects.filter(state=AnchorState.TRUSTED).order_by("sha256")
    return tuple(
        Anchor(
            bytes(row.certificate),
            tuple(row.purposes),
            since=row.since.isoformat() if row.since else "",
            until=row.until.isoformat() if row.until else "",
        )
        for row in rows
    )


def intermediates() -> tuple[bytes, ...]:
    """Return the intermediate certificates that were added, DER."""
    rows = Intermediate.objects.order_by("sha256").values_list("certificate", flat=True)
    return tuple(bytes(row) for row in rows)


def revocation() -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the CRLs and the OCSP answers that no newer one supersedes, DER."""
    rows = RevocationData.objects.filter(superseded_at=None).order_by("sha256").values_list("kind", "data")
    crls = [bytes(data) for kind, data in rows if kind == RevocationKind.CRL]
    ocsps = [bytes(data) for kind, data in rows if kind == RevocationKind.OCSP]
    return tuple(crls), tuple(ocsps)
