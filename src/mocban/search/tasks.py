"""The loop that keeps the index near the feed."""

from __future__ import annotations

import threading
from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mocban.audit import listening
from mocban.audit.positions import CHANNEL_APPENDED

from . import services


def feed_loop(stop: threading.Event) -> None:
    """Take in the feed as it grows until `stop` is set. One thread of one process of the node runs it."""
    listening.run(CHANNEL_APPENDED, _catch_up, stop)


@app.task(queue="bulk", name="search.rebuild", queueing_lock="search.rebuild", pass_context=False)
def rebuild() -> None:
    """Build the index anew in the background, for instance after content was erased."""
    services.rebuild()


def rebuild_soon() -> None:
    """Queue the rebuilding in the caller's transaction, unless it waits already."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refused job must not take the transaction with it
        rebuild.defer()


def _catch_up() -> bool:
    services.catch_up()
    return False
