"""Documents entered by the hundred: the old registers of a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from mocban.audit.copying import copy_in
from mocban.law.basis import basis
from mocban.lib.text import fold
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation

from .. import access, rules
from ..models import Document
from .documents import TEXT_LIMITS, DocumentFields

MOST = 500  # documents of one transaction: a longer one would stall the feed of the trail


@transaction.atomic
def add_documents(
    *, values: Sequence[tuple[DocumentFields, datetime]], organisation: Organisation, actor: Actor, on: date
) -> list[Document]:
    """Create the records of up to `MOST` documents, each with the moment by which lists put it in order.

    The words are clean lines already. The caller records one event for each, which names the document. Raises
    PermissionDenied, RuleBroken as `add_document`, ValueError for more than `MOST`.
    """
    access.require(actor, "document.add", organisation)
    if len(values) > MOST:
        raise ValueError(f"{len(values)} documents in one transaction")
    held = basis("describe_document", on=on, regime=organisation.regime)
    documents: list[Document] = []
    folded: dict[str, str] = {}
    for one, moment in values:
        plain = asdict(one)
        rules.check_document(plain, TEXT_LIMITS, on=on, citation=held.citation)
        issuer = folded.get(one.issuer_name)
        if issuer is None:
            issuer = folded[one.issuer_name] = fold(one.issuer_name)
        documents.append(Document(organisation=organisation, issuer_folded=issuer, created_at=moment, **plain))
    copy_in(documents)
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    grants.allow_new(documents, [grants.role_token(organisation.pk, role) for role in desks], reason="registry")
    return documents
