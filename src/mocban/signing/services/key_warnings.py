"""Telling people in time that a certificate ends: its owner and the administrators, once at each step."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mocban.notices import services as notices
from mocban.people.choices import Role
from mocban.people.selectors import holders, positions_of, today

from .. import events, key_selectors
from ..models import KeySource

STEPS = (60, 30, 7, 0)  # days before the end, each told once
TOLD = "told_days"  # in the settings of the row: the last step told


def warn_of_expiring_keys() -> int:
    """Tell of every declared key that has come to the next step; returns how many. A missed day is made up for."""
    return sum(_warn(source, told.until, left) for source, told, left in key_selectors.expiring(now=timezone.now()))


def _warn(source: KeySource, until: datetime, left: int) -> bool:
    step = min((days for days in STEPS if left <= days), default=None)
    if step is None or source.settings.get(TOLD, STEPS[0] + 1) <= step:
        return False
    owner = source.person or source.organisation
    to = [*holders(source.organisation_id, Role.ADMINISTRATOR, on=today())]
    if source.person:
        to += [post for post in positions_of(source.person, today()) if post.organisation_id == source.organisation_id]
        url = reverse("signing:person_key", args=[source.person_id])
    else:
        url = reverse("signing:organisation_key")
    with transaction.atomic():
        source.settings = {**source.settings, TOLD: step}
        source.save(update_fields=["settings"])
        details = {"owner": str(owner), "day": f"{until:%d/%m/%Y}"}
        notices.send(events.TELL_KEY_EXPIRES, to=to, about=owner, url=url, details=details)
    return True
