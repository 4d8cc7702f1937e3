"""The verbs: who may, when they are refused, what they leave on the trail."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from mocban.audit.models import Event
from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people import access, grants, selectors, services
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.people.models import ApiToken, Organisation, Person, Position

from .conftest import DAY, PASSWORD, fields

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(RuleBroken, check=lambda broken: broken.code == code)


@pytest.fixture
def other_office(office):
    return services.found_organisation(fields=fields(name="Sở Nội vụ", regime="state", symbol="SNV", code="H99.02"))


def test_an_organisation_is_created_with_its_alphabetical_key_and_its_event(office):
    assert office.organisation.sort_name
    assert [entry.sentence for entry in history(office.organisation)] == [
        "Hệ thống đã lập cơ quan Văn phòng Tỉnh ủy Lam Sơn trong hệ thống."
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "people.empty"),
        ({"name": "x" * 201}, "people.too_long"),
        ({"regime": "khac"}, "organisation.regime"),
        ({"symbol": "VP TU"}, "symbol.malformed"),
        ({"symbol": "VP/TU"}, "symbol.malformed"),
        ({"code": "mã số"}, "organisation.code_malformed"),
        ({"code": "A99.01"}, "organisation.code_taken"),
    ],
)
def test_an_organisation_is_refused(office, change, code):
    with refused(code):
        services.found_organisation(fields=fields(**{"code": "A99.77", **change}))
    assert Organisation.objects.count() == 1


def test_names_are_stored_composed_and_without_control_characters(office):
    made = services.found_organisation(fields=fields(name="Ban Tô\u0309  chư\u0301c\x00\u202e", code="A99.03"))
    assert made.name == "Ban Tổ chức"


def test_who_creates_a_further_organisation_administers_it(office):
    made = services.create_organisation(fields=fields(code="A99.05", symbol="BTC"), actor=office.admin, on=DAY)
    held = selectors.holders(made.pk, Role.ADMINISTRATOR, on=DAY).get()
    assert held.person_id == office.admin.person_id


def test_the_regime_of_an_organisation_stays(office):
    services.edit_organisation(organisation=office.organisation, fields=fields(address="1 Phố Mới"), actor=office.admin)
    with refused("organisation.regime_fixed"):
        services.edit_organisation(organisation=office.organisation, fields=fields(regime="state"), actor=office.admin)


def test_a_unit_symbol_is_unique_in_its_organisation_only(office, other_office):
    with refused("unit.symbol_taken"):
        services.create_unit(organisation=office.organisation, name="Khác", symbol="TH", actor=office.admin)
    services.create_unit(organisation=other_office, name="Khác", symbol="TH", actor=system_actor(other_office))


def test_a_unit_with_people_is_not_closed(office):
    person = office.person("an")
    with refused("unit.occupied"):
        services.close_unit(unit=office.unit, actor=office.admin, on=DAY)
    for position in Position.objects.filter(unit=office.unit):
        if position.person == person:
            services.end_position(position=position, last_day=DAY, actor=office.admin)
        else:
            Position.objects.filter(pk=position.pk).update(unit=None)
    services.close_unit(unit=office.unit, actor=office.admin, on=DAY)
    with refused("position.unit"):
        office.appoint(person)


@pytest.mark.parametrize("login", ["a", "Đông", "an binh", "-an", "a" * 61, ""])
def test_a_malformed_login_is_refused(office, login):
    with refused("person.login_malformed"):
        services.create_person(login=login, full_name="An", actor=office.admin)


def test_a_login_is_unique_whatever_its_case(office):
    office.person("an")
    with refused("person.login_taken"):
        services.create_person(login="AN", full_name="An", actor=office.admin)


@pytest.mark.parametrize("password", ["Ngắn-1", "khôngcóchữhoa-1", "KhôngCóSốNào-", "Lethi.Khoe9"])
def test_a_weak_password_is_refused(office, password):
    with refused("password.weak"):
        services.create_person(login="lethi.khoe9", full_name="Lê Thị", password=password, actor=office.admin)


def test_a_position_counts_from_its_first_to_its_last_day(office):
    person = Person.objects.get(login="quantri")
    position = office.appoint(person, Role.CLERK, valid_from=date(2026, 9, 10), valid_to=date(2026, 9, 12))
    held = [
        day
        for day in (date(2026, 9, 9) + timedelta(days=n) for n in range(5))
        if position in selectors.positions_of(person, day)
    ]
    assert held == [date(2026, 9, 10), date(2026, 9, 11), date(2026, 9, 12)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "people.empty"),
        ({"roles": ["vua"]}, "position.roles"),
        ({"roles": []}, "position.roles"),
        ({"valid_to": DAY - timedelta(days=1)}, "position.days"),
    ],
)
def test_a_position_is_refused(office, change, code):
    given = {"title": "Văn thư", "roles": [Role.CLERK], "valid_from": DAY, "unit": office.unit, **change}
    person = Person.objects.get(login="quantri")
    with refused(code):
        services.appoint(person=person, organisation=office.organisation, actor=office.admin, **given)


def test_the_last_administrator_cannot_go(office):
    with refused("position.last_administrator"):
        services.end_position(position=Position.objects.get(), last_day=DAY, actor=office.admin)
    second = office.person("phu", Role.ADMINISTRATOR)
    services.end_position(position=Position.objects.get(person=second), last_day=DAY, actor=office.admin)
    with refused("position.last_administrator"):
        services.end_position(position=Position.objects.exclude(person=second).get(), last_day=DAY, actor=office.admin)


def test_an_administrator_does_not_lock_the_own_account(office):
    office.person("phu", Role.ADMINISTRATOR)
    with refused("person.own_account"):
        services.deactivate_person(person=Person.objects.get(login="quantri"), actor=office.admin, on=DAY)


def test_the_account_of_the_last_administrator_is_not_locked(office):
    with refused("position.last_administrator"):
        services.deactivate_person(
            person=Person.objects.get(login="quantri"), actor=system_actor(office.organisation), on=DAY
        )


VERBS_OF_ADMINISTRATORS = [
    ("organisation.edit", lambda office: office.organisation),
    ("unit.edit", lambda office: office.unit),
    ("person.edit", lambda office: Person.objects.get(login="quantri")),
    ("position.edit", lambda office: Position.objects.first()),
    ("setting.edit", lambda office: office.organisation),
    ("token.issue", lambda office: Position.objects.first()),
]


@pytest.mark.parametrize(("verb", "subject"), VERBS_OF_ADMINISTRATORS)
def test_administration_is_for_administrators_of_the_same_organisation(office, other_office, verb, subject):
    obj = subject(office)
    colleagues = [office.actor(office.person(f"ai.{role}", role)) for role in Role]
    allowed = [actor.roles for actor in colleagues if access.may(access.ADMIN_VERBS, actor, verb, obj)]
    assert allowed == [{"administrator"}]
    foreign = replace(office.admin, organisation_id=other_office.pk)
    assert not access.may(access.ADMIN_VERBS, foreign, verb, obj)


def test_a_refused_verb_changes_nothing(office):
    clerk = office.actor(office.person("an", Role.CLERK))
    before = Event.objects.count()
    with pytest.raises(PermissionDenied):
        services.create_unit(organisation=office.organisation, name="Phòng", symbol="P", actor=clerk)
    assert Event.objects.count() == before


def test_another_organisation_does_not_reset_a_guest(office, other_office):
    guest = office.person("khach")
    installer = system_actor(other_office)
    services.appoint(
        person=guest, organisation=other_office, title="Ủy viên", roles=[Role.OFFICER], valid_from=DAY, actor=installer
    )
    with pytest.raises(PermissionDenied):
        services.issue_reset_code(person=guest, actor=installer)
    assert guest in Person.objects.visible_to(installer)


def test_an_own_rule_holds_from_its_day_and_cites_its_regulation(office, other_office):
    name, installer = "counter.outgoing_scope", system_actor(other_office)
    lawful = selectors.in_force(other_office, name, on=DAY)
    services.set_setting(
        organisation=other_office, name=name, value="per_kind", citation="Quy chế văn thư, Điều 5",
        valid_from=date(2026, 10, 1), actor=installer,
    )  # fmt: skip
    assert selectors.in_force(other_office, name, on=date(2026, 9, 30)) == lawful
    own = selectors.in_force(other_office, name, on=date(2026, 10, 1))
    assert (own.value, own.citation, own.since) == ("per_kind", "Quy chế văn thư, Điều 5", date(2026, 10, 1))
    assert history(other_office)[-1].basis[-1] == "Quy chế văn thư, Điều 5"


def test_a_departure_from_the_law_has_its_reason_and_ends_by_itself(other_office):
    name, last = "number.reserve_before_signature", date(2026, 11, 30)
    given = {"organisation": other_office, "name": name, "citation": "Quy chế văn thư, Điều 9", "valid_from": DAY}
    given |= {"actor": system_actor(other_office)}
    for lacking in ({"reason": "Đang chuyển hệ thống"}, {"until": last}, {"reason": "x", "until": date(2020, 1, 1)}):
        with refused("setting.departure"):
            services.set_setting(**given, value="true", **lacking)
    services.set_setting(**given, value="true", reason="Đang chuyển hệ thống", until=last)
    own = selectors.in_force(other_office, name, on=last)
    assert (own.value, own.citation, own.note, own.until) == (True, given["citation"], "Đang chuyển hệ thống", last)
    assert selectors.in_force(other_office, name, on=date(2026, 12, 1)).value is False
    services.set_setting(**given | {"valid_from": date(2026, 11, 20)}, value="false")
    assert selectors.in_force(other_office, name, on=date(2026, 11, 20)).value is False


@pytest.mark.parametrize(
    ("name", "value", "citation", "code"),
    [
        ("counter.outgoing_scope", "per_kind", "Quy chế", "setting.not_delegated"),
        ("khong.co", "1", "Quy chế", "setting.unknown"),
        ("exchange.packet_size_at_most", "nhiều", "Quy chế", "setting.value"),
        ("exchange.packet_size_at_most", "20", " ", "people.empty"),
    ],
)
def test_an_own_rule_is_refused(office, name, value, citation, code):
    with refused(code):
        services.set_setting(
            organisation=office.organisation, name=name, value=value, citation=citation, valid_from=DAY,
            actor=office.admin,
        )  # fmt: skip


def test_a_token_acts_for_one_position_only(office, other_office):
    person = office.person("an", Role.CLERK)
    services.appoint(
        person=person, organisation=other_office, title="Ủy viên", roles=[Role.LEADER], valid_from=DAY,
        actor=system_actor(other_office),
    )  # fmt: skip
    mine = office.actor(person)
    plain = services.issue_token(
        position=Position.objects.get(pk=mine.position_id), label="Máy quét", days=30, actor=mine
    )
    assert services.api_actor(plain) == mine
    assert plain not in str(list(ApiToken.objects.values()))


@pytest.mark.parametrize("end", ["expire", "revoke", "position", "account"])
def test_a_token_ends_with_its_term_its_position_and_its_account(office, end):
    person = office.person("an")
    position = Position.objects.get(person=person)
    plain = services.issue_token(position=position, label="Máy quét", days=2, actor=office.admin)
    assert services.api_actor(plain)
    if end == "revoke":
        services.revoke_token(token=ApiToken.objects.get(), actor=office.admin)
    if end == "position":
        services.end_position(position=position, last_day=DAY, actor=office.admin)
    if end == "account":
        services.deactivate_person(person=person, actor=office.admin, on=DAY)
    with time_machine.travel("2026-09-03T03:00:01Z" if end in ("expire", "position") else "2026-09-01T04:00:00Z"):
        assert services.api_actor(plain) is None


@pytest.mark.parametrize("typed", ["", "mocban_", "mocban_sai", "x" * 500, "mocban_" + "é" * 300])
def test_an_unknown_token_opens_nothing(office, typed):
    assert services.api_actor(typed) is None


def test_nobody_issues_a_token_for_a_colleague(office):
    clerk = office.actor(office.person("an", Role.CLERK))
    theirs = Position.objects.get(person=office.person("binh"))
    with pytest.raises(PermissionDenied):
        services.issue_token(position=theirs, label="Máy quét", days=1, actor=clerk)


def test_the_console_issues_a_token_for_a_login(office):
    office.person("an", Role.CLERK)
    actor = services.api_actor(services.token_for_login("AN", label="./mocban token", days=1))
    assert actor.person_name == "Người an"
    with refused("token.no_position"):
        services.token_for_login("khongco", label="./mocban token", days=1)


def test_the_start_code_works_once_and_only_on_an_empty_installation(db):
    old, code = services.first_admin_code(), services.first_admin_code()
    given = {"fields": fields(), "login": "quantri", "full_name": "Quản Lý", "password": PASSWORD, "on": DAY}
    with refused("start.refused"):
        services.start_installation(code=old, **given)
    position = services.start_installation(code=code, **given)
    assert position.roles == ["administrator"]
    with refused("start.refused"):
        services.start_installation(code=code, **given)
    assert services.first_admin_code() is None


def test_a_start_that_is_refused_leaves_nothing_and_keeps_the_code(db):
    code = services.first_admin_code()
    given = {"code": code, "fields": fields(), "login": "quantri", "full_name": "Quản Lý", "on": DAY}
    with refused("password.weak"):
        services.start_installation(password="yếu", **given)
    assert not Organisation.objects.exists()
    assert services.start_installation(password=PASSWORD, **given)


def test_a_grant_shows_an_object_once_to_those_who_hold_its_token(office):
    clerk = office.actor(office.person("an", Role.CLERK))
    tokens = [grants.role_token(office.organisation.pk, Role.CLERK), grants.unit_token(office.unit.pk)]
    grants.allow(office.unit, tokens, reason="test")
    grants.allow(office.unit, tokens, reason="test")
    assert grants.visible(type(office.unit).objects.all(), clerk).count() == 1
    outsider = replace(clerk, organisation_id=office.unit.pk, unit_id=None)
    assert not grants.visible(type(office.unit).objects.all(), outsider).exists()
    assert grants.tokens_of("people.unit", [office.unit.pk]) == {office.unit.pk: sorted(tokens)}
