"""Files whose proof signing has renewed become the current versions of their documents."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from ..choices import ObjectRole
from ..models import DocumentObject
from .documents import attach

RENEWED = _("Bằng chứng chữ ký số đã được gia hạn ở tệp sau.")


@transaction.atomic
def attach_renewed(*, organisation: Organisation, actor: Actor) -> int:
    """Attach each renewed file to the documents that hold the old one, in the same role; returns how many.

    Signing knows no documents, so records reads what it has renewed. Running again attaches nothing twice; documents
    that are held or destroyed are passed over.
    """
    there = DocumentObject.objects.filter(document=OuterRef("document"), object=OuterRef("renewed"))
    waiting = (
        DocumentObject.objects.filter(
            document__organisation=organisation, superseded_at=None, object__long_term__renewed_as__isnull=False
        )
        .annotate(renewed=F("object__long_term__renewed_as"))
        .exclude(Exists(there))
        .select_related("document")
        .order_by("added_at")
    )
    attached = 0
    for part in waiting:
        stored = DigitalObject.objects.get(pk=part.renewed)
        try:
            attach(document=part.document, stored=stored, role=ObjectRole(part.role), actor=actor)
            part.superseded_at, part.superseded_reason = timezone.now(), str(RENEWED)
            part.save(update_fields=["superseded_at", "superseded_reason"])
        except RuleBroken:
            continue
        attached += 1
    return attached
