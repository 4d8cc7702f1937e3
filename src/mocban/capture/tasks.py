"""Periodic jobs of capture. The tasks that follow a verb stand below it in services."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from . import selectors, services

_STUCK_AFTER = timedelta(hours=1)


@app.periodic(cron="17 * * * *")
@app.task(queue="bulk", name="capture.resume", pass_context=False)
def resume(timestamp: int) -> None:
    """Ask again for texts that have waited too long: their job may have died with its worker."""
    for object_id in selectors.stuck(before=timezone.now() - _STUCK_AFTER):
        services.extract_text.defer(object_id=str(object_id))
