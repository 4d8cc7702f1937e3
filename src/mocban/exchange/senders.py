"""Who stands behind a mail address, and where a body receives mail: the directory as far as mail needs it."""

from __future__ import annotations

from dataclasses import dataclass

from mocban.people.models import Person

from .models import Mailbox


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body that an address belongs to."""

    name: str
    code: str = ""


def body_behind(address: str) -> KnownBody | None:
    """Return the body that receives mail under this address, or whose staff does; None for a stranger."""
    plain = address.strip()
    if not plain:
        return None
    mailbox = Mailbox.objects.select_related("organisation").filter(address__iexact=plain).first()
    if mailbox is not None:
        return KnownBody(mailbox.organisation.name, mailbox.organisation.code)
    person = Person.objects.select_related("organisation").filter(email__iexact=plain, is_active=True).first()
    return KnownBody(person.organisation.name, person.organisation.code) if person else None


def address_of(name: str, code: str = "") -> str:
    """Return the mail address of a body, found by code or else by its exact name; "" when none is known."""
    boxes = Mailbox.objects.filter(active=True)
    found = boxes.filter(organisation__code=code) if code else boxes.filter(organisation__name__iexact=name.strip())
    return found.values_list("address", flat=True).first() or ""
