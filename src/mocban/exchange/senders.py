"""Who stands behind a mail address, and where a body receives mail: the directory as far as mail needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models.functions import Lower

from mocban.people.directory import agency_by_code, agency_by_email, agency_named
from mocban.people.models import Agency, Person

from .models import Mailbox


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body that an address belongs to."""

    name: str
    code: str = ""


def bodies_behind(addresses: Iterable[str]) -> dict[str, KnownBody]:
    """Return the bodies that have exactly these addresses, or whose staff does, by address in small letters."""
    wanted = {address.strip().casefold() for address in addresses} - {""}
    if not wanted:
        return {}
    staff = Person.objects.annotate(plain=Lower("email")).filter(plain__in=wanted, is_active=True)
    boxes = Mailbox.objects.annotate(plain=Lower("address")).filter(plain__in=wanted)
    found = [*staff.select_related("organisation"), *boxes.select_related("organisation")]
    known = {row.plain: KnownBody(row.organisation.name, row.organisation.code) for row in found}
    listed = Agency.objects.filter(email__in=wanted, valid_to=None).values_list("email", "name", "code")
    return known | {address: KnownBody(name, code) for address, name, code in listed}


def body_behind(address: str, *, on: date) -> KnownBody | None:
    """Return the body behind one address, by the address or else by its domain; None for a stranger."""
    known = bodies_behind([address]).get(address.strip().casefold())
    if known is not None or not address.strip():
        return known
    agency = agency_by_email(address, on=on)
    return KnownBody(agency.name, agency.code) if agency else None


def address_of(name: str, code: str = "", *, on: date) -> str:
    """Return the mail address of a body, found by code or else by its name; "" when none is known."""
    agency = (agency_by_code(code, on=on) if code else None) or agency_named(name, on=on)
    if agency is not None and agency.email:
        return str(agency.email)
    boxes = Mailbox.objects.filter(active=True)
    found = boxes.filter(organisation__code=code) if code else boxes.filter(organisation__name__iexact=name.strip())
    return found.values_list("address", flat=True).first() or ""
