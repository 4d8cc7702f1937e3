"""Which periodic task runs when. One line a task: cron (UTC), dotted name of a procrastinate task of an app."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app

SCHEDULE: list[tuple[str, str]] = [
    ("* * * * *", "mocban.config.schedule.return_stalled_jobs"),
    ("* * * * *", "mocban.exchange.tasks.receive_all"),
    ("* * * * *", "mocban.exchange.tasks.fetch_all_mail"),
    ("10 17 * * *", "mocban.registry.tasks.void_expired_numbers"),  # ten past midnight in Viet Nam
    ("40 18 * * *", "mocban.signing.tasks.verify_oldest"),
    ("30 23 * * *", "mocban.signing.tasks.warn_of_expiring_keys"),  # half past six in Viet Nam
    ("40 18 * * *", "mocban.signing.tasks.renew_due"),
    ("*/10 * * * *", "mocban.records.tasks.attach_renewed"),
    ("20 19 * * *", "mocban.preservation.tasks.check_oldest"),
    ("50 19 * * *", "mocban.preservation.tasks.sweep"),
    ("*/5 * * * *", "mocban.signing.tasks.forget_expired"),
    ("*/5 * * * *", "mocban.audit.tasks.seal_positions"),
    ("30 18 * * *", "mocban.audit.tasks.verify_seals"),
    ("7 * * * *", "mocban.audit.tasks.prepare_partitions"),
    ("17 19 * * *", "mocban.config.schedule.forget_old_jobs"),
]
KEEP_JOBS_HOURS = 24 * 30
FINISHED_RETRIES = 20


@app.task(queue="interactive", pass_context=True, queueing_lock="return_stalled_jobs")
async def return_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Give back the jobs of workers without heartbeat, so that a killed worker loses nothing. Returns how many.

    Every task is idempotent, so a job that was in fact finished may run twice without harm. A job that brought its
    worker down FINISHED_RETRIES times is left as it is and shown by the health page's figures.
    """
    manager = context.app.job_manager
    returned = 0
    for job in await manager.get_stalled_jobs():
        if job.attempts < FINISHED_RETRIES:
            await manager.retry_job(job)
            returned += 1
    return returned


@app.task(queue="bulk", pass_context=True, queueing_lock="forget_old_jobs")
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete the rows of jobs that finished well more than KEEP_JOBS_HOURS ago."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


def register() -> None:
    """Tell procrastinate the whole schedule. Raises ImportError or AttributeError for a line that names nothing."""
    for cron, dotted in SCHEDULE:
        module, _, name = dotted.rpartition(".")
        task: Any = getattr(import_module(module), name)
        app.periodic_registry.register_task(task=task, cron=cron, periodic_id="schedule", configure_kwargs={})
