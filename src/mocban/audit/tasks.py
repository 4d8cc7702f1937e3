"""The loop that keeps the feed dense, and the periodic jobs (config/schedule.py): sealing, verifying, partitions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from . import listening, positions, services


def positions_loop(stop: threading.Event) -> None:
    """Append positions as events commit (target 200 ms) until `stop` is set. One thread of the worker runs it."""
    listening.run(positions.CHANNEL_RECORDED, _append, stop)


@app.task(queue="bulk", name="audit.seal_positions", queueing_lock="audit.seal_positions", pass_context=False)
def seal_positions(timestamp: int) -> None:
    services.seal_positions()


@app.task(queue="bulk", name="audit.verify_seals", queueing_lock="audit.verify_seals", pass_context=False)
def verify_seals(timestamp: int) -> None:
    services.verify_and_note()


@app.task(queue="bulk", name="audit.prepare_partitions", queueing_lock="audit.prepare_partitions", pass_context=False)
def prepare_partitions(timestamp: int) -> None:
    services.prepare_partitions(datetime.fromtimestamp(timestamp, tz=UTC).date())


def _append() -> bool:
    services.append_positions()
    return positions.waiting() > 0
