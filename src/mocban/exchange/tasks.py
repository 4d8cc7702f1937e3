"""Receiving: every minute for every body of the installation, and at once when the loopback has something."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mocban.people.actor import system_actor
from mocban.people.models import Organisation
from mocban.people.selectors import today

from . import services
from .adapters.loopback import RECEIVE


@app.task(queue="interactive", name=RECEIVE, pass_context=False)
def receive(code: str) -> None:
    """Take in what waits for one body."""
    organisation = Organisation.objects.filter(code=code, hosted=True).first()
    if organisation:
        services.receive_pending(organisation=organisation, actor=system_actor(organisation), on=today())


@app.task(queue="interactive", name="exchange.receive_all", queueing_lock="exchange.receive_all", pass_context=False)
def receive_all(timestamp: int) -> None:
    """Take in what waits for every body: a message whose wake-up was lost is found here."""
    for code in Organisation.objects.filter(hosted=True).values_list("code", flat=True):
        receive(code=code)
