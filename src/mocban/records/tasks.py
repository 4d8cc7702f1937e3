"""Periodic jobs of records: thin, idempotent."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mocban.people.actor import system_actor
from mocban.people.models import Organisation

from . import services


@app.task(queue="bulk", name="records.attach_renewed", queueing_lock="records.attach_renewed", pass_context=False)
def attach_renewed(timestamp: int) -> None:
    """Attach the files whose proof was renewed since the last time."""
    for organisation in Organisation.objects.filter(hosted=True):
        services.attach_renewed(organisation=organisation, actor=system_actor(organisation))
