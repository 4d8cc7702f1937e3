"""Make the four bodies: organisation, units, people, positions, series, books, plan, fonds, keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mocban import law
from mocban.archives.services.places import create_fonds, create_place
from mocban.people.actor import Actor, actor_of, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position, Unit
from mocban.people.services import OrganisationFields, appoint, create_person, create_unit, found_organisation
from mocban.records.services import add_plan_line, approve_plan, create_plan
from mocban.registry.choices import Direction
from mocban.registry.models import Book
from mocban.registry.services.books import open_book
from mocban.registry.services.series import create_series
from mocban.registry.services.terms import open_term
from mocban.signing.pdf.demo_images import seal_image, signature_image
from mocban.signing.services import issue_organisation_key, issue_person_key, set_image

from .spec import world

PARTY_SERIES = [("Quyết định, quy định", ["QĐ"]), ("Công văn", ["CV"]), ("Thông báo", ["TB"]), ("Báo cáo", ["BC"])]


@dataclass
class Body:
    """One body of the demo with its people at hand by login and its books by name."""

    organisation: Organisation
    units: dict[str, Unit]
    positions: dict[str, Position]
    incoming_book: Book
    outgoing_books: dict[str, Book]

    def actor(self, role: Role, unit: str = "") -> Actor:
        """The first person with the role (in the unit)."""
        return actor_of(self.position(role, unit))

    def position(self, role: Role, unit: str = "") -> Position:
        for position in self.positions.values():
            if role.value in position.roles and (not unit or position.unit_id == self.units[unit].pk):
                return position
        raise LookupError(f"nobody is {role} in {unit or self.organisation}")


def make_body(spec: dict[str, Any], *, on: date) -> Body:
    """Make one body of world.yaml as it would stand on `on`, able to sign and to seal."""
    body = make_desks(spec, on=on)
    make_keys(body, actor=system_actor(body.organisation))
    return body


def make_desks(spec: dict[str, Any], *, on: date) -> Body:
    """Make the body without its keys: units, people, series, books, plan, fonds."""
    organisation = found_organisation(
        fields=OrganisationFields(
            **{
                name: spec[name]
                for name in ("name", "short_name", "parent_name", "regime", "symbol", "code", "place", "address")
            }
        )
    )
    system = system_actor(organisation)
    units = {
        unit["key"]: create_unit(organisation=organisation, name=unit["name"], symbol=unit["symbol"], actor=system)
        for unit in spec["units"]
    }
    positions = {person["login"]: make_person(person, organisation, units, actor=system) for person in spec["people"]}
    incoming, outgoing = make_books(spec, organisation, actor=system, on=on)
    body = Body(organisation, units, positions, incoming, outgoing)
    make_plan(body, on=on)
    make_archives(body, actor=system, on=on)
    return body


def make_person(
    person: dict[str, Any], organisation: Organisation, units: dict[str, Unit], *, actor: Actor
) -> Position:
    """An account with the demo password, and its position."""
    account = create_person(
        login=person["login"],
        full_name=person["name"],
        password=world()["password"],
        must_change_password=False,
        actor=actor,
    )
    return appoint(
        person=account,
        organisation=organisation,
        unit=units[person["unit"]] if "unit" in person else None,
        title=person["title"],
        roles=person["roles"],
        authority=person.get("authority", ""),
        valid_from=date(2025, 8, 2),
        actor=actor,
    )


def make_books(
    spec: dict[str, Any], organisation: Organisation, *, actor: Actor, on: date
) -> tuple[Book, dict[str, Book]]:
    """One incoming series and book; outgoing series as the regime counts: by symbol, or one for all kinds."""
    common: dict[str, Any] = {"organisation": organisation, "actor": actor, "on": on}
    incoming = create_series(direction=Direction.INCOMING, name="Văn bản đến", **common)
    incoming_book = open_book(series=incoming, name="Sổ đăng ký văn bản đến", year=on.year, actor=actor, on=on)
    scope = law.value("counter.outgoing_scope", on=on, regime=organisation.regime).value
    plans = PARTY_SERIES if scope == "per_symbol" else [("Văn bản hành chính", [])]
    books = {}
    for name, symbols in plans:
        series = create_series(direction=Direction.OUTGOING, name=name, kind_symbols=symbols, **common)
        if "term" in spec:
            open_term(series=series, actor=actor, on=on, **spec["term"])
        books[name] = open_book(series=series, name=f"Sổ đăng ký văn bản đi: {name}", year=on.year, actor=actor, on=on)
    return incoming_book, books


def make_plan(body: Body, *, on: date) -> None:
    """The approved list of planned files of the year, two lines a unit."""
    organisation = body.organisation
    rows = [row for row in law.retention(regime=organisation.regime, on=on) if row.selectable]
    permanent = next((row for row in rows if row.term == "permanent"), rows[0])
    limited = next(row for row in rows if row.term == "years")
    clerk = system_actor(organisation)
    plan = create_plan(organisation=organisation, year=on.year, actor=clerk, on=on)
    for number, (heading, unit) in enumerate(((unit.name, unit) for unit in body.units.values()), start=1):
        for place, (title, row) in enumerate(
            [
                (f"Hồ sơ trao đổi công tác của {heading} năm {on.year}", limited),
                (f"Hồ sơ xây dựng văn bản chỉ đạo về {heading.lower()} năm {on.year}", permanent),
            ],
            start=1,
        ):
            add_plan_line(
                plan=plan,
                unit=unit,
                heading=f"{number}. {heading}",
                notation=f"{place:02d}.{unit.symbol}",
                title=title,
                retention_code=row.code,
                maker=None,
                actor=clerk,
                on=on,
            )
    approve_plan(plan=plan, actor=clerk, on=on)


def make_archives(body: Body, *, actor: Actor, on: date) -> None:
    """A fonds and two boxes."""
    name = body.organisation.name
    create_fonds(
        organisation=body.organisation, code=body.organisation.symbol, title=f"Phông {name}", actor=actor, on=on
    )
    for box in ("Hộp 01", "Hộp 02"):
        create_place(organisation=body.organisation, store="Kho 1", shelf="Giá A1", box=box, actor=actor, on=on)


def make_keys(body: Body, *, actor: Actor) -> None:
    """Trial certificates and pictures for the body and everybody who signs."""
    issue_organisation_key(organisation=body.organisation, actor=actor)
    set_image(
        owner=body.organisation,
        image=seal_image(body.organisation.name.upper(), body.organisation.symbol),
        organisation=body.organisation,
        actor=actor,
    )
    for position in body.positions.values():
        if Role.LEADER.value in position.roles:
            issue_person_key(person=position.person, organisation=body.organisation, actor=actor)
            picture = signature_image(position.person.full_name)
            set_image(owner=position.person, image=picture, organisation=body.organisation, actor=actor)
