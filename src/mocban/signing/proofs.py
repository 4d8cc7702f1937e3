"""Reads of what time is asked of, and of how long signatures can be proved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from mocban.content.choices import ObjectState
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force

from .choices import Level
from .models import LongTerm, TimeAuthority


def time_authorities(actor: Actor) -> list[TimeAuthority]:
    """Return the authorities of the actor's organisation in the order in which they are asked.

    Each has a `state`: "good" when its last answer was well, "bad" when it failed since, "" when never asked.
    """
    authorities: list[Any] = list(TimeAuthority.objects.visible_to(actor))
    for one in authorities:
        one.state = "bad" if one.failed_at and (not one.answered_at or one.failed_at > one.answered_at) else ""
        one.state = one.state or ("good" if one.answered_at else "")
    return authorities


def asks_for_time(organisation: Organisation) -> bool:
    """Whether the organisation has an authority of time in use."""
    return TimeAuthority.objects.filter(organisation=organisation, active=True).exists()


def renewals_due(organisation: Organisation, *, on: date) -> QuerySet[LongTerm]:
    """Return the signed files whose proof ends within the lead time or lacks something, the most pressing first."""
    lead = timedelta(days=int(in_force(organisation, "signature.renew_lead", on=on).value))
    wanted = str(in_force(organisation, "signature.level", on=on).value)
    short = [level for level in Level.values if Level.values.index(level) < Level.values.index(wanted)]
    due = Q(renew_before__lte=on + lead) | Q(level__in=short)
    rows = LongTerm.objects.filter(due, organisation=organisation, renewed_as=None, object__state=ObjectState.STORED)
    return rows.select_related("object", "organisation").order_by(F("renew_before").asc(nulls_last=True), "pk")


def why_due(row: LongTerm, *, on: date) -> str:
    """Return in words why the proof of a file is to be renewed."""
    if row.renew_before is not None and row.renew_before < on:
        return _("Dấu thời gian cuối cùng đã hết giá trị.")
    lacks = {
        Level.BASIC: _("Chữ ký chưa có dấu thời gian."),
        Level.TIME: _("Tệp chưa có dữ liệu thu hồi của chứng thư."),
        Level.LONG_TERM: _("Tệp chưa có dấu thời gian lưu trữ."),
    }
    return lacks.get(Level(row.level)) or _("Dấu thời gian cuối cùng sắp hết giá trị.")
