"""The ledger proof: whatever clerks, crashes and clocks do, every number of every period is accounted for once."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections

from mocban.config.demo.bodies import Body, make_desks
from mocban.config.demo.spec import world as specification
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.people.services import set_setting
from mocban.registry.choices import IssuerKind, NumberState
from mocban.registry.ledger import ledger_rows, ledger_summary
from mocban.registry.models import Incoming, Number, Outgoing, SeriesPeriod
from mocban.registry.services.layout import lay_out_series
from mocban.registry.services.series import add_issuer
from mocban.registry.services.terms import open_issuer_term
from tests.world import DAY, QUICK_PASSWORDS

from .ledger_driver import CONGRESSES, DEADLOCK, RETURNED, TERMS, Driver, Victim

SEED = 20261104


def office() -> Body:
    """A Party office that may reserve numbers, with two terms and two congresses, one of them inside a year."""
    spec = next(one for one in specification()["organisations"] if one["key"] == "vptu")
    body = make_desks(spec, on=DAY)
    organisation, system = body.organisation, system_actor(body.organisation)
    set_setting(
        organisation=organisation,
        name="number.reserve_before_signature",
        value="true",
        citation="Quy chế văn thư, Điều 9",
        valid_from=date(2025, 1, 1),
        reason="Thử",
        until=date(2040, 1, 1),
        actor=system,
    )
    own = next(iter(body.outgoing_books.values())).series.issuer
    open_issuer_term(issuer=own, name=TERMS[1][0], starts_on=TERMS[1][1], actor=system, on=DAY)
    congress = add_issuer(
        organisation=organisation, kind=IssuerKind.CONGRESS, name="Đại hội", symbol="ĐH", actor=system, on=DAY
    )
    lay_out_series(issuer=congress, actor=system, on=DAY)
    for name, starts_on, ends_on in CONGRESSES:
        open_issuer_term(issuer=congress, name=name, starts_on=starts_on, ends_on=ends_on, actor=system, on=DAY)
    return body


def prove(*, steps: int, clerks: int, crashes: int) -> Counter[str]:
    """Drive, crash, and account for every number. Returns what the steps came to."""
    body = office()
    key = str(body.organisation.pk)
    each = crashes // clerks

    def work(place: int) -> Counter[str]:
        chance = random.Random(SEED + place)
        driver = Driver(key, chance)
        pauses = sorted(chance.sample(range(steps), each))
        victim = Victim.start(key) if each else None
        try:
            for turn in range(steps):
                driver.step(undo=chance.random() < 0.15)
                if victim and turn in pauses:
                    said = victim.kill_in(seed=chance.randrange(2**31), day=driver.day, before_commit=turn % 2 == 0)
                    driver.told[f"killed, {said.partition(':')[0]}"] += 1
                    victim = Victim.start(key) if turn != pauses[-1] else None
        finally:
            if victim:
                victim.process.kill()
                victim.process.wait()
            connections.close_all()
        return driver.told

    with ThreadPoolExecutor(clerks) as pool:
        told = sum((one.result() for one in [pool.submit(work, place) for place in range(clerks)]), Counter())
    account_for_every_number(body)
    assert told[DEADLOCK] == 0, "two steps lock in different orders"
    return told


def account_for_every_number(body: Body) -> None:
    clerk = body.actor(Role.CLERK)
    entered: Counter[Any] = Counter(Incoming.objects.values_list("number_id", flat=True))
    entered += Counter(Outgoing.objects.exclude(number=None).values_list("number_id", flat=True))
    assert set(entered.values()) <= {1}, "two documents share a number"
    cancelled = set(Outgoing.objects.filter(status="cancelled").values_list("number_id", flat=True))
    for period in SeriesPeriod.objects.select_related("series"):
        numbers = list(Number.objects.filter(period=period).order_by("value"))
        assert [number.value for number in numbers] == list(range(1, period.last_number + 1)), period
        for number in numbers:
            assert period.starts_on <= number.taken_on, (period, number.value)
            assert period.ends_on is None or number.taken_on <= period.ends_on, (period, number.value)
            assert (number.state == NumberState.USED) == (number.pk in entered and number.pk not in cancelled), (
                number.pk
            )
            assert number.mark == ""
        rows = list(ledger_rows(period, clerk))
        assert [row.value for row in rows] == list(range(1, period.last_number + 1))
        summary = ledger_summary(period)
        assert summary.missing == 0
        assert sum(summary.counts.values()) == period.last_number


@pytest.mark.django_db(transaction=True)
def test_the_ledger_accounts_for_every_number_after_120_random_steps_and_two_crashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS
    told = prove(steps=120, clerks=1, crashes=2)
    assert told["killed, inside"] + told[f"killed, {RETURNED}"] + told["killed, refused"] == 2
    assert Number.objects.count() > 20


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_ledger_of_three_clerks_with_600_steps_each_and_45_crashes(settings: Any) -> None:
    """Expected: 4 minutes on 2 cores."""
    settings.PASSWORD_HASHERS = QUICK_PASSWORDS
    told = prove(steps=600, clerks=3, crashes=45)
    for outcome, times in sorted(told.items()):
        print(f"{times:6} {outcome}")
    states = Counter(Number.objects.values_list("state", flat=True))
    print(f"{sum(states.values())} numbers in {SeriesPeriod.objects.count()} periods: {dict(states)}")
    assert set(states) == set(NumberState.values)
    assert told["killed, inside"] >= 10
