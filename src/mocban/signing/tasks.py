"""Periodic jobs of signing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import services


@app.task(queue="bulk", name="signing.verify_oldest", queueing_lock="signing.verify_oldest", pass_context=False)
def verify_oldest(timestamp: int) -> None:
    """Begin judging again what is due; the work itself is one queued batch after the other."""
    services.reverify_soon()
