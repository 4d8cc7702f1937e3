"""Drives the numbers of a Party office at random, in this process or in one that is killed in the middle of a step.

Run as a module it is the victim: it takes one order a line (JSON), does the step, says where it stands, and waits there
until it is killed.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

FIRST, LAST = date(2025, 10, 20), date(2031, 6, 30)
TERMS = [("Nhiệm kỳ 2025–2030", date(2025, 10, 16)), ("Nhiệm kỳ 2030–2035", date(2030, 10, 20))]
CONGRESSES = [
    ("Đại hội bất thường", date(2026, 3, 2), date(2026, 3, 5)),
    ("Đại hội 2030", date(2030, 10, 12), date(2030, 10, 19)),
]
RETURNED, ROLLED_BACK, REFUSED, COLLIDED = "done", "rolled back", "refused", "collided"
DEADLOCK = f"{REFUSED}: {COLLIDED} 40P01"
MODULE = "mocban.registry.tests.ledger_driver"


class Undo(Exception):
    """Ends a transaction on purpose."""


@dataclass
class Driver:
    """One clerk with a clock that goes back and forth. Everything but the clock is read from the database."""

    organisation_id: str
    chance: random.Random
    day: date = FIRST
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        from mocban.people.actor import actor_of
        from mocban.people.choices import Role
        from mocban.people.models import Organisation, Unit
        from mocban.people.selectors import holders

        self.organisation = Organisation.objects.get(pk=self.organisation_id)
        self.unit = Unit.objects.filter(organisation=self.organisation).first()
        on = date(2026, 11, 4)
        held = {role: holders(self.organisation.pk, role, on=on).first() for role in (Role.CLERK, Role.LEADER)}
        self.signer = held[Role.LEADER]
        self.clerk = actor_of(held[Role.CLERK])
        self.steps: list[tuple[int, Callable[[], Any]]] = [
            (8, self.move_clock),
            (20, self.register),
            (10, self.enter_late),
            (14, self.number_signed),
            (16, self.reserve),
            (6, self.give_back),
            (6, self.void),
            (6, self.skip),
            (4, self.elsewhere),
            (4, self.cancel),
            (3, self.expire),
        ]

    def step(self, *, undo: bool = False, during: Callable[[], None] | None = None) -> str:
        """One random step in a transaction of its own; `undo` rolls it back, `during` runs before it commits."""
        from django.db import DatabaseError, transaction

        from mocban.lib.errors import RuleBroken, Stale, collided

        weights, verbs = zip(*self.steps, strict=True)
        verb = self.chance.choices(verbs, weights)[0]
        try:
            with transaction.atomic():
                verb()
                if during:
                    during()
                if undo:
                    raise Undo
        except Undo:
            outcome = ROLLED_BACK
        except (RuleBroken, Stale) as refused:
            outcome = f"{REFUSED}: {getattr(refused, 'code', 'stale')}"
        except DatabaseError as error:  # two open the same book at once: the border says that somebody was faster
            if not collided(error):
                raise
            outcome = f"{REFUSED}: {COLLIDED} {getattr(error.__cause__, 'sqlstate', '')}"
        else:
            outcome = f"{RETURNED}: {verb.__name__}"
        self.told[outcome] += 1
        return outcome

    def move_clock(self) -> None:
        """A few days on, a jump over years, or back; sometimes into a congress."""
        if self.chance.random() < 0.2:
            _name, start, end = self.chance.choice(CONGRESSES)
            self.day = start + timedelta(days=self.chance.randint(0, (end - start).days))
        else:
            self.day += timedelta(days=self.chance.choice([1, 1, 2, 9, 200, 700, -1, -3, -400]))
        self.day = min(max(self.day, FIRST), LAST)

    def book(self, direction: str) -> Any:
        from mocban.registry.models import Book, Series
        from mocban.registry.services.books import open_book

        series = self.chance.choice(
            list(Series.objects.filter(organisation=self.organisation, direction=direction).order_by("pk"))
        )
        held = Book.objects.filter(series=series, year=self.day.year, state="open").first()
        name = f"Sổ {series.name}"
        return held or open_book(series=series, name=name, year=self.day.year, actor=self.clerk, on=self.day)

    def kind(self, book: Any) -> Any:
        from mocban import law
        from mocban.registry.rules import series_counts

        counted = [kind for kind in law.kinds(regime="party", on=self.day) if kind.symbol]
        return self.chance.choice([kind for kind in counted if series_counts(book.series, kind)])

    def fields(self, kind: Any) -> Any:
        from mocban.records.services import DocumentFields

        return DocumentFields(kind_code=kind.code, kind_name=kind.name_vi, subject="Về việc sửa trạm bơm")

    def register(self) -> None:
        from mocban.registry.choices import ReceivedVia
        from mocban.registry.services.incoming import Arrival, register_incoming

        book = self.book("incoming")
        arrived = self.day - timedelta(days=self.chance.choice([0, 0, 0, 1, 30]))
        arrival = Arrival(self.fields(self.kind(book)), arrived, ReceivedVia.PAPER, late_reason="Mất điện")
        register_incoming(arrival=arrival, book=book, actor=self.clerk, on=self.day)

    def enter_late(self) -> None:
        from mocban.registry.services.late import LateDocument, enter_late_outgoing

        book = self.book("outgoing")
        true_date = self.day - timedelta(days=self.chance.randint(0, 20))
        late = LateDocument(self.fields(self.kind(book)), true_date, "Mất điện")
        enter_late_outgoing(late=late, book=book, actor=self.clerk, on=self.day)

    def number_signed(self) -> None:
        """A signed document takes a reserved number if there is one, else the next."""
        from mocban.registry.models import Number, Outgoing
        from mocban.registry.services.drafting import DraftPlan, create_draft
        from mocban.registry.services.issuing import take_outgoing_number

        book = self.book("outgoing")
        kind = self.kind(book)
        plan = DraftPlan(self.fields(kind), self.unit, self.signer, (), issuer=book.series.issuer)
        draft = create_draft(plan=plan, file=None, actor=self.clerk, on=self.day)
        Outgoing.objects.filter(pk=draft.pk).update(status="signed")  # the signature itself is not what is proved
        waiting = list(Number.objects.filter(period__series=book.series, state="reserved").order_by("pk"))
        reserved = self.chance.choice(waiting) if waiting and self.chance.random() < 0.7 else None
        take_outgoing_number(outgoing=draft, book=book, reserved=reserved, actor=self.clerk, on=self.day)

    def reserve(self) -> None:
        from mocban.registry.services import numbering

        until = self.day + timedelta(days=self.chance.randint(0, 5))
        series = self.book("outgoing").series
        numbering.reserve(series=series, reason="Đang trình", expires_on=until, actor=self.clerk, on=self.day)

    def number(self, state: str) -> Any:
        from mocban.registry.models import Number

        held = Number.objects.filter(period__series__organisation=self.organisation, state=state)
        newest = list(held.order_by("-taken_at").select_related("period__series__organisation")[:8])
        return self.chance.choice(newest) if newest else None

    def give_back(self) -> None:
        from mocban.registry.services import numbering

        if number := self.number("reserved"):
            numbering.give_back(number=number, actor=self.clerk, on=self.day)

    def void(self) -> None:
        from mocban.registry.services import numbering

        if number := self.number(self.chance.choice(["reserved", "reserved", "used", "void"])):
            numbering.void(number=number, reason="Không dùng", actor=self.clerk, on=self.day)

    def skip(self) -> None:
        from mocban.registry.services import numbering

        series = self.book(self.chance.choice(["incoming", "outgoing"])).series
        numbering.take_void(series=series, reason="In hỏng", actor=self.clerk, on=self.day)

    def elsewhere(self) -> None:
        from mocban.registry.services import numbering

        numbering.record_elsewhere(series=self.book("outgoing").series, actor=self.clerk, on=self.day)

    def cancel(self) -> None:
        from mocban.registry.models import Outgoing
        from mocban.registry.services.cancelling import cancel_outgoing

        numbered = list(Outgoing.objects.filter(organisation=self.organisation, status="numbered").order_by("pk")[:8])
        if numbered:
            chosen = self.chance.choice(numbered)
            cancel_outgoing(outgoing=chosen, reason="Sai thể thức", actor=self.clerk, on=self.day)

    def expire(self) -> None:
        from mocban.registry.services import numbering

        numbering.void_expired(series=self.book("outgoing").series, actor=self.clerk, on=self.day)


@dataclass
class Victim:
    """A process that does one step and is killed: before its transaction commits, or right after."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, organisation_id: str) -> Victim:
        from django.db import connection

        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "VICTIM_DATABASE": str(connection.settings_dict["NAME"]),
        }
        command = [sys.executable, "-m", MODULE, organisation_id]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return cls(subprocess.Popen(command, env=environment, **pipes))  # noqa: S603 - our own interpreter and module

    def kill_in(self, *, seed: int, day: date, before_commit: bool) -> str:
        """Order one step and kill with SIGKILL where it stands; returns what it said: "inside" or the outcome."""
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        order = {"seed": seed, "day": day.isoformat(), "before_commit": before_commit}
        pipe_in.write(json.dumps(order) + "\n")
        pipe_in.flush()
        said = pipe_out.readline().strip()
        self.process.kill()
        self.process.wait()
        assert said, "the victim died before it was killed"
        return said


def be_victim(organisation_id: str) -> None:
    import django

    django.setup()
    from django.db import connections

    connections.databases["default"]["NAME"] = os.environ["VICTIM_DATABASE"]
    connections["default"].settings_dict["NAME"] = os.environ["VICTIM_DATABASE"]
    order = json.loads(sys.stdin.readline())
    driver = Driver(organisation_id, random.Random(order["seed"]), date.fromisoformat(order["day"]))  # noqa: S311

    def stand_still() -> None:
        print("inside", flush=True)
        sys.stdin.read()

    outcome = driver.step(during=stand_still if order["before_commit"] else None)
    print(outcome, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    be_victim(sys.argv[1])
