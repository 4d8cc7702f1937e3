"""Set up the official mailbox of a body, try it out, and give people their personal addresses."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken, Stale
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Position

from .. import access, events, mail_rules, sealing
from ..adapters.imap import inbox
from ..adapters.smtp import SmtpSink
from ..models import CaptureAddress, Mailbox
from ..ports import MailAccount, MailFailed

_TOKEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - letters that nobody mistakes for one another
_TOKEN_LENGTH = 10


@dataclass(frozen=True)
class MailboxFields:
    """What the administrator types. An empty password keeps the one that is sealed."""

    address: str
    imap_host: str
    imap_port: int
    imap_security: str
    imap_login: str
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: str = "tls"
    smtp_login: str = ""
    authserv_id: str = ""
    capture_tag: str = "hs"
    done_folder: str = ""
    active: bool = True
    imap_password: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)


PLAIN = tuple(one.name for one in fields(MailboxFields) if not one.name.endswith("_password"))
_PLACE = ("imap_host", "imap_port", "imap_login")


@dataclass(frozen=True)
class Tried:
    """One line of a try-out: what was tried, whether it worked, and the sentence about it."""

    label: str
    works: bool
    sentence: str


@transaction.atomic
def set_mailbox(
    *, organisation: Organisation, values: MailboxFields, actor: Actor, version: int | None = None
) -> Mailbox:
    """Set up or change the mailbox of a body. Passwords are sealed and never leave again but to sign in.

    Raises PermissionDenied, Stale, RuleBroken (`mail.address`, `mailbox.host`, `mailbox.port`, `mailbox.tag`,
    `mailbox.password`: a password goes only to the server it was typed for).
    """
    access.require(actor, "mailbox.edit", organisation)
    mailbox = Mailbox.objects.select_for_update().filter(organisation=organisation).first()
    if mailbox is not None and version is not None and version != mailbox.version:
        raise Stale(_("Thiết lập hộp thư vừa được người khác thay đổi. Hãy tải lại trang rồi làm lại."))
    new = {name: _clean(getattr(values, name)) for name in PLAIN}
    _check(new)
    mailbox = mailbox or Mailbox(organisation=organisation, version=0)
    before = {name: getattr(mailbox, name) for name in PLAIN}
    changed = {name: (before[name], new[name]) for name in PLAIN if before[name] != new[name]}
    _seal(mailbox, "imap", values.imap_password, new, moved="imap_host" in changed or "imap_login" in changed)
    _seal(mailbox, "smtp", values.smtp_password, new, moved="smtp_host" in changed or "smtp_login" in changed)
    for name, value in new.items():
        setattr(mailbox, name, value)
    if set(_PLACE) & set(changed):
        mailbox.uid_validity, mailbox.last_uid, mailbox.problem = None, 0, ""
    mailbox.version += 1
    mailbox.save()
    audit.record(actor, events.MAILBOX_SET, mailbox, changes=changed)
    return mailbox


def try_mailbox(*, mailbox: Mailbox, actor: Actor) -> list[Tried]:
    """Sign in at both servers and say how it went. Nothing is fetched or sent. Raises PermissionDenied.

    Call it outside a transaction: the servers may take a minute to not answer.
    """
    access.require(actor, "mailbox.edit", mailbox)
    results = [_try(_("Nhận thư (IMAP)"), lambda: _try_imap(mailbox))]
    if mailbox.smtp_host:
        results.append(_try(_("Gửi thư (SMTP)"), lambda: _try_smtp(mailbox)))
    with transaction.atomic(), override("vi"):
        works = all(result.works for result in results)
        told = {"result": _("thành công") if works else _("không thành công")}
        audit.record(actor, events.MAILBOX_TESTED, mailbox, details=told)
    return results


@transaction.atomic
def make_capture_address(*, position: Position, actor: Actor) -> CaptureAddress:
    """Give the position its personal address, once; asking again returns the same. Raises PermissionDenied."""
    access.require(actor, "mailbox.own_address", position)
    known = CaptureAddress.objects.filter(position=position).first()
    if known is not None:
        return known
    token = "".join(secrets.choice(_TOKEN_LETTERS) for _letter in range(_TOKEN_LENGTH))
    made: CaptureAddress = CaptureAddress.objects.create(
        organisation_id=position.organisation_id, position=position, token=token
    )
    audit.record(actor, events.ADDRESS_MADE, made)
    return made


def imap_account(mailbox: Mailbox) -> MailAccount:
    """Raises RuleBroken `mailbox.sealed`."""
    return MailAccount(
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        security=mailbox.imap_security,
        login=mailbox.imap_login,
        password=sealing.unseal(mailbox.imap_secret, owner=f"imap:{mailbox.pk}"),
        done_folder=mailbox.done_folder,
    )


def smtp_account(mailbox: Mailbox) -> MailAccount:
    """Raises RuleBroken `mailbox.sealed`."""
    return MailAccount(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=mailbox.smtp_security,
        login=mailbox.smtp_login,
        password=sealing.unseal(mailbox.smtp_secret, owner=f"smtp:{mailbox.pk}"),
    )


def _clean(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _check(new: dict[str, object]) -> None:
    mail_rules.check_address(str(new["address"]))
    mail_rules.check_tag(str(new["capture_tag"]))
    mail_rules.check_host(str(new["imap_host"]))
    mail_rules.check_port(int(str(new["imap_port"])))
    if new["smtp_host"]:
        mail_rules.check_host(str(new["smtp_host"]))
        mail_rules.check_port(int(str(new["smtp_port"])))


def _seal(mailbox: Mailbox, kind: str, password: str, new: dict[str, object], *, moved: bool) -> None:
    """Keep a typed password; a sealed one stays only while it goes to the same server and name."""
    if password:
        setattr(mailbox, f"{kind}_secret", sealing.seal(password, owner=f"{kind}:{mailbox.pk}"))
    elif moved and getattr(mailbox, f"{kind}_secret") and new[f"{kind}_host"]:
        message = _("Máy chủ hoặc tên đăng nhập đã đổi; hãy nhập lại mật khẩu cho máy chủ mới.")
        raise RuleBroken("mailbox.password", message)


def _try(label: str, step: Callable[[], str]) -> Tried:
    try:
        sentence = step()
    except MailFailed as failed:
        return Tried(label, works=False, sentence=failed.sentence)
    except RuleBroken as refused:
        return Tried(label, works=False, sentence=str(refused.message))
    return Tried(label, works=True, sentence=sentence)


def _try_imap(mailbox: Mailbox) -> str:
    with inbox(imap_account(mailbox)) as source:
        waiting = len(source.listing(mailbox.last_uid if source.validity == mailbox.uid_validity else 0))
    return _("Đăng nhập được; có %(count)d thư chưa lấy về.") % {"count": waiting}


def _try_smtp(mailbox: Mailbox) -> str:
    SmtpSink(smtp_account(mailbox)).check()
    return _("Đăng nhập được; máy chủ sẵn sàng gửi thư.")
