"""Numbers taken at the same moment, each thread with a connection and transactions of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from mocban.config.demo.bodies import make_desks
from mocban.config.demo.spec import world as specification
from mocban.registry.models import Number
from mocban.registry.services.incoming import register_incoming
from tests import steps
from tests.world import DAY, QUICK_PASSWORDS, World


def at_once(threads: int, each: Callable[[], Any]) -> None:
    """Run `each` in so many threads, every one with a connection of its own; fails with the first that fails."""

    def run() -> None:
        try:
            each()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(run) for _thread in range(threads)]:
            future.result()


def registrations_leave_consecutive_numbers(threads: int, times: int) -> None:
    body = make_desks(specification()["organisations"][1], on=DAY)
    world = World(office=body, other=body)
    arrival, book, clerk = steps.arrival(world, files=()), body.incoming_book, world.clerk

    def register() -> None:
        for _time in range(times):
            register_incoming(arrival=arrival, book=book, actor=clerk, on=DAY)

    at_once(threads, register)
    values = Number.objects.filter(period__series=book.series).order_by("value").values_list("value", flat=True)
    assert list(values) == list(range(1, threads * times + 1))
    assert Number.objects.filter(incoming=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_registrations_at_once_leave_consecutive_numbers(settings: Any) -> None:
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS
    registrations_leave_consecutive_numbers(threads=8, times=10)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_numbers_of_32_threads_with_50_registrations_each(settings: Any) -> None:
    """Expected: 2 minutes on 2 cores."""
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS
    registrations_leave_consecutive_numbers(threads=32, times=50)
