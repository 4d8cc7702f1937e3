"""People and the positions they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, fold, sort_key

from .. import access, events, rules, selectors
from ..actor import Actor
from ..choices import Role
from ..models import Organisation, Person, Position, Unit
from ..sessions import end_sessions, revoke_tokens
from .organisations import _apply


def check_password(password: str, person: Person) -> None:
    """Refuse a password that the validators of the settings refuse, with their sentence."""
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise RuleBroken("password.weak", " ".join(weak.messages)) from weak


@transaction.atomic
def create_person(
    *,
    login: str,
    full_name: str,
    actor: Actor,
    email: str = "",
    password: str | None = None,
    must_change_password: bool = True,
) -> Person:
    """Create an account that the actor's organisation keeps.

    Without `password` nobody can sign in until a one-time code is issued (`issue_reset_code`).
    """
    access.require(actor, "person.edit", actor)
    login = clean_line(login).lower()
    rules.check_login(login)
    full_name, email = _checked_names(full_name, email)
    person = Person(
        organisation_id=actor.organisation_id,
        login=login,
        full_name=full_name,
        sort_name=sort_key(full_name),
        folded_name=_folded(full_name, login),
        email=email,
        must_change_password=must_change_password,
    )
    if password is None:
        person.set_unusable_password()
    else:
        check_password(password, person)
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        raise RuleBroken("person.login_taken", _("Tên đăng nhập «%(login)s» đã có.") % {"login": login}) from taken
    audit.record(actor, events.PERSON_CREATED, person, details={"login": login})
    return person


@transaction.atomic
def edit_person(*, person: Person, full_name: str, email: str, actor: Actor) -> Person:
    """Correct the name or the address of a person."""
    access.require(actor, "person.edit", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    full_name, email = _checked_names(full_name, email)
    keys = {"sort_name": sort_key(full_name), "folded_name": _folded(full_name, person.login)}
    changes = _apply(person, {"full_name": full_name, "email": email, **keys})
    if changes:
        audit.record(actor, events.PERSON_CHANGED, person, changes=changes)
    return person


@transaction.atomic
def deactivate_person(*, person: Person, actor: Actor, on: date) -> Person:
    """Close an account: the person can no longer sign in, and every session and API token of theirs ends."""
    access.require(actor, "person.edit", person)
    _lock_administrators(position.organisation_id for position in selectors.positions_of(person, on))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise RuleBroken("person.inactive", _("Tài khoản này đã bị khóa."))
    if person.pk == actor.person_id:
        raise RuleBroken("person.own_account", _("Bạn không tự khóa tài khoản của mình được."))
    for position in selectors.positions_of(person, on).filter(roles__contains=[Role.ADMINISTRATOR.value]):
        rules.check_administrator_stays(_other_administrators(position, on, but=person))
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    revoke_tokens(person)
    audit.record(actor, events.PERSON_DEACTIVATED, person)
    return person


@transaction.atomic
def reactivate_person(*, person: Person, actor: Actor) -> Person:
    """Open a closed account again; the old password counts as first password and must be changed."""
    access.require(actor, "person.edit", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise RuleBroken("person.active", _("Tài khoản này đang hoạt động."))
    person.is_active = True
    person.must_change_password = True
    person.save(update_fields=["is_active", "must_change_password"])
    audit.record(actor, events.PERSON_REACTIVATED, person)
    return person


@transaction.atomic
def appoint(
    *,
    person: Person,
    organisation: Organisation,
    title: str,
    roles: Iterable[str],
    valid_from: date,
    actor: Actor,
    unit: Unit | None = None,
    authority: str = "",
    valid_to: date | None = None,
) -> Position:
    """Give a person a position in the organisation, from a day on, perhaps to a day (inclusive)."""
    access.require(actor, "position.edit", organisation)
    title, authority = clean_line(title), clean_line(authority)
    held = [role.value for role in Role if role.value in {str(given) for given in roles}]
    rules.check_given(Position._meta.get_field("title").verbose_name, title)
    rules.check_length(Position._meta.get_field("title").verbose_name, title, 100)
    rules.check_length(Position._meta.get_field("authority").verbose_name, authority, 60)
    rules.check_roles(held)
    rules.check_term(valid_from, valid_to)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise RuleBroken("person.inactive", _("Tài khoản này đã bị khóa."))
    unit = Unit.objects.select_for_update().get(pk=unit.pk) if unit else None
    if unit and (unit.organisation_id != organisation.pk or unit.closed_on):
        raise RuleBroken("position.unit", _("Đơn vị không thuộc cơ quan này hoặc đã ngừng sử dụng."))
    position = Position.objects.create(
        person=person,
        organisation=organisation,
        unit=unit,
        title=title,
        roles=held,
        authority=authority,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    labels = ", ".join(str(Role(role).label) for role in held)
    audit.record(actor, events.POSITION_GIVEN, position, details={"roles": labels}, about=[person])
    return position


@transaction.atomic
def end_position(*, position: Position, last_day: date, actor: Actor) -> Position:
    """End a position after `last_day`. The organisation must keep an administrator on the day after."""
    access.require(actor, "position.edit", position)
    _lock_administrators([position.organisation_id])
    position = Position.objects.select_for_update(of=("self",)).select_related("person").get(pk=position.pk)
    rules.check_term(position.valid_from, last_day)
    if position.valid_to and position.valid_to <= last_day:
        raise RuleBroken("position.ended", _("Vị trí công tác này đã kết thúc."))
    if Role.ADMINISTRATOR.value in position.roles:
        rules.check_administrator_stays(_administrators_after(position, last_day))
    position.valid_to, before = last_day, position.valid_to
    position.save(update_fields=["valid_to"])
    audit.record(
        actor,
        events.POSITION_ENDED,
        position,
        changes={"valid_to": (before, last_day)},
        details={"day": f"{last_day:%d/%m/%Y}"},
        about=[position.person],
    )
    return position


def _administrators_after(position: Position, last_day: date) -> int:
    """Return how many other positions with the role outlast `last_day`."""
    found = selectors.holders(position.organisation_id, Role.ADMINISTRATOR, on=last_day + timedelta(days=1))
    return found.exclude(pk=position.pk).count()


def _other_administrators(position: Position, on: date, *, but: Person) -> int:
    return selectors.holders(position.organisation_id, Role.ADMINISTRATOR, on=on).exclude(person=but).count()


def _lock_administrators(organisation_ids: Iterable[object]) -> None:
    """Hold the organisations, so that two administrators cannot remove each other at the same moment."""
    ids = sorted({str(pk) for pk in organisation_ids})
    list(Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _folded(full_name: str, login: str) -> str:
    return f"{fold(full_name)[:300]} {login}"  # folding may lengthen a letter


def _checked_names(full_name: str, email: str) -> tuple[str, str]:
    full_name, email = clean_line(full_name), clean_line(email)
    rules.check_given(Person._meta.get_field("full_name").verbose_name, full_name)
    rules.check_length(Person._meta.get_field("full_name").verbose_name, full_name, 100)
    rules.check_email(email)
    return full_name, email
