"""One body with an archivist, and a file to preserve."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from mocban.lib.hashing import sha256_hex
from mocban.lib.ids import new_id
from mocban.people import selectors
from mocban.people import services as people
from mocban.people.actor import Actor, actor_of, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Unit
from mocban.preservation import package, services
from mocban.preservation.models import Package

DAY = date(2026, 9, 1)
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def _one_day(settings, tmp_path):
    settings.PACKAGES_ROOT = tmp_path / "packages"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel("2026-09-01T03:00:00Z", tick=True):
        yield


@dataclass
class Body:
    organisation: Organisation
    unit: Unit
    archivist: Actor
    officer: Actor

    def build(self, **changes: Any) -> Package:
        return services.build_for_file(
            contents=contents(**changes),
            organisation=self.organisation,
            source=self.unit,
            actor=self.archivist,
            on=DAY,
        )


@pytest.fixture
def body(db) -> Body:
    fields = people.OrganisationFields(
        name="Văn phòng Tỉnh ủy Lam Sơn", regime="party", symbol="VPTU", code="A99.01", place="Lam Sơn"
    )
    organisation = people.found_organisation(fields=fields)
    system = system_actor(organisation)
    unit = people.create_unit(organisation=organisation, name="Phòng Lưu trữ", symbol="LT", actor=system)

    def person(login: str, role: Role) -> Actor:
        made = people.create_person(
            login=login, full_name=login, password="Ruộng-bậc-thang-7", must_change_password=False, actor=system
        )
        people.appoint(
            person=made,
            organisation=organisation,
            roles=[role],
            title="Chuyên viên",
            unit=unit,
            valid_from=DAY,
            actor=system,
        )
        return actor_of(selectors.positions_of(made, DAY).get())

    return Body(organisation, unit, person("luutru", Role.ARCHIVIST), person("chuyenvien", Role.OFFICER))


def contents(**changes: Any) -> package.PackageContents:
    document = package.DocumentDescription(
        kind="Kết luận",
        subject="Về công tác lưu trữ",
        issued_on=DAY,
        issuer="Tỉnh ủy Lam Sơn",
        pages=2,
        objects=(package.DataObject("kl.pdf", lambda: io.BytesIO(PDF), sha256_hex(PDF), len(PDF), "application/pdf"),),
    )
    given: dict[str, Any] = {
        "package_id": new_id(),
        "created_at": datetime(2026, 9, 1, 3, tzinfo=UTC),
        "software_version": "0.1.0",
        "creator_name": "Văn phòng Tỉnh ủy Lam Sơn",
        "fonds_code": "P01",
        "archives_name": "Văn phòng Tỉnh ủy Lam Sơn",
        "archives_code": "A99.01",
        "file": package.FileDescription("2026.05-LT", "Hồ sơ công tác lưu trữ", 20, DAY, DAY),
        "documents": (document,),
    }
    return package.PackageContents(**{**given, **changes})
