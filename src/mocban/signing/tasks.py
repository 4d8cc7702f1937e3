"""Periodic jobs of signing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import services


@app.task(queue="bulk", name="signing.verify_oldest", queueing_lock="signing.verify_oldest", pass_context=False)
def verify_oldest(timestamp: int) -> None:
    """Begin judging again what is due; the work itself is one queued batch after the other."""
    services.reverify_soon()


@app.task(queue="bulk", name="signing.forget_expired", queueing_lock="signing.forget_expired", pass_context=False)
def forget_expired(timestamp: int) -> None:
    """Throw away what waits in vain for the signature of a USB token."""
    services.forget_expired()


@app.task(queue="bulk", name="signing.warn_of_expiring_keys", queueing_lock="signing.warn_keys", pass_context=False)
def warn_of_expiring_keys(timestamp: int) -> None:
    """Tell whose certificate ends soon."""
    services.warn_of_expiring_keys()
