"""Periodic jobs of the registry: thin, idempotent."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mocban.people.actor import system_actor
from mocban.people.selectors import today

from .choices import NumberState
from .models import Series
from .services.numbering import void_expired


@app.task(queue="bulk", queueing_lock="void_expired_numbers")
def void_expired_numbers(timestamp: int) -> int:
    """Make every reservation void whose last day is over. Returns how many."""
    on = today()
    held = Series.objects.filter(periods__numbers__state=NumberState.RESERVED, periods__numbers__expires_on__lt=on)
    return sum(
        void_expired(series=series, actor=system_actor(series.organisation), on=on)
        for series in held.select_related("organisation").distinct()
    )
