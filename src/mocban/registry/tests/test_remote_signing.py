"""Keys at a remote service: one authorisation for all, codes that work once, pages that ask for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.records.choices import ObjectRole
from mocban.registry.choices import OutgoingStatus, SigningItemState, SigningState
from mocban.registry.models import Outgoing, SigningBatch
from mocban.registry.services.drafting import approve_draft, return_draft, sign_outgoing, submit_draft
from mocban.registry.services.enclosing import enclose_files
from mocban.registry.services.issuing import take_outgoing_number
from mocban.registry.services.key_steps import carry_out, issuing_step, signing_step
from mocban.signing import keys as stores
from mocban.signing import services as signing
from mocban.signing.models import PendingSignature
from mocban.signing.verification.findings import Conclusion
from tests import csc_server, steps
from tests.steps import refused
from tests.world import DAY, World, browser

from .test_signers_and_annexes import annex
from .test_signing_batches import made, run, started, states
from .test_token_signing import conclusions, last, leader_of, sentences

pytestmark = pytest.mark.django_db

PIN, CODE = "246810", "778899"


def place(world: World, owner: Person | Organisation, name: str) -> None:
    """Say that the owner's key is at the service; it is the trial key, moved there."""
    signing.place_key_at_service(
        owner=owner, organisation=world.office.organisation, service="thu", account="", credential=name, pin="",
        named=True, actor=world.actor(Role.ADMINISTRATOR),
    )  # fmt: skip


@pytest.fixture
def service(world: World, keys: None, settings: Any, tmp_path: Path) -> Iterator[csc_server.Service]:
    found = {}
    for name, owner in (("leader", leader_of(world)), ("body", world.office.organisation)):
        key, certificate = stores.store()._read(stores.holder(owner))[:2]
        found[name] = csc_server.Key(key, [certificate, *stores.store().trust_roots()], PIN)
    with csc_server.serving(found) as running:
        allowed = {"url": running.url, "user": csc_server.USER, "password": csc_server.PASSWORD}
        (tmp_path / "services.json").write_text(json.dumps({"thu": allowed}))
        settings.SIGNING_SERVICES = str(tmp_path / "services.json")
        place(world, leader_of(world), "leader")
        place(world, world.office.organisation, "body")
        running.asked.clear()
        yield running


@pytest.fixture
def code(world: World, service: csc_server.Service) -> str:
    """Both keys want a one-time code too, which is known here since their places were declared."""
    for name, owner in (("leader", leader_of(world)), ("body", world.office.organisation)):
        service.keys[name].otp = CODE
        place(world, owner, name)
    service.asked.clear()
    return CODE


def opened(world: World) -> Outgoing:
    return steps.opened(steps.approved(world), world.leader)


def asked(service: csc_server.Service, method: str = "credentials/authorize") -> int:
    return service.asked.count(method)


class TestOneDocument:
    def test_it_is_signed_as_with_a_key_here(self, world: World, service: csc_server.Service) -> None:
        outgoing = carry_out(signing_step(outgoing=opened(world), actor=world.leader, on=DAY), pin=PIN)
        assert outgoing.status == OutgoingStatus.SIGNED
        assert conclusions(last(outgoing, ObjectRole.SIGNED)) == [Conclusion.VALID]
        assert "tới dịch vụ ký số từ xa" in sentences(outgoing)
        assert not PendingSignature.objects.exists()

    def test_a_wrong_pin_leaves_the_document_as_it_was(self, world: World, service: csc_server.Service) -> None:
        outgoing = opened(world)
        before = sentences(outgoing)
        with refused("signing.wrong_pin"):
            carry_out(signing_step(outgoing=outgoing, actor=world.leader, on=DAY), pin="000000")
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.APPROVED
        assert sentences(outgoing).startswith(before)
        assert not PendingSignature.objects.exists()

    def test_a_document_and_its_annexes_take_one_code(self, world: World, service: csc_server.Service) -> None:
        outgoing = steps.drafted(world)
        enclose_files(outgoing=outgoing, files=[annex(world), annex(world, "b.pdf")], actor=world.officer, on=DAY)
        submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
        approve_draft(outgoing=outgoing, actor=world.head, on=DAY)
        stores.source(organisation_id=outgoing.organisation_id, person_id=world.leader.person_id).delete()  # type: ignore[union-attr]
        signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
        held = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
        service.keys["body"].otp = CODE
        issued = carry_out(issuing_step(outgoing=held, actor=world.clerk, on=DAY), pin=PIN, otp=CODE)
        assert issued.status == OutgoingStatus.ISSUED
        assert asked(service) == asked(service, "signatures/signHash") == 1


