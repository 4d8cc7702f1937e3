"""SIGKILL to the worker in the middle of a batch: every document is signed once, none is lost, the PIN is forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event as Pause
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection, models, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from mocban.audit.keys import key
from mocban.audit.models import Event
from mocban.config import processes
from mocban.config.demo.bodies import make_keys
from mocban.config.schedule import return_stalled_jobs
from mocban.content import services as content
from mocban.notices.models import Notice
from mocban.people.actor import system_actor
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.registry.choices import OutgoingStatus, SigningItemState, SigningPurpose, SigningState
from mocban.registry.models import Outgoing, SigningBatch
from mocban.registry.services.signing_batches import make_signing_batch, start_signing_batch
from mocban.signing.models import Signature
from tests import steps
from tests.world import NOON, QUICK_PASSWORDS, World, make_world

DOCUMENTS = 6
PATIENCE_SECONDS = 60  # for a machine that is busy; nothing waits that long for its own sake
# The real worker on the queue of the batches alone, with the test's clock; it need not make way for the pages. One job
# at a time: the job that was given back follows at once, not when the worker next asks the queue (5 s).
WORKER = """
import os
import sys
import time_machine
time_machine.travel(sys.argv[1], tick=True).start()
import django
django.setup()
from django.conf import settings
from mocban.config import schedule, worker
os.nice = lambda step: 0
settings.FEED_LOOPS = []
schedule.SCHEDULE.clear()
worker.QUEUES = {"interactive": 1}
worker.main()
"""


@pytest.fixture
def batch(transactional_db: None, settings: Any) -> Iterator[SigningBatch]:
    """Six documents, prepared, approved and opened, in a running batch whose job waits for a worker."""
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS
    with time_machine.travel(NOON, tick=True):
        world = make_world()
        make_keys(world.office, actor=system_actor(world.office.organisation))
        made = selected(world)
        empty_the_queue()
        yield start_signing_batch(batch=made, actor=world.leader, pin="48151623")
        empty_the_queue()


def selected(world: World) -> SigningBatch:
    return make_signing_batch(
        documents=[steps.opened(steps.approved(world), world.leader) for _turn in range(DOCUMENTS)],
        purpose=SigningPurpose.SIGN,
        organisation=world.office.organisation,
        actor=world.leader,
    )


def empty_the_queue() -> None:
    """The tables of the queue are not Django's, so that no test empties them by itself."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on the test's database; ended afterwards if it still runs."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": address, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = processes.start([sys.executable, "-c", WORKER, datetime.now(UTC).isoformat()], env=environment)
    try:
        yield process
    finally:
        processes.stop(process, seconds=PATIENCE_SECONDS)


def wait_until(seen: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Until the database shows it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not seen():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker never came so far"
        Pause().wait(0.02)


def kill_worker_at(row: models.Model) -> None:
    """Run a worker until it wants to write or lock this row, which is held here, and kill it there."""
    with transaction.atomic():
        type(row).objects.select_for_update().get(pk=row.pk)  # type: ignore[attr-defined]
        with worker() as process:
            wait_until(somebody_waits_for_us, process)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == -signal.SIGKILL


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])


def give_job_back() -> None:
    """A minute later, as far as the queue knows: the dead worker shows no heartbeat and its job is given back."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    return_stalled_jobs.defer(timestamp=0)


def finished(batch: SigningBatch) -> bool:
    """Whether the batch is done and the worker has said so to the queue."""
    batch.refresh_from_db()
    return batch.state != SigningState.RUNNING and "doing" not in job_statuses()


def job_statuses() -> list[str]:
    """Where the jobs of the batch stand: one job, however often it came back."""
    return list(
        ProcrastinateJob.objects.filter(task_name="registry.run_signing_batch").values_list("status", flat=True)
    )


def signed_parts(batch: SigningBatch) -> list[DocumentObject]:
    """Every signed file of the documents, superseded or not, in the order of the batch."""
    documents = list(batch.items.values_list("outgoing__document_id", flat=True))
    parts = DocumentObject.objects.filter(document__in=documents, role=ObjectRole.SIGNED).select_related("object")
    return sorted(parts, key=lambda part: documents.index(part.document_id))


def check_signed(batch: SigningBatch, count: int) -> list[DocumentObject]:
    """The first `count` documents are signed wholly and once, the others not at all. Returns their signed files."""
    items = list(batch.items.select_related("outgoing"))
    left = DOCUMENTS - count
    assert [item.state for item in items] == [SigningItemState.DONE] * count + [SigningItemState.WAITING] * left
    assert [item.done_at is not None for item in items] == [True] * count + [False] * left
    assert {item.reason for item in items} == {""}
    statuses = [item.outgoing.status for item in items]
    assert statuses == [OutgoingStatus.SIGNED] * count + [OutgoingStatus.APPROVED] * left
    parts = signed_parts(batch)
    assert [part.document_id for part in parts] == [item.outgoing.document_id for item in items[:count]]
    assert sorted(Signature.objects.values_list("signed_object", flat=True)) == sorted(part.object_id for part in parts)
    assert all(content.read_bytes(part.object).count(b"/ByteRange") == 1 for part in parts)
    told = Event.objects.filter(verb="outgoing.signed").values_list("objects_touched", flat=True)
    assert sorted(touched[0] for touched in told) == sorted(key(item.outgoing) for item in items[:count])
    return parts


def test_a_killed_worker_loses_no_document_of_a_batch_and_signs_none_twice(batch: SigningBatch) -> None:
    third, fifth = batch.items.get(ordinal=3), batch.items.get(ordinal=5)

    kill_worker_at(third)  # it has signed the third document too, and dies before that is committed
    first_parts = check_signed(batch, 2)
    batch.refresh_from_db()
    assert batch.state == SigningState.RUNNING
    assert batch.sealed_pin, "without the PIN nobody could go on"

    give_job_back()
    kill_worker_at(Outgoing.objects.get(pk=fifth.outgoing_id))  # it dies before it signs the fifth
    assert check_signed(batch, 4)[:2] == first_parts

    give_job_back()
    with worker() as process:
        wait_until(lambda: finished(batch), process)
    assert check_signed(batch, DOCUMENTS)[:2] == first_parts
    assert (batch.state, batch.reason, batch.sealed_pin) == (SigningState.DONE, "", "")
    assert batch.finished_at is not None
    assert Notice.objects.filter(kind="signing_batch_finished").count() == 1
    assert job_statuses() == ["succeeded"]
