"""Capture a mail into a file: the message whole, its files as annexes, one document in the file."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mocban.exchange import services as exchange
from mocban.exchange.models import Mail
from mocban.people.actor import Actor

from .. import access
from ..choices import ObjectRole
from ..models import Document, File
from .documents import DocumentFields, add_document, attach
from .files import add_to_file


@transaction.atomic
def capture_into_file(*, mail: Mail, file: File, values: DocumentFields, actor: Actor, on: date) -> Document:
    """Make a waiting mail a document of a file. Its words were looked at when it came, `values` at the border.

    Raises PermissionDenied, RuleBroken(`mail.wrong_state` | `file.wrong_state` | document rules).
    """
    access.require(actor, "file.add_document", file)
    mail = Mail.objects.select_for_update(of=["self"]).select_related("organisation", "raw").get(pk=mail.pk)
    document = add_document(values=values, organisation=mail.organisation, actor=actor, on=on)
    exchange.capture_mail(mail=mail, document_id=document.pk, actor=actor, on=on)
    if mail.raw is not None:  # a mail that waits is always whole; the type does not know it
        attach(document=document, stored=mail.raw, role=ObjectRole.MAIN, actor=actor)
    files = [attachment.object for attachment in mail.attachments.select_related("object")]
    for stored in files:
        if stored is not None:  # what could not be looked at stays in the message alone
            attach(document=document, stored=stored, role=ObjectRole.ANNEX, actor=actor)
    add_to_file(file=file, document=document, actor=actor, on=on)
    return document
