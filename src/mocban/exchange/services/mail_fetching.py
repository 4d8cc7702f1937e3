"""Fetch what lies in the mailbox beyond the last message taken, and tell the server what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mocban.lib.hashing import sha256_hex
from mocban.notices import services as notices
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.selectors import holders, today
from mocban.secrecy.choices import Channel

from .. import access, events, ports
from ..adapters.imap import inbox
from ..models import Mail, Mailbox
from .mail_receiving import STAYS, Place, advance, leave, take
from .mailboxes import imap_account

AT_ONCE = 200  # messages of one fetch; the next minute takes the rest
_MEGABYTE = 1024 * 1024


@dataclass
class Fetched:
    """What one fetch did: new mail, left on the server, refused as secret, known before; and what went wrong."""

    new: int = 0
    left: int = 0
    refused: int = 0
    known: int = 0
    problem: str = ""


def fetch(*, mailbox: Mailbox, actor: Actor, on: date) -> Fetched:
    """Take in what lies in the inbox beyond the last message taken; return what came of it.

    Call it outside a transaction. A server that fails in the middle is a problem noted at the mailbox; the next fetch
    goes on where this one ended. A message that breaks the program is left on the server and does not hold up the
    others; the first such error is raised after them. Raises PermissionDenied, RuleBroken `mailbox.sealed`.
    """
    access.require(actor, "mail.fetch", mailbox)
    result, failures = Fetched(), []
    with _alone(mailbox.pk) as alone:
        if not alone:
            return result
        mailbox = Mailbox.objects.select_related("organisation").get(pk=mailbox.pk)
        try:
            with inbox(imap_account(mailbox)) as source:
                failures = _fetch_from(source, mailbox, result, actor=actor, on=on)
        except ports.MailFailed as failed:
            result.problem = failed.sentence[:500]
        _note(mailbox, result.problem, actor=actor, on=on)
    if failures:
        raise failures[0]
    return result


@app.task(queue="bulk", name="exchange.fetch_mail", pass_context=False)
def fetch_mail(mailbox_id: str) -> None:
    """Fetch what lies in one mailbox."""
    mailbox = Mailbox.objects.select_related("organisation").filter(pk=mailbox_id, active=True).first()
    if mailbox:
        fetch(mailbox=mailbox, actor=system_actor(mailbox.organisation), on=today())


def fetch_soon(*, mailbox_id: UUID) -> bool:
    """Queue the fetch of a mailbox; False when one is queued already."""
    name = f"exchange.fetch_mail:{mailbox_id}"
    try:
        with transaction.atomic():  # a refused job must not take the caller's transaction with it
            fetch_mail.configure(lock=name, queueing_lock=name).defer(mailbox_id=str(mailbox_id))
    except AlreadyEnqueued:
        return False
    return True


def _fetch_from(
    source: ports.MailSource, mailbox: Mailbox, result: Fetched, *, actor: Actor, on: date
) -> list[Exception]:
    failures: list[Exception] = []
    if mailbox.uid_validity != source.validity:  # the server numbers anew: everything is looked at again, kept once
        Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=source.validity, last_uid=0)
        mailbox.uid_validity, mailbox.last_uid = source.validity, 0
    unmarked = Mail.objects.filter(mailbox=mailbox, uid_validity=source.validity, marked=False).exclude(state__in=STAYS)
    for known in unmarked.order_by("uid"):  # kept before a crash, and the server does not know it yet
        _mark(source, known)
    for uid, size in source.listing(mailbox.last_uid)[:AT_ONCE]:
        try:
            _fetch_one(source, uid, size, mailbox, result, actor=actor, on=on)
        except ports.MailFailed:
            raise
        except Exception as failure:
            place = Place(mailbox.organisation, timezone.now(), Channel.MAIL, mailbox, source.validity, uid)
            reason = _("Chương trình chưa đọc được thư này; thư vẫn nằm trên máy chủ thư.")
            leave(b"", reason, place, size=size, actor=actor, on=on)
            failures.append(failure)
            result.left += 1
    return failures


def _fetch_one(
    source: ports.MailSource, uid: int, size: int, mailbox: Mailbox, result: Fetched, *, actor: Actor, on: date
) -> None:
    place = Place(mailbox.organisation, timezone.now(), Channel.MAIL, mailbox, source.validity, uid)
    if Mail.objects.filter(mailbox=mailbox, uid_validity=source.validity, uid=uid).exists():
        advance(place)
        result.known += 1
        return
    if size > settings.MAIL_LIMIT_BYTES:
        leave(source.head(uid), _too_large(size), place, size=size, actor=actor, on=on)
        result.left += 1
        return
    got = source.message(uid)
    if got is None:  # somebody removed it meanwhile
        advance(place)
        return
    data, received_at = got
    kept, outcome = take(data, replace(place, received_at=received_at), actor=actor, on=on)
    setattr(result, outcome, getattr(result, outcome) + 1)
    if kept is not None and kept.state not in STAYS:
        _mark(source, kept, uid)


def _mark(source: ports.MailSource, row: Mail, uid: int | None = None) -> None:
    """Tell the server that the message is kept: after the commit, and again after a crash in between."""
    source.done(uid or row.uid or 0)
    Mail.objects.filter(pk=row.pk).update(marked=True)


@transaction.atomic
def _note(mailbox: Mailbox, problem: str, *, actor: Actor, on: date) -> None:
    """Keep when the mailbox was asked and what went wrong; the administrators hear of a new problem once."""
    Mailbox.objects.filter(pk=mailbox.pk).update(fetched_at=timezone.now(), problem=problem)
    if problem and not mailbox.problem:
        administrators = holders(mailbox.organisation_id, Role.ADMINISTRATOR, on=on)
        url = reverse("exchange:mailbox")
        notices.send(events.TELL_MAILBOX, to=administrators, about=mailbox, url=url, details={"reason": problem})


@contextmanager
def _alone(mailbox_id: UUID) -> Iterator[bool]:
    """One fetch of a mailbox at a time: the lock belongs to the connection and ends with it."""
    key = int(sha256_hex(f"mailbox:{mailbox_id}".encode())[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = cursor.fetchone()
    alone = bool(row and row[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _too_large(size: int) -> str:
    message = _(
        "Thư nặng %(size)s MB, vượt giới hạn %(limit)s MB nên chưa lấy về; thư vẫn nằm nguyên trên máy chủ thư."
    )
    return message % {"size": -(-size // _MEGABYTE), "limit": settings.MAIL_LIMIT_BYTES // _MEGABYTE}
