"""The worker process: three queues, the periodic schedule, and the loops that follow the audit feed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pkgutil
import signal
import threading
from collections.abc import Callable
from importlib import import_module, util
from typing import Any

import django

from mocban.config import processes

QUEUES = {"interactive": 2, "bulk": 1, "heavy": 1}  # queue → jobs at a time: a long import never delays a clerk
# A job that waits for the lock of another is told of by nobody when the lock is free: it is found by looking.
LOOK_SECONDS = {"interactive": 0.5}
CONNECTIONS = 5  # one listener a queue and two for the rest
GRACE_SECONDS = 10.0
LOOP_PAUSE_SECONDS = 2.0
NICENESS = 15
log = logging.getLogger("mocban.worker")


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    processes.die_with_parent()
    os.nice(NICENESS)
    django.setup()
    stop = threading.Event()
    loops = [threading.Thread(target=_keep, args=(loop, stop), daemon=True) for loop in _loops()]
    for thread in loops:
        thread.start()
    try:
        asyncio.run(_work())
    finally:
        stop.set()
        for thread in loops:
            thread.join(GRACE_SECONDS)


def _loops() -> list[Callable[[threading.Event], None]]:
    from django.conf import settings
    from django.utils.module_loading import import_string

    return [import_string(dotted) for dotted in settings.FEED_LOOPS]


def _keep(loop: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Run a feed loop for ever: when it falls over (the database went away), say so and start it again."""
    from django.db import connection

    while not stop.is_set():
        try:
            loop(stop)
        except Exception:
            log.exception("The loop %s fell over and is started again", loop.__qualname__)
            stop.wait(LOOP_PAUSE_SECONDS)
        finally:
            with contextlib.suppress(Exception):
                connection.close()


async def _work() -> None:
    worker_app = _queue_app()
    workers: list[asyncio.Task[None]] = []
    async with worker_app.open_async():
        for queue, concurrency in QUEUES.items():
            work = worker_app.run_worker_async(
                queues=[queue, "builtin"] if queue == "bulk" else [queue],
                name=queue,
                concurrency=concurrency,
                fetch_job_polling_interval=LOOK_SECONDS.get(queue, 5.0),
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
            workers.append(asyncio.create_task(work, name=queue))
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, _cancel, workers)
        done = await asyncio.gather(*workers, return_exceptions=True)
    for outcome in done:
        if isinstance(outcome, Exception):
            raise outcome


def _cancel(workers: list[asyncio.Task[None]]) -> None:
    for worker in workers:
        worker.cancel()


def _import_services() -> None:
    """Import every service: a follow-up task stands right below its verb, and only an imported task can be run."""
    from django.conf import settings

    for app in settings.DOMAIN_APPS:
        name = f"mocban.{app}.services"
        if util.find_spec(name):
            package = import_module(name)
            for module in pkgutil.iter_modules(getattr(package, "__path__", [])):
                import_module(f"{name}.{module.name}")


def _queue_app() -> Any:
    """An app with its own connector but Django's tasks: what a task defers still joins Django's transaction."""
    import procrastinate
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    from mocban.config import schedule

    schedule.register()
    _import_services()
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    connector = procrastinate.PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS)
    mine = procrastinate.App(connector=connector, worker_defaults=app.worker_defaults)
    mine.tasks = app.tasks
    mine.periodic_registry = app.periodic_registry
    return mine
