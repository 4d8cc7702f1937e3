"""Saying where keys lie, signing with them, and what is told and recorded about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.core.exceptions import PermissionDenied

from mocban.audit.models import Event
from mocban.lib.errors import RuleBroken
from mocban.notices.models import Notice
from mocban.people.choices import Role
from mocban.people.models import Person
from mocban.signing import keys, services
from mocban.signing.adapters import certificates
from mocban.signing.choices import KeyPlace
from mocban.signing.models import KeySource, Signature
from mocban.signing.tests import drafts, office
from mocban.signing.tests.drafts import SIGNER
from mocban.signing.tests.key_world import World
from tests import csc_server
from tests.contracts import keystores
from tests.contracts.keystores import KEY_ID, LABEL, PIN, SOFTHSM, TOKEN, WRONG, Authority

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)


@pytest.fixture(scope="module")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with keystores.softhsm(tmp_path_factory.mktemp("token")) as folder:
        keystores.put_key_on_token(authority)
        yield folder


def code_of(act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def test_a_person_brings_the_own_key_file_and_signs_with_its_passphrase(world: World, key_file: bytes) -> None:
    made = world.place_file(key_file)
    assert world.trial()
    assert code_of(lambda: world.trial(WRONG)) == "signing.wrong_pin"
    path = keys.file_path(made)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    event = Event.objects.get(verb="signing.key_placed")
    assert keystores.NAME in event.details["certificate"]
    assert not Notice.objects.exists(), "nobody is told of what they did themselves"


def test_the_passphrase_is_nowhere_afterwards(world: World, key_file: bytes) -> None:
    world.place_file(key_file)
    kept = [*KeySource.objects.values(), *Event.objects.values()]
    assert PIN not in str(kept)


def test_somebody_whose_key_was_placed_by_the_administrator_is_told(world: World, key_file: bytes) -> None:
    world.place_file(key_file, actor=world.admin)
    assert Notice.objects.get().position.person == world.person


def test_nobody_else_says_where_a_key_lies(world: World, key_file: bytes) -> None:
    stranger = office.actor(office.organisation("H99.02"), Role.ADMINISTRATOR, login="ngoai")
    for actor in (world.clerk, stranger):
        with pytest.raises(PermissionDenied):
            world.place_file(key_file, actor=actor)
    with pytest.raises(PermissionDenied):
        world.place_file(key_file, owner=world.body, named=True)
    assert not KeySource.objects.exists()


def test_a_certificate_in_another_name_is_said_and_taken_only_when_confirmed(world: World, key_file: bytes) -> None:
    world.person.full_name = SIGNER
    with pytest.raises(RuleBroken, match=keystores.NAME) as refused:
        world.place_file(key_file)
    assert refused.value.code == "signing.certificate_name"
    with pytest.raises(RuleBroken):
        world.place_file(key_file, named=True)
    assert world.place_file(key_file, named=True, actor=world.admin)


def test_a_name_without_marks_or_in_capitals_is_the_same_name(world: World, key_file: bytes) -> None:
    world.person.full_name = "NGUYEN THI HUU NGHIA"
    assert world.place_file(key_file)


@pytest.mark.django_db(transaction=True)
def test_replacing_and_removing_leave_no_key_behind(world: World, key_file: bytes) -> None:
    first = world.place_file(key_file)
    second = world.place_file(key_file)
    assert not keys.file_path(first).exists()
    services.remove_key_place(owner=world.person, organisation=world.body, actor=world.leader)
    assert not keys.file_path(second).exists()
    assert code_of(world.trial) == "signing.no_key", "the trial key counts again, and none was issued"
    again = {"owner": world.person, "organisation": world.body, "actor": world.leader}
    assert code_of(lambda: services.remove_key_place(**again)) == "signing.no_place"


def test_a_refused_key_leaves_the_old_one_in_place(world: World, key_file: bytes) -> None:
    made = world.place_file(key_file)
    assert code_of(lambda: world.place_file(b"no key")) == "signing.key_file"
    assert code_of(lambda: world.place_file(key_file, passphrase=WRONG)) == "signing.wrong_pin"
    with time_machine.travel("2040-01-01 00:00Z"):
        assert code_of(lambda: world.place_file(key_file)) == "signing.certificate_dates"
    assert KeySource.objects.get() == made
    assert world.trial()


@pytest.fixture
def on_token(world: World, token: Path, authority: Authority, settings) -> dict[str, object]:  # type: ignore[no-untyped-def]
    from mocban.signing.adapters import devices

    settings.PKCS11_MODULES = [f"hsm={SOFTHSM}"]
    (found,) = devices.listed(SOFTHSM)
    return {
        "owner": world.person, "organisation": world.body, "module": "hsm", "token": TOKEN,
        "serial": found.token.serial, "key_id": KEY_ID.hex(), "label": LABEL, "chain": [authority.certificate],
        "pin": PIN, "named": False, "actor": world.leader,
    }  # fmt: skip


def test_a_key_on_a_token_is_tried_and_then_signs(world: World, on_token: dict[str, object]) -> None:
    assert code_of(lambda: services.place_key_on_token(**{**on_token, "pin": WRONG})) == "signing.wrong_pin"
    assert not KeySource.objects.exists()
    made = services.place_key_on_token(**on_token)
    assert made.place == KeyPlace.TOKEN
    assert world.trial()


def test_a_document_goes_its_whole_way_with_a_file_and_a_token(
    world: World,
    on_token: dict[str, object],
    key_file: bytes,
    authority: Authority,
    settings,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    settings.CONTENT_ROOT = tmp_path / "content"
    world.place_file(key_file)
    services.place_key_on_token(**{**on_token, "owner": world.body, "named": True, "actor": world.admin})
    form = {"signer_name": keystores.NAME, "organisation": world.body, "on": DAY}
    prepared = services.prepare_document(pdf=document_of(keystores.NAME), **form).pdf
    signing = {"prepared": prepared, "name": "a.pdf", "organisation": world.body, "actor": world.leader, "on": DAY}
    assert code_of(lambda: services.sign_as_person(**signing)) in ("signing.no_pin", "signing.wrong_pin")
    signed = services.sign_as_person(**signing, pin=PIN)
    sealing = {
        "signed": signed, "number_text": "Số 07-CV/TU", "date_text": "Bình Sơn, ngày 05 tháng 11 năm 2026",
        "name": "b.pdf", "organisation": world.body, "actor": world.clerk, "on": DAY, "pin": PIN,
    }  # fmt: skip
    assert code_of(lambda: services.fill_and_seal(**{**sealing, "pin": WRONG})) == "signing.wrong_pin"
    trusted = tmp_path / "keys" / "trusted"
    trusted.mkdir(parents=True)
    (trusted / "root.pem").write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    sealed = services.fill_and_seal(**sealing)
    verdicts = services.verify(stored=sealed, actor=world.clerk)
    assert (verdicts.verdict, verdicts.signature_count) == ("valid", 2)
    assert PIN not in str([*Event.objects.values(), *Signature.objects.values()])


def document_of(name: str) -> bytes:
    return drafts.draft(
        number=f"Số {drafts.GAP} -CV/TU",
        date=f"Bình Sơn, ngày {drafts.GAP} tháng {drafts.GAP} năm 2026",
        name=name,
    )


def test_a_library_that_is_not_allowed_is_never_loaded(world: World, on_token: dict[str, object], settings) -> None:  # type: ignore[no-untyped-def]
    wanted = {**on_token, "module": "/tmp/evil.so"}
    assert code_of(lambda: services.place_key_on_token(**wanted)) == "signing.not_allowed_place"
    services.place_key_on_token(**on_token)
    settings.PKCS11_MODULES = []
    assert code_of(world.trial) == "signing.not_allowed_place"


def test_another_key_under_the_same_name_signs_nothing(
    world: World, on_token: dict[str, object], key_file: bytes
) -> None:
    made = services.place_key_on_token(**on_token)
    other = world.place_file(key_file)
    KeySource.objects.filter(pk=other.pk).update(place=made.place, settings=made.settings)
    assert code_of(world.trial) == "signing.key_changed"


def test_a_key_at_a_service_is_chosen_by_its_credential_and_signs(world: World, service: csc_server.Service) -> None:
    wanted = {"owner": world.person, "organisation": world.body, "service": "thu", "account": "", "actor": world.leader}
    asked = {**wanted, "credential": "k1", "named": False}
    assert code_of(lambda: services.place_key_at_service(**{**asked, "credential": "k9"}, pin="")) == "signing.no_key"
    assert code_of(lambda: services.place_key_at_service(**asked, pin=WRONG)) == "signing.wrong_pin"
    made = services.place_key_at_service(**asked, pin=PIN)
    assert {name: made.settings[name] for name in asked if name in made.settings} == {
        "service": "thu", "account": "", "credential": "k1",
    }  # fmt: skip
    assert services.wants(made)["pin"]
    assert not services.wants(made)["otp"]
    assert world.trial()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"thu": {"url": "http://ky.example.vn/"}}', '{"thu": {"url": 5}}', '{"Ồ": {}}']
)
def test_a_list_of_services_that_does_not_fit_is_a_sentence(world: World, settings, tmp_path, text: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "services.json").write_text(text)
    settings.SIGNING_SERVICES = str(tmp_path / "services.json")
    wanted = {"owner": world.person, "organisation": world.body, "service": "thu", "account": "", "actor": world.leader}
    act = lambda: services.place_key_at_service(**wanted, credential="k1", named=False, pin="")  # noqa: E731
    assert code_of(act) == "signing.places_misread"


def test_a_key_on_the_holders_own_machine_is_known_and_signs_nothing_here(world: World, authority: Authority) -> None:
    certificate: x509.Certificate = authority.certify(certificates.new_key().public_key())
    services.place_key(
        owner=world.person, organisation=world.body, place=KeyPlace.AGENT, settings={}, certificate=certificate,
        chain=[authority.certificate], named=False, actor=world.leader,
    )  # fmt: skip
    store = keys.own_store(world.leader, organisation=world.body)
    assert store.certificate(keys.person(world.leader.person_id)) == certificate
    assert code_of(world.trial) == "signing.key_elsewhere"


def test_keys_of_one_person_for_two_bodies_are_two(world: World, key_file: bytes) -> None:
    other = office.organisation("H99.02")
    world.place_file(key_file)
    assert keys.source(organisation_id=other.pk, person_id=world.person.pk) is None


def test_the_end_of_a_certificate_is_told_once_at_each_step(world: World, key_file: bytes) -> None:
    made = world.place_file(key_file)
    until = keys.certificates(made)[0].not_valid_after_utc
    told = []
    for days in (61, 60, 59, 31, 29, 28, 3, -1, -2):
        with time_machine.travel(until - timedelta(days=days, hours=-1 if days < 0 else 1), tick=False):
            told.append(services.warn_of_expiring_keys())
    assert told == [0, 1, 0, 0, 1, 0, 1, 1, 0]
    people = {notice.position.person.login for notice in Notice.objects.filter(kind="signing_key_expires")}
    assert people == {"lanh-dao", "quan-tri"}
    assert world.trial(), "the key itself is untouched"


def test_handing_the_device_over_needs_a_written_permission_and_is_recorded(world: World) -> None:
    receiver = Person.objects.get(pk=world.clerk.person_id)
    asked = {"organisation": world.body, "receiver": receiver, "on": DAY, "actor": world.admin}
    with time_machine.travel("2026-11-06 08:00Z"):
        assert code_of(lambda: services.hand_over_key(**asked, permission=" ")) == "signing.hand_over_permission"
        late = {**asked, "on": date(2026, 11, 9)}
        assert code_of(lambda: services.hand_over_key(**late, permission="x")) == "signing.hand_over_day"
        services.hand_over_key(**asked, permission="Giấy ủy quyền số 05-CV/TU ngày 04/11/2026")
        stranger = office.actor(office.organisation("H99.02"), Role.CLERK, login="ngoai")
        outside = {**asked, "receiver": Person.objects.get(pk=stranger.person_id)}
        assert code_of(lambda: services.hand_over_key(**outside, permission="x")) == "signing.hand_over_receiver"
        with pytest.raises(PermissionDenied):
            services.hand_over_key(**{**asked, "actor": world.leader}, permission="x")
    event = Event.objects.get(verb="signing.key_handed_over")
    assert event.basis
    assert "05-CV/TU" in str(event.details)


def test_a_sealed_pin_opens_for_its_purpose_and_for_some_minutes(settings) -> None:  # type: ignore[no-untyped-def]
    with time_machine.travel("2026-11-05 01:00Z", tick=False) as clock:
        sealed = keys.seal_pin(PIN, purpose="batch:1")
        assert PIN not in sealed
        assert keys.open_pin(sealed, purpose="batch:1") == PIN
        assert code_of(lambda: keys.open_pin(sealed, purpose="batch:2")) == "signing.pin_expired"
        assert code_of(lambda: keys.open_pin("rubbish", purpose="batch:1")) == "signing.pin_expired"
        clock.shift(settings.PIN_SECONDS + 1)
        assert code_of(lambda: keys.open_pin(sealed, purpose="batch:1")) == "signing.pin_expired"


def test_a_pin_sealed_here_opens_nowhere_else(settings) -> None:  # type: ignore[no-untyped-def]
    sealed = keys.seal_pin(PIN, purpose="batch:1")
    settings.SECRET_KEY = "another installation"
    assert code_of(lambda: keys.open_pin(sealed, purpose="batch:1")) == "signing.pin_expired"


def test_an_actor_of_the_installation_itself_has_no_key(world: World) -> None:
    nobody = dataclasses.replace(world.leader, person_id=None)
    with pytest.raises(PermissionDenied):
        services.place_key_file(
            owner=world.person, organisation=world.body, data=b"", passphrase="", named=False,
            actor=dataclasses.replace(nobody, organisation_id=office.organisation("H99.03").pk),
        )  # fmt: skip
