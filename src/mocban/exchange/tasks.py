"""Receiving: every minute for every body of the installation, and at once when the loopback has something.

Mailboxes are asked every minute too, each in a job of its own, so that a slow server holds up no other.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

from mocban.people.actor import system_actor
from mocban.people.models import Organisation
from mocban.people.selectors import today

from . import services
from .adapters.loopback import RECEIVE
from .models import Mailbox


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


@app.task(queue="bulk", name="exchange.fetch_all_mail", queueing_lock="exchange.fetch_all_mail", pass_context=False)
def fetch_all_mail(timestamp: int) -> None:
    """Queue a fetch of every mailbox in use that has none queued yet."""
    for pk in Mailbox.objects.filter(active=True).values_list("pk", flat=True):
        services.fetch_soon(mailbox_id=pk)
