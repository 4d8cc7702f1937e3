"""The loop that sleeps on the database's notifications, and the periodic jobs."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from mocban.audit import listening, positions, selectors, services, tasks
from mocban.audit.models import Seal, Verification
from mocban.audit.tests.test_services import TRIED, Somebody, actor, record, thing  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10  # seconds until a test that waits for another thread gives up


@contextmanager
def running(loop):
    stop = threading.Event()
    thread = threading.Thread(target=loop, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@contextmanager
def listening_for_the_feed():
    """A reader of the feed, as the search index is one."""
    grown = threading.Event()

    def look() -> bool:
        if selectors.last_position():
            grown.set()
        return False

    with running(lambda stop: listening.run(positions.CHANNEL_APPENDED, look, stop)):
        yield grown


def test_a_recorded_event_wakes_the_loop_and_the_loop_wakes_the_projections(actor, thing, monkeypatch):  # noqa: F811
    monkeypatch.setattr(listening, "IDLE_SECONDS", PATIENCE * 2)  # only a notification can be in time
    with running(tasks.positions_loop), listening_for_the_feed() as grown:
        record(actor, thing)
        assert grown.wait(PATIENCE)


def test_an_event_behind_an_older_transaction_gets_its_position_when_that_one_ends(actor, thing, monkeypatch):  # noqa: F811
    monkeypatch.setattr(listening, "IDLE_SECONDS", PATIENCE * 2)
    with running(tasks.positions_loop), listening_for_the_feed() as grown:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
            other = threading.Thread(target=record_elsewhere, args=(actor, thing))
            other.start()
            other.join(PATIENCE)
            assert not grown.is_set()
        assert grown.wait(PATIENCE)


def test_the_loop_survives_a_failing_turn(monkeypatch, caplog):
    monkeypatch.setattr(listening, "RECONNECT_SECONDS", 0)
    turns, recovered = [], threading.Event()

    def work() -> bool:
        turns.append(1)
        if len(turns) == 1:
            raise ZeroDivisionError
        recovered.set()
        return False

    with running(lambda stop: listening.run("some_channel", work, stop)):
        assert recovered.wait(PATIENCE)
    assert "failed and tries again" in caplog.text


def test_the_periodic_jobs_seal_verify_and_prepare(actor, thing):  # noqa: F811
    record(actor, thing)
    services.append_positions()
    now = int(datetime(2032, 1, 31, tzinfo=UTC).timestamp())
    tasks.seal_positions(now)
    tasks.verify_seals(now)
    tasks.prepare_partitions(now)
    assert Seal.objects.get().last == 1
    assert Verification.objects.get().findings == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_readlog_2032_01'), to_regclass('audit_readlog_2032_02')")
        assert all(cursor.fetchone())


def record_elsewhere(actor: Somebody, thing: ContentType) -> None:  # noqa: F811
    with transaction.atomic():
        services.record(actor, TRIED, thing, details={"time": 1})
    connection.close()
