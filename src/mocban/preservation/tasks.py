"""Fixity: a share of the packages every night, so that all are checked well within the period of the law."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mocban.people.selectors import today

from . import services

NIGHTLY = 200  # packages a night


@app.task(queue="bulk", name="preservation.check_oldest", queueing_lock="preservation.check_oldest", pass_context=False)
def check_oldest(timestamp: int) -> None:
    services.check_oldest(limit=NIGHTLY, on=today())


@app.task(queue="bulk", name="preservation.sweep", queueing_lock="preservation.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    services.sweep()
