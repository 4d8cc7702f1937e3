"""A body whose people say where their keys lie, for the tests of the verbs and of the pages about keys."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.signing import keys, services
from mocban.signing.adapters import certificates
from mocban.signing.models import KeySource
from mocban.signing.tests import office
from tests import csc_server
from tests.contracts import keystores
from tests.contracts.keystores import PIN, Authority


class World:
    """A body with a leader named as the certificates of the tests are, an administrator and a clerk."""

    def __init__(self) -> None:
        self.body: Organisation = office.organisation()
        self.leader = office.actor(self.body, Role.LEADER, login="lanh-dao", name=keystores.NAME)
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        self.admin = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri", name="Phạm Văn Tú")
        self.person = Person.objects.get(pk=self.leader.person_id)

    def place_file(self, data: bytes, **changes: object) -> KeySource:
        given = {"owner": self.person, "passphrase": PIN, "named": False, "actor": self.leader}
        return services.place_key_file(organisation=self.body, data=data, **{**given, **changes})  # type: ignore[arg-type]

    def trial(self, pin: str = PIN) -> bytes:
        """Sign something with the leader's key, wherever it is."""
        import asyncio

        from mocban.signing.pdf.refusals import answers

        store = keys.own_store(self.leader, organisation=self.body, pin=pin)
        signer = store.signer(keys.person(self.leader.person_id))
        return answers(asyncio.run)(signer.async_sign_raw(b"so 12", "sha256"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(keystores.soft_keys(tmp_path_factory.mktemp("soft")))


@pytest.fixture(scope="module")
def key_file(authority: Authority) -> bytes:
    return keystores.key_file(certificates.new_key(), authority)


@pytest.fixture
def world(settings, tmp_path) -> World:  # type: ignore[no-untyped-def]
    settings.KEYS_ROOT = tmp_path / "keys"
    return World()


@pytest.fixture
def service(authority: Authority, settings, tmp_path) -> Iterator[csc_server.Service]:  # type: ignore[no-untyped-def]
    with csc_server.serving({"k1": keystores.remote_key(authority)}) as running:
        allowed = {"title": "Dịch vụ thử", "url": running.url, "user": csc_server.USER, "password": csc_server.PASSWORD}
        (tmp_path / "services.json").write_text(json.dumps({"thu": allowed}))
        settings.SIGNING_SERVICES = str(tmp_path / "services.json")
        yield running