class TestPages:
    @pytest.mark.parametrize("wanted", [False, True])
    def test_the_code_is_asked_for_when_and_only_when_the_service_wants_one(
        self, world: World, service: csc_server.Service, wanted: bool, request: pytest.FixtureRequest
    ) -> None:
        if wanted:
            request.getfixturevalue("code")
        outgoing = opened(world)
        numbered = Outgoing.objects.get(pk=carry(world, service).pk)
        batch = made(world, 1)
        leader, clerk = browser(world.leader), browser(world.clerk)
        pages = [
            leader.get(reverse("registry:outgoing_sign", args=[outgoing.pk])),
            clerk.get(reverse("registry:outgoing_issue", args=[numbered.pk])),
            leader.get(reverse("registry:signing_batch", args=[batch.pk])),
        ]
        for answer in pages:
            text = answer.content.decode()
            assert 'name="pin"' in text
            assert ('name="otp"' in text, "Gửi mã cho tôi" in text) == (wanted, wanted)
        assert not service.asked, "no page waits for the service"

    def test_a_refused_code_leaves_the_form_as_it_was(self, world: World, code: str) -> None:
        outgoing = steps.approved(world)
        client, address = browser(world.leader), reverse("registry:outgoing_sign", args=[outgoing.pk])
        client.get(address)
        form = {"version": outgoing.version, "pin": PIN, "unread_confirmed": "on"}
        answer = client.post(address, {**form, "otp": "000000"})
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "không cho biết mã nào" in text
        assert "000000" not in text
        assert PIN not in text
        assert text.count("checked") == 1, "the answer about reading stays"
        assert client.post(address, {**form, "otp": code}).status_code == 302
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.SIGNED

    def test_a_service_that_began_to_want_codes_is_found_out_at_the_next_signature(
        self, world: World, service: csc_server.Service
    ) -> None:
        service.keys["leader"].otp = CODE
        outgoing = opened(world)
        client, address = browser(world.leader), reverse("registry:outgoing_sign", args=[outgoing.pk])
        assert 'name="otp"' not in client.get(address).content.decode()
        answer = client.post(address, {"version": outgoing.version, "pin": PIN})
        assert 'name="otp"' in answer.content.decode()
        assert "cần thêm mã xác thực một lần" in answer.content.decode()
        assert 'name="otp"' in client.get(address).content.decode()
        assert client.post(address, {"version": outgoing.version, "pin": PIN, "otp": CODE}).status_code == 302

    def test_the_service_sends_the_code_to_who_may_use_the_key(
        self, world: World, service: csc_server.Service, code: str
    ) -> None:
        own, whole = (reverse("signing:send_code", args=[who]) for who in ("own", "organisation"))
        answer = browser(world.leader).post(own, headers={"HX-Request": "true"})
        assert "đã gửi mã" in answer.content.decode()
        assert browser(world.clerk).post(whole).status_code == 302
        assert service.sent == ["leader", "body"]
        service.question = "<img src=x onerror=alert(1)> Tên trường đầu tiên?"
        asked = browser(world.leader).post(own, headers={"HX-Request": "true"}).content.decode()
        assert "Tên trường đầu tiên?" in asked
        assert "<img" not in asked
        service.sent.pop()
        assert browser(world.leader).post(whole).status_code == 403
        assert browser(world.officer).post(own, headers={"HX-Request": "true"}).content.decode().startswith("Dịch vụ")
        assert service.sent == ["leader", "body"]


