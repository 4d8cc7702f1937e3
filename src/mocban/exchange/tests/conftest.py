"""Two bodies of one installation that write to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine

from mocban.content import services as content
from mocban.content.examine import examine
from mocban.exchange import services
from mocban.exchange.models import Packet
from mocban.lib.ids import new_id
from mocban.people import selectors
from mocban.people import services as people
from mocban.people.actor import Actor, actor_of, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation

from .mail_desk import dovecot, mail_body, mailbox, sink, smtp  # noqa: F401 - fixtures of the tests of mail

DAY = date(2026, 9, 1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Looked:
    examined: Any


def inspect(data: bytes, name: str, **about: Any) -> Looked:
    """The inspector of these tests: examines for real; the reading of text belongs to the apps above."""
    return Looked(examine(data, name))


@pytest.fixture(autouse=True)
def _one_day(settings, tmp_path):
    settings.EXCHANGE_INSPECTOR = "mocban.exchange.tests.conftest.inspect"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "content"},
        },
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel("2026-09-01T03:00:00Z", tick=True):
        yield


@dataclass
class Body:
    """An organisation with its clerk and an officer."""

    organisation: Organisation

    def person(self, login: str, *roles: Role) -> Actor:
        installer = system_actor(self.organisation)
        person = people.create_person(
            login=login,
            full_name=f"Người {login}",
            password="Ruộng-bậc-thang-7",
            must_change_password=False,
            actor=installer,
        )
        unit = self.organisation.units.first()
        people.appoint(
            person=person,
            organisation=self.organisation,
            roles=roles,
            title="Chuyên viên",
            unit=unit,
            valid_from=DAY,
            actor=installer,
        )
        return actor_of(selectors.positions_of(person, DAY).get())

    @property
    def system(self) -> Actor:
        return system_actor(self.organisation)

    def receive(self) -> int:
        return services.receive_pending(organisation=self.organisation, actor=self.system, on=DAY)

    def packets(self, **about: Any) -> list[Packet]:
        return list(Packet.objects.filter(organisation=self.organisation, **about).order_by("at"))


def make_body(code: str, name: str, regime: str) -> Body:
    fields = people.OrganisationFields(name=name, regime=regime, symbol=code[:3], code=code, place="Lam Sơn")
    organisation = people.found_organisation(fields=fields)
    people.create_unit(organisation=organisation, name="Văn phòng", symbol="VP", actor=system_actor(organisation))
    return Body(organisation)


@pytest.fixture
def sender(db) -> Body:
    body = make_body("H99.10", "Sở Nội vụ Lam Sơn", "state")
    body.clerk = body.person("vt-so", Role.CLERK)
    body.officer = body.person("cv-so", Role.OFFICER)
    return body


@pytest.fixture
def receiver(db) -> Body:
    body = make_body("A99.01", "Văn phòng Tỉnh ủy Lam Sơn", "party")
    body.clerk = body.person("vt-tu", Role.CLERK)
    body.officer = body.person("cv-tu", Role.OFFICER)
    return body


def outgoing(sender: Body, *recipients: tuple[str, str], **changes: Any) -> services.OutgoingPacket:
    stored = content.store(
        examined=examine(PDF, "12-SNV-VP.pdf"), data=PDF, organisation=sender.organisation, actor=sender.system
    )
    given: dict[str, Any] = {
        "document_id": new_id(),
        "code_number": "12",
        "code_notation": "SNV-VP",
        "issued_on": DAY,
        "kind_name": "Công văn",
        "subject": "V/v rà soát tài liệu tồn đọng",
        "signer_name": "Nguyễn Văn Mẫu",
        "signer_title": "Giám đốc",
        "urgency": 1,
        "recipients": recipients,
        "files": [stored],
    }
    return services.OutgoingPacket(**{**given, **changes})


def send(sender: Body, receiver: Body, **changes: Any) -> Packet:
    packet = outgoing(sender, (receiver.organisation.code, receiver.organisation.name), **changes)
    [sent] = services.send_document(packet=packet, organisation=sender.organisation, actor=sender.clerk, on=DAY)
    return sent
