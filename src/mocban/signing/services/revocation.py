"""Revocation data brought in as files, for a network that reaches no issuer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from .. import access, events
from ..models import RevocationData
from .reverifying import doubt_revoked
from .trust import known_issuers


@transaction.atomic
def import_revocation(*, data: bytes, actor: Actor) -> RevocationData:
    """Keep a CRL or OCSP answer that a trusted issuer signed; it supersedes the older one of the same issuer.

    Raises PermissionDenied; RuleBroken `trust.*` (unreadable, unknown issuer, bad signature, known, older than ours).
    """
    from .. import trust_files  # loads cryptography, see keys.py

    access.require(actor, "trust.import", Organisation(pk=actor.organisation_id))
    now = timezone.now()
    facts = trust_files.read_revocation(data, issuers=known_issuers(), at=now)
    if RevocationData.objects.filter(sha256=facts.sha256).exists():
        raise RuleBroken("trust.known_data", _("Dữ liệu thu hồi này đã được nhập trước đây."))
    current = RevocationData.objects.select_for_update().filter(scope=facts.scope, superseded_at=None)
    newer = current.filter(this_update__gte=facts.this_update).first()
    if newer is not None:
        message = _("Hệ thống đã có bản mới hơn của cùng nơi lập (lập lúc %(made)s).")
        made = f"{timezone.localtime(newer.this_update):%H:%M %d/%m/%Y}"
        raise RuleBroken("trust.older_data", message % {"made": made})
    current.update(superseded_at=now)
    kept = RevocationData.objects.create(
        kind=facts.kind,
        data=facts.der,
        sha256=facts.sha256,
        issuer=facts.issuer,
        serial=facts.serial[:80],
        scope=facts.scope,
        this_update=facts.this_update,
        next_update=facts.next_update,
        imported_by=actor.person_name[:100],
        imported_at=now,
    )
    made = f"{timezone.localtime(facts.this_update):%H:%M %d/%m/%Y}"
    audit.record(actor, events.REVOCATION_IMPORTED, kept, details={"made": made, "sha256": facts.sha256})
    doubt_revoked.defer(revocation_id=str(kept.pk))
    return kept
