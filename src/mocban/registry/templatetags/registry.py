"""Words and tones of registry states for templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from mocban import law
from mocban.exchange.choices import DeliveryState
from mocban.exchange.mail_selectors import DELIVERY_TONES
from mocban.people.labels import printed
from mocban.people.selectors import today
from mocban.ui.language import name_of

from ..choices import IncomingStatus
from ..models import Incoming

register = template.Library()

OPEN_INCOMING = (IncomingStatus.REGISTERED, IncomingStatus.INSTRUCTED)
TONES = {
    "registered": "warning",
    "instructed": "info",
    "resolved": "success",
    "waiting": "warning",
    "doing": "info",
    "done": "success",
    "draft": "neutral",
    "submitted": "warning",
    "approved": "warning",
    "cosigning": "warning",
    "signed": "info",
    "numbered": "info",
    "issued": "success",
    "recalled": "danger",
    "replaced": "warning",
    "stopped": "neutral",
    "requested": "warning",
    "made": "success",
    "refused": "danger",
    "cancelled": "danger",
}


@register.filter
def tone(status: str) -> str:
    """The tone of a state's badge."""
    return TONES.get(status, "neutral")


@register.filter
def sent_to(found: dict[Any, list[Any]], recipient: Any) -> list[Any]:
    """The mails that went to one line of the recipient list; None stands for addresses beside it."""
    return found.get(recipient, [])


@register.filter
def delivery_tone(state: str) -> str:
    """The tone of how far a mail came."""
    return DELIVERY_TONES[DeliveryState(state)]


@register.filter
def scope_name(value: Any) -> str:
    """How the body counts its outgoing documents, in words."""
    return printed(value)


@register.filter
def is_late(row: Any, on: date) -> bool:
    """Whether an entry waits beyond its day, or a signed document beyond the day of issue."""
    if isinstance(row, Incoming):
        if row.status == IncomingStatus.REGISTERED:
            return row.present_by < on
        return row.handle_by is not None and row.status in OPEN_INCOMING and row.handle_by < on
    return bool(row.issue_by) and row.issued_at is None and row.issue_by < on


@register.filter
def status_name(code: str, regime: str) -> str:
    """The name of an exchange status, from law data."""
    rows = law.table("exchange_statuses", regime=regime, on=today())
    return next((f"{code} {name_of(row['name_vi'], row['name_en'])}" for row in rows if row["code"] == code), code)


@register.filter
def status_tone(code: str) -> str:
    """Refusals stand out; acceptance is good news."""
    return {"02": "danger", "16": "danger", "01": "info"}.get(code, "success")
