"""Build the demo province: bodies first, then documents in every state, then one whole turn of the wheel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection

from mocban.archives.models import Holding
from mocban.people.actor import system_actor
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today
from mocban.people.services import AgencyFields, add_agency, appoint

from .afterwards import copy_and_recall
from .bodies import Body, make_body
from .desk import fill_desks
from .logs import open_logs, write_lines
from .numbers import lay_out_numbers, use_numbers
from .spec import logins, world
from .unsigned import leave_unsigned
from .wheel import turn_once

Say = Callable[[str], None]

__all__ = ["build", "is_complete", "logins"]


def is_complete() -> bool:
    """Whether the last step was done: a file of the department lies packed in the archives."""
    code = world()["organisations"][1]["code"]
    return Holding.objects.filter(organisation__code=code, package__isnull=False).exists()


def build(say: Say) -> None:
    """Make the whole world on an empty database; what an interrupted start left is dropped first."""
    if Organisation.objects.exists():
        say("  an unfinished demo world is dropped and made anew")
        start_anew()
    on = today()
    bodies: dict[str, Body] = {}
    for spec in world()["organisations"]:
        bodies[spec["key"]] = make_body(spec, on=on)
        say(f"  {spec['name']}: {len(spec['people'])} people, books, plan, keys")
    make_second_positions(bodies)
    say(f"  {list_agencies(bodies)} agencies of the province in the directory")
    further = {spec["key"]: spec.get("issuers", []) for spec in world()["organisations"]}
    series = sum(lay_out_numbers(body, further[key], on=on) for key, body in bodies.items())
    say(f"  {series} further number series: copies, the committee and the council that the Party office serves")
    for body in bodies.values():
        open_logs(body, on=workday_before(on))
        say(f"  {fill_desks(body, bodies, on=workday_before(on))} documents at {body.organisation.short_name}")
    turn_once(bodies, on=on)
    copy_and_recall(bodies, on=on)
    leave_unsigned(bodies["snv"], bodies["vptu"], on=on)
    use_numbers(bodies["vptu"], on=on)
    write_lines(bodies["snv"], on=on)
    say("  one document went the whole way: received, answered, signed, issued, filed, archived, packed")


def workday_before(on: date) -> date:
    """Yesterday, but never in the year before: the books are this year's."""
    return max(on - timedelta(days=1), date(on.year, 1, 1))


def make_second_positions(bodies: dict[str, Body]) -> None:
    """One person with two positions, who acts in one at a time."""
    for second in world()["second_positions"]:
        organisation = bodies[second["organisation"]].organisation
        appoint(
            person=Person.objects.get(login=second["login"]),
            organisation=organisation,
            title=second["title"],
            roles=second["roles"],
            valid_from=date(2025, 10, 16),
            actor=system_actor(organisation),
        )


def list_agencies(bodies: dict[str, Body]) -> int:
    """The agencies around the bodies, which documents come from and go to."""
    system = system_actor(bodies["snv"].organisation)
    for entry in world()["directory"]:
        add_agency(fields=AgencyFields(**entry), actor=system)
    return len(world()["directory"])


def start_anew() -> None:
    """Drop every table of the demo's own database and lay them again: the trail refuses to be emptied row by row."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