def carry(world: World, service: csc_server.Service) -> Outgoing:
    """A numbered document that was signed with the key at the service."""
    signed = carry_out(
        signing_step(outgoing=opened(world), actor=world.leader, on=DAY), pin=PIN, otp=service.keys["leader"].otp
    )
    service.asked.clear()
    if service.keys["leader"].otp:
        service.keys["leader"].otp = CODE
    return take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)


class TestBatches:
    def test_one_authorisation_and_one_call_sign_many(self, world: World, service: csc_server.Service) -> None:
        batch = started(world, made(world, 3), pin=PIN)
        assert not run(batch)
        assert (batch.state, states(batch)) == (SigningState.DONE, [SigningItemState.DONE] * 3)
        assert asked(service) == asked(service, "signatures/signHash") == 1
        for item in batch.items.all():
            assert conclusions(last(item.outgoing, ObjectRole.SIGNED)) == [Conclusion.VALID]
        assert not PendingSignature.objects.exists()

    def test_no_more_than_the_service_allows_are_authorised_at_once(
        self, world: World, service: csc_server.Service
    ) -> None:
        service.keys["leader"].multisign = 2
        batch = started(world, made(world, 3), pin=PIN)
        while run(batch):
            pass
        assert states(batch) == [SigningItemState.DONE] * 3
        assert asked(service) == 2

    def test_one_code_signs_as_many_as_it_covers_and_then_another_is_asked_for(
        self, world: World, service: csc_server.Service, code: str
    ) -> None:
        service.keys["leader"].multisign = 2
        batch = started(world, made(world, 3), pin=PIN, otp=code)
        assert run(batch, most=1), "all that one code covers, whatever the job's own measure"
        assert states(batch) == [SigningItemState.DONE, SigningItemState.DONE, SigningItemState.WAITING]
        assert not run(batch)
        assert (batch.state, batch.sealed_pin) == (SigningState.PAUSED, "")
        assert "nhập mã mới" in batch.reason
        assert asked(service) == 1, "no spent code is tried"
        batch = started(world, batch, pin=PIN, otp=service.keys["leader"].otp)
        run(batch)
        assert (batch.state, states(batch)) == (SigningState.DONE, [SigningItemState.DONE] * 3)

    def test_a_wrong_code_pauses_the_batch_and_signs_nothing(
        self, world: World, service: csc_server.Service, code: str
    ) -> None:
        batch = started(world, made(world, 2), pin=PIN, otp="000000")
        assert not run(batch)
        assert (batch.state, states(batch)) == (SigningState.PAUSED, [SigningItemState.WAITING] * 2)
        assert not PendingSignature.objects.exists()

    def test_one_that_cannot_be_prepared_never_blocks_the_others(
        self, world: World, service: csc_server.Service
    ) -> None:
        batch = made(world, 3)
        return_draft(outgoing=batch.items.get(ordinal=2).outgoing, reason="Sửa", actor=world.leader, on=DAY)
        batch = started(world, batch, pin=PIN)
        run(batch)
        assert states(batch) == [SigningItemState.DONE, SigningItemState.FAILED, SigningItemState.DONE]
        assert asked(service) == 1

    def test_stopped_while_the_service_signs_it_puts_nothing_more_in(
        self, world: World, service: csc_server.Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = started(world, made(world, 2), pin=PIN)

        def stops(waiting: list[PendingSignature], **given: Any) -> list[tuple[str, bytes]]:
            SigningBatch.objects.update(state=SigningState.STOPPED, sealed_pin="")
            return sign_waiting(waiting, **given)

        sign_waiting = signing.sign_waiting
        monkeypatch.setattr(signing, "sign_waiting", stops)
        assert not run(batch)
        assert states(batch) == [SigningItemState.WAITING] * 2
        assert not PendingSignature.objects.exists()
        monkeypatch.setattr(signing, "sign_waiting", sign_waiting)
        run(started(world, batch, pin=PIN))
        assert states(batch) == [SigningItemState.DONE] * 2
