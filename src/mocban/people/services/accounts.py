"""Passwords, one-time codes, and the trail of signing in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.lib.text import clean_line

from .. import access, events, rules
from ..actor import Actor, person_actor, system_actor
from ..choices import CodePurpose
from ..models import OneTimeCode, Organisation, Person
from ..sessions import end_sessions
from .people import appoint, check_password, create_person

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1: codes are read aloud and typed
_GROUPS, _GROUP = 4, 4  # 16 of 32 letters are 80 bits, so a plain digest is enough


def new_code(purpose: CodePurpose, person: Person | None, expires_at: datetime | None) -> str:
    """Store the digest of a fresh code and return the code, in groups of four; older codes of the purpose die."""
    OneTimeCode.objects.filter(purpose=purpose, person=person, used_at=None).delete()
    code = "-".join("".join(secrets.choice(_ALPHABET) for _n in range(_GROUP)) for _g in range(_GROUPS))
    OneTimeCode.objects.create(
        purpose=purpose, person=person, digest=_digest(code), created_at=timezone.now(), expires_at=expires_at
    )
    return code


def take_code(purpose: CodePurpose, typed: str) -> OneTimeCode | None:
    """Lock and return the unused, unexpired code that was typed, or None. The caller marks it used."""
    found = OneTimeCode.objects.select_for_update().filter(purpose=purpose, digest=_digest(typed), used_at=None).first()
    if found is None or (found.expires_at and found.expires_at <= timezone.now()):
        return None
    return found


def _digest(code: str) -> str:
    letters = "".join(letter for letter in clean_line(code[:100]).upper() if letter in _ALPHABET)
    return sha256_hex(letters.encode("ascii"))


@transaction.atomic
def issue_reset_code(*, person: Person, actor: Actor) -> str:
    """Return a code, valid once, with which the person sets a password at /reset/.

    It lives 24 hours; for an account that has no password yet, a week, since slips are handed out to a whole office.
    The code is shown to the administrator only now. The old password and the open sessions stay until it is used.
    """
    access.require(actor, "person.edit", person)
    if not person.is_active:
        raise RuleBroken("person.inactive", _("Tài khoản này đã bị khóa."))
    hours = rules.CODE_HOURS if person.has_usable_password() else rules.FIRST_CODE_HOURS
    code = new_code(CodePurpose.RESET, person, timezone.now() + timedelta(hours=hours))
    audit.record(actor, events.CODE_ISSUED, person)
    return code


@transaction.atomic
def create_person_in_position(
    *, login: str, full_name: str, email: str, organisation: Organisation, actor: Actor, **post: Any
) -> tuple[Person, str]:
    """Create an account, give it its first position (`post`: the arguments of `appoint`) and issue its first code."""
    access.require(actor, "person.edit", organisation)
    person = create_person(login=login, full_name=full_name, email=email, actor=actor)
    appoint(person=person, organisation=organisation, actor=actor, **post)
    return person, issue_reset_code(person=person, actor=actor)


@transaction.atomic
def remove_second_factor(*, person: Person, actor: Actor) -> None:
    """Take the second factor off an account whose owner has lost the phone; every session of the person ends."""
    access.require(actor, "person.edit", person)
    if not Authenticator.objects.filter(user=person).exists():
        raise RuleBroken("person.no_second_factor", _("Tài khoản này không bật xác thực hai bước."))
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    audit.record(actor, events.SECOND_FACTOR_REMOVED, person)


@transaction.atomic
def reset_password(*, login: str, code: str, password: str) -> Person:
    """Set a new password by login and one-time code, end all sessions, and return the person.

    The code is the permission. A wrong login, a wrong code, a used and an expired one get the same answer.
    """
    found = take_code(CodePurpose.RESET, code)
    if found is None or found.person is None or found.person.login != clean_line(login).lower():
        make_password(password)  # the same work as for a right code
        raise RuleBroken("reset.refused", _("Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng hay hết hạn."))
    person: Person = Person.objects.select_for_update().get(pk=found.person.pk)
    if not person.is_active:
        raise RuleBroken("reset.refused", _("Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng hay hết hạn."))
    check_password(password, person)
    found.used_at = timezone.now()
    found.save(update_fields=["used_at"])
    set_new_password(person, password)
    end_sessions(person)
    audit.record(person_actor(person), events.PASSWORD_RESET, person)
    return person


@transaction.atomic
def change_password(*, person: Person, old: str, new: str, actor: Actor, session_key: str | None) -> Person:
    """Change the own password; every other session of the person ends."""
    access.require(actor, "account.own", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.check_password(old):
        raise RuleBroken("password.old_wrong", _("Mật khẩu hiện tại không đúng."))
    if old == new:
        raise RuleBroken("password.same", _("Mật khẩu mới phải khác mật khẩu hiện tại."))
    check_password(new, person)
    set_new_password(person, new)
    end_sessions(person, keep=session_key)
    audit.record(actor, events.PASSWORD_CHANGED, person)
    return person


def set_new_password(person: Person, password: str) -> None:
    """Store a password that the person chose."""
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])


@transaction.atomic
def note_sign_in(*, person: Person) -> None:
    """Record that a person signed in."""
    audit.record(person_actor(person), events.SIGNED_IN, person)


@transaction.atomic
def note_refused_sign_in(*, login: str) -> None:
    """Record a wrong password for an account that exists; for one that does not there is nothing to record."""
    person = Person.objects.select_related("organisation").filter(login=clean_line(login[:200]).lower()).first()
    if person:
        audit.record(system_actor(person.organisation), events.SIGN_IN_REFUSED, person)
