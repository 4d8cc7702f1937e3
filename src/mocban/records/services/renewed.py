"""Files whose proof signing has renewed become the current versions of their documents."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from ..choices import ObjectRole
from ..models import DocumentObject
from .documents import attach


def attach_renewed(*, organisation: Organisation, actor: Actor) -> int:
    """Attach each renewed file to the documents that hold the old one, in the same role; returns how many.

    Signing knows no documents, so records reads what it has renewed. Running again attaches nothing twice; documents
    that are held or destroyed are passed over.
    """
    there = DocumentObject.objects.filter(document=OuterRef("document"), object=OuterRef("renewed"))
    waiting = (
        DocumentObject.objects.filter(document__organisation=organisation, object__long_term__renewed_as__isnull=False)
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
        except RuleBroken:
            continue
        attached += 1
    return attached
