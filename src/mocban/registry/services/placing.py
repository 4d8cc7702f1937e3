"""Move the fields of a prepared document by hand, before its first signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor

from .. import access, events, rules
from ..models import Outgoing, SigningPlan
from ..placing import label_of
from .drafting import advance, locked
from .preparing import move_fields

CODE = "signing.place_outside"


@transaction.atomic
def place_fields(
    *, outgoing: Outgoing, moved: Mapping[str, Mapping[str, float]], actor: Actor, on: date, version: int | None = None
) -> SigningPlan:
    """Lay the fields anew with those in `moved` where somebody wants them; an empty `moved` finds all places anew.

    Each is its page (from 0) and its upper left corner in millimetres. Whoever opened the version before opens this one
    again. Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "outgoing.no_file" | signing rules: a
    place outside the page, over text or over another field).
    """
    access.require(actor, "outgoing.place", outgoing)
    outgoing = locked(outgoing, version)
    rules.next_outgoing(outgoing.status, "place")
    plan, _made = SigningPlan.objects.select_for_update(of=["self"]).get_or_create(
        outgoing=outgoing, defaults={"organisation_id": outgoing.organisation_id, "made_at": timezone.now()}
    )
    wanted: dict[str, Any] = {name: dict(place) for name, place in sorted(moved.items())}
    if any(place["page"] < 0 for place in wanted.values()):
        raise RuleBroken(CODE, _("Trang được chọn không có trong văn bản."))
    move_fields(plan, wanted, outgoing=outgoing, actor=actor, on=on)
    advance(outgoing, "place")
    names = ", ".join(label_of(name) for name in wanted) or _("tìm lại theo bản thảo")
    audit.record(actor, events.OUTGOING_PLACED, outgoing, about=[outgoing.document], details={"fields": names})
    return plan
