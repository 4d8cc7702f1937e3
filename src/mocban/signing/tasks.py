"""Periodic jobs of signing."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from mocban.people.actor import system_actor
from mocban.people.models import Organisation
from mocban.people.selectors import today

from . import services

NIGHTLY = 500  # files of one organisation a night


@app.task(queue="bulk", name="signing.verify_oldest", queueing_lock="signing.verify_oldest", pass_context=False)
def verify_oldest(timestamp: int) -> None:
    """Begin judging again what is due, and tonight's share of what an older engine judged, batch by batch."""
    services.reverify_soon()
    services.reverify_outdated_soon(settings.SIGNATURE_VERIFY_AGAIN_NIGHTLY)


@app.task(queue="bulk", name="signing.forget_expired", queueing_lock="signing.forget_expired", pass_context=False)
def forget_expired(timestamp: int) -> None:
    """Throw away what waits in vain for the signature of a USB token."""
    services.forget_expired()


@app.task(queue="bulk", name="signing.warn_of_expiring_keys", queueing_lock="signing.warn_keys", pass_context=False)
def warn_of_expiring_keys(timestamp: int) -> None:
    """Tell whose certificate ends soon."""
    services.warn_of_expiring_keys()


@app.task(queue="bulk", name="signing.renew_due", queueing_lock="signing.renew_due", pass_context=False)
def renew_due(timestamp: int) -> None:
    """Renew the proofs that would otherwise end soon, and those that can be made longer."""
    for organisation in Organisation.objects.filter(hosted=True):
        services.renew_due(organisation=organisation, actor=system_actor(organisation), on=today(), limit=NIGHTLY)
