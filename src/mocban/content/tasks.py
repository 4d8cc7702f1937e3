"""Periodic jobs of content."""

from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="40 2 * * *")
@app.task(queue="bulk", name="content.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Remove what crashed or rolled-back stores left on the disk."""
    services.sweep()
