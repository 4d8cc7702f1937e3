"""A body with an official mailbox at a real IMAP server and a real SMTP server."""

from __future__ import annotations

from datetime import date

import pytest

from mocban.exchange import services
from mocban.exchange.models import Mail, Mailbox
from mocban.lib.errors import RuleBroken
from mocban.people.choices import Role
from tests.mail_servers import LOGIN, PASSWORD, imap_server, smtp_server

from .letters import BOX


@pytest.fixture(scope="module")
def dovecot():
    with imap_server() as server:
        yield server


@pytest.fixture(scope="module")
def smtp():
    with smtp_server() as server:
        yield server


@pytest.fixture
def sink(smtp):
    smtp.box.letters.clear()
    smtp.box.refuse.clear()
    smtp.box.after_data, smtp.box.drop_after_data = "250 OK", False
    return smtp.box


def fields(dovecot, smtp, **changes) -> services.MailboxFields:
    values = {
        "address": BOX,
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.port,
        "imap_security": "none",
        "imap_login": LOGIN,
        "imap_password": PASSWORD,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.port,
        "smtp_security": "none",
        "smtp_login": LOGIN,
        "smtp_password": PASSWORD,
        "authserv_id": "mx.lamson.example",
    }
    return services.MailboxFields(**{**values, **changes})


@pytest.fixture(name="body")
def mail_body(sender):
    """A body with a clerk, an officer and an administrator."""
    sender.administrator = sender.person("qt-so", Role.ADMINISTRATOR)
    return sender


@pytest.fixture
def mailbox(body, dovecot, smtp) -> Mailbox:
    dovecot.empty()
    return services.set_mailbox(organisation=body.organisation, values=fields(dovecot, smtp), actor=body.administrator)


def fetch(body, mailbox):
    return services.fetch(mailbox=mailbox, actor=body.system, on=date(2026, 9, 1))


def only() -> Mail:
    return Mail.objects.get()


def refusal(code: str):
    return pytest.raises(RuleBroken, check=lambda error: error.code == code)
