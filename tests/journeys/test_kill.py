"""Power fails at the desk: SIGKILL to everything, PostgreSQL included, while clerks register."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mocban.config.demo.spec import world
from tests.clerk import Clerk, scan
from tests.conftest import Installation, launch

pytestmark = pytest.mark.xdist_group("installation")
CLERKS = 4
SECRET = {"MOCBAN_SECRET": "a-secret-of-the-tests-0123456789abcdef", "MOCBAN_WORKERS": "1"}
MAKE_BODY = """
from mocban.config.demo.bodies import make_desks
from mocban.config.demo.spec import world
from mocban.people.selectors import today
make_desks(world()["organisations"][1], on=today())
"""
READ_LEDGER = """
import json
from mocban.content import services as content
from mocban.records.selectors import main_part
from mocban.registry.models import Incoming, Number
entries = Incoming.objects.select_related("document")
whole = [entry for entry in entries if content.read_bytes(main_part(entry.document).object)]
print(json.dumps({
    "numbers": [[n.value, n.state] for n in Number.objects.filter(period__series__direction="incoming")],
    "entries": {str(entry.pk): entry.number.value for entry in entries.select_related("number")},
    "whole": [str(entry.pk) for entry in whole],
}))
"""


@dataclass
class Desk:
    """An installation for real use with one body, and what its clerks were told was registered."""

    office: Installation
    clerks: list[Clerk]
    acknowledged: set[str]
    killing: Event = field(default_factory=Event)

    def shell(self, code: str) -> str:
        done = self.office.command("manage", "shell", "-v", "0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ledger(self) -> dict[str, Any]:
        return json.loads(self.shell(READ_LEDGER).strip().splitlines()[-1])


@pytest.fixture
def desk() -> Iterator[Desk]:
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    with tempfile.TemporaryDirectory(prefix="mocban-kill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        office = launch(Path(folder), mode="up", extra=SECRET)
        paper = scan(50_000, day)
        made = Desk(office, [Clerk(office.port, paper, day) for _ in range(CLERKS)], set())
        try:
            office.wait_healthy(90)
            made.shell(MAKE_BODY)
            for clerk in made.clerks:
                clerk.sign_in("vanthu.snv", world()["password"])
            yield made
        finally:
            made.office.stop()


def test_after_three_kills_no_number_is_lost_or_doubled(desk):
    keeps_its_numbers(desk, kills=3)


@pytest.mark.long
def test_after_fifty_kills_no_number_is_lost_or_doubled(desk):
    """About 15 minutes."""
    keeps_its_numbers(desk, kills=50)


def keeps_its_numbers(desk: Desk, *, kills: int) -> None:
    chance = random.Random(20261104)
    for _ in range(kills):
        register_until_killed(desk, seconds=chance.uniform(0.05, 1.5))
        desk.office = launch(desk.office.data, mode="up", extra=SECRET)
        wait_for_pages(desk.office)
        check(desk)
    assert len(desk.acknowledged) >= kills


def wait_for_pages(office: Installation) -> None:
    """Until the pages answer; the worker may come later."""
    while office.health()[0] == 0:
        assert office.process.poll() is None, "the program ended before its pages answered"
        Event().wait(0.1)


def register_until_killed(desk: Desk, *, seconds: float) -> None:
    """Clerks register as fast as they can; all is killed so long after the first of them was served."""
    served = Event()
    desk.killing.clear()
    with ThreadPoolExecutor(CLERKS) as pool:
        clerks = [pool.submit(work, clerk, desk, served) for clerk in desk.clerks]
        assert served.wait(60), [clerk.exception() for clerk in clerks if clerk.done()]
        Event().wait(seconds)
        desk.killing.set()
        desk.office.kill()
        for clerk in clerks:
            clerk.result()


def work(clerk: Clerk, desk: Desk, served: Event) -> None:
    """One clerk, until the program goes away. Sessions outlive it.

    The processes die one after another: a page that lost its database a moment before may still say so, which is no
    receipt. Before the killing every answer must be one.
    """
    clerk.port, clerk.connection = desk.office.port, None
    try:
        while True:
            desk.acknowledged.add(clerk.register(""))
            served.set()
    except (OSError, HTTPException):
        return
    except AssertionError:
        if not desk.killing.is_set():
            raise


def check(desk: Desk) -> None:
    found = desk.ledger()
    values = sorted(value for value, _state in found["numbers"])
    assert values == list(range(1, len(values) + 1)), "a number is lost or doubled"
    used = sorted(value for value, state in found["numbers"] if state == "used")
    assert sorted(found["entries"].values()) == used, "a number without a document is no recorded void"
    assert desk.acknowledged <= set(found["entries"]), "what a clerk was told is gone"
    assert sorted(found["whole"]) == sorted(found["entries"]), "a document lost its file"
