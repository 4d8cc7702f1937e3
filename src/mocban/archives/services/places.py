"""Set up fonds and places."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation

from .. import access, events
from ..models import Fonds, Place

DESKS = (Role.ARCHIVIST, Role.HEAD_OF_OFFICE, Role.LEADER)


@transaction.atomic
def create_fonds(
    *, organisation: Organisation, code: str, title: str, actor: Actor, on: date, history: str = ""
) -> Fonds:
    """Create a fonds (phông lưu trữ). Raises PermissionDenied, RuleBroken("fonds.exists")."""
    access.require(actor, "fonds.create", organisation)
    held = basis("arrange_files", on=on, regime=organisation.regime)
    code, title = clean_line(code), clean_line(title)
    if not code or not title or Fonds.objects.filter(organisation=organisation, code=code).exists():
        raise RuleBroken("fonds.exists", _("Mã phông hoặc tên phông còn trống, hoặc mã đã có."), held.citation)
    fonds = Fonds.objects.create(organisation=organisation, code=code, title=title, history=history)
    grants.allow(fonds, [grants.role_token(organisation.pk, role) for role in DESKS], reason="archives")
    audit.record(actor, events.FONDS_CREATED, fonds, basis=held.citations)
    return fonds


@transaction.atomic
def create_place(*, organisation: Organisation, store: str, shelf: str, box: str, actor: Actor, on: date) -> Place:
    """Create a box on a shelf. Raises PermissionDenied, RuleBroken("place.exists")."""
    access.require(actor, "place.create", organisation)
    held = basis("arrange_files", on=on, regime=organisation.regime)
    values = {"store": clean_line(store), "shelf": clean_line(shelf), "box": clean_line(box)}
    if not all(values.values()) or Place.objects.filter(organisation=organisation, **values).exists():
        raise RuleBroken("place.exists", _("Hãy ghi đủ kho, giá, hộp; vị trí này có thể đã có."))
    place = Place.objects.create(organisation=organisation, **values)
    grants.allow(place, [grants.role_token(organisation.pk, role) for role in DESKS], reason="archives")
    audit.record(actor, events.PLACE_CREATED, place, basis=held.citations)
    return place
