"""A loop that sleeps on a PostgreSQL channel and does its work when something was notified, or after a while anyway."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg
from django.db import Error, connection

logger = logging.getLogger(__name__)

IDLE_SECONDS = 5.0  # without any notification: a lost one delays the feed no longer than this
SHORT_SECONDS = 0.1  # when the work said that it could not finish yet
STOP_SECONDS = 1.0  # how often a sleeping loop looks whether it should end
RECONNECT_SECONDS = 2.0


def run(channel: str, work: Callable[[], bool], stop: threading.Event) -> None:
    """Call `work` at once, then at each notification of `channel`, until `stop` is set.

    `work` returns True when something still waits that no notification will announce. A lost database connection is
    logged and made again; an error in the work itself is logged and the work tried again later, never skipped.
    """
    while not stop.is_set():
        try:
            with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listener:
                listener.execute(f'LISTEN "{channel}"')
                _serve(listener, work, stop)
        except (psycopg.Error, Error):
            logger.exception("the loop on %s lost the database and tries again", channel)
            stop.wait(RECONNECT_SECONDS)
        except Exception:
            logger.exception("the loop on %s failed and tries again", channel)
            stop.wait(RECONNECT_SECONDS)
        finally:
            connection.close()


def _serve(listener: psycopg.Connection, work: Callable[[], bool], stop: threading.Event) -> None:
    while not stop.is_set():
        unfinished = work()
        _sleep(listener, SHORT_SECONDS if unfinished else IDLE_SECONDS, stop)


def _sleep(listener: psycopg.Connection, seconds: float, stop: threading.Event) -> None:
    """Return at a notification, after `seconds`, or soon after `stop` is set."""
    while seconds > 0 and not stop.is_set():
        slice_seconds = min(seconds, STOP_SECONDS)
        if any(True for _ in listener.notifies(timeout=slice_seconds, stop_after=1)):
            return
        seconds -= slice_seconds
