"""From the prepared file to the signature, unread documents, and signing again with the number kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from mocban.audit.selectors import history
from mocban.exchange.models import Packet
from mocban.lib.errors import Stale
from mocban.notices.models import Notice
from mocban.records.choices import ObjectRole
from mocban.registry.choices import OutgoingStatus
from mocban.registry.models import Number, Outgoing, SigningPlan
from mocban.registry.services.cancelling import cancel_outgoing
from mocban.registry.services.drafting import (
    approve_draft,
    return_draft,
    set_issuer,
    sign_outgoing,
    submit_draft,
    upload_draft,
)
from mocban.registry.services.issuing import issue_outgoing
from mocban.registry.services.signing_again import sign_again
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db


def plan_of(outgoing: Outgoing) -> SigningPlan:
    return SigningPlan.objects.select_related("prepared").get(outgoing=outgoing)


def standing(outgoing: Outgoing) -> list[str]:
    return list(outgoing.document.parts.filter(superseded_at=None).order_by("added_at").values_list("role", flat=True))


class TestPreparing:
    def test_submitting_lays_every_field_and_the_signer_signs_just_that(self, world: World, keys: None) -> None:
        outgoing = steps.approved(world)
        plan = plan_of(outgoing)
        assert standing(outgoing) == [ObjectRole.DRAFT, ObjectRole.PREPARED]
        signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
        assert plan_of(signed).prepared == plan.prepared

    def test_what_could_not_be_signed_is_not_submitted(self, world: World) -> None:
        outgoing = steps.drafted(world, with_file=False)
        damaged = b"%PDF-1.7 nothing"
        blank = steps.DraftFile(accepted=steps.accepted("du-thao.pdf", damaged), pdf=damaged)
        upload_draft(outgoing=outgoing, file=blank, actor=world.officer, on=DAY)
        with refused("signing.unreadable"):
            submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.DRAFT

    def test_a_new_draft_makes_the_prepared_file_history(self, world: World) -> None:
        outgoing = steps.approved(world)
        return_draft(outgoing=outgoing, reason="Sửa căn cứ", actor=world.leader, on=DAY)
        upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY)
        assert standing(outgoing) == [ObjectRole.DRAFT, ObjectRole.DRAFT]
        assert plan_of(outgoing).prepared is None

    def test_an_unchanged_draft_is_prepared_once(self, world: World) -> None:
        outgoing = steps.approved(world)
        prepared = plan_of(outgoing).prepared
        return_draft(outgoing=outgoing, reason="Chờ ý kiến", actor=world.leader, on=DAY)
        submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
        assert plan_of(outgoing).prepared == prepared


class TestReading:
    def test_what_was_never_opened_is_asked_about_and_the_answer_is_kept(self, world: World, keys: None) -> None:
        outgoing = steps.approved(world)
        with refused("outgoing.unread"):
            sign_outgoing(outgoing=outgoing, actor=world.leader, on=DAY)
        signed = sign_outgoing(outgoing=outgoing, actor=world.leader, on=DAY, unread_confirmed=True)
        told = [line.sentence for line in history(signed)]
        assert any("xác nhận ký" in sentence and "dù chưa mở" in sentence for sentence in told)

    def test_what_was_opened_is_signed_without_a_question(self, world: World, keys: None) -> None:
        signed = steps.signed(world)
        assert signed.status == OutgoingStatus.SIGNED
        assert not any("dù chưa mở" in line.sentence for line in history(signed))

    def test_another_persons_reading_does_not_count(self, world: World, keys: None) -> None:
        outgoing = steps.opened(steps.approved(world), world.head)
        with refused("outgoing.unread"):
            sign_outgoing(outgoing=outgoing, actor=world.leader, on=DAY)

    def test_a_version_laid_anew_has_to_be_opened_anew(self, world: World, keys: None) -> None:
        outgoing = steps.opened(steps.approved(world), world.leader)
        SigningPlan.objects.filter(outgoing=outgoing).update(fingerprint="made from something else")
        with refused("outgoing.unread"):
            sign_outgoing(outgoing=outgoing, actor=world.leader, on=DAY)


class TestSigningAgain:
    def again(self, world: World, outgoing: Outgoing) -> Outgoing:
        held = sign_again(outgoing=outgoing, reason="Sai số liệu tại mục 2", actor=world.clerk, on=DAY)
        upload_draft(outgoing=held, file=steps.draft_file(world), actor=world.officer, on=DAY)
        submit_draft(outgoing=held, actor=world.officer, on=DAY)
        approve_draft(outgoing=held, actor=world.head, on=DAY)
        return sign_outgoing(outgoing=steps.opened(held, world.leader), actor=world.leader, on=DAY)

    def test_the_number_stays_and_what_was_signed_before_is_history(self, world: World, keys: None) -> None:
        outgoing = steps.numbered(world)
        number, first = outgoing.number_id, outgoing.document.parts.get(role=ObjectRole.SIGNED)
        signed = self.again(world, outgoing)
        assert (signed.status, signed.number_id) == (OutgoingStatus.NUMBERED, number)
        assert Number.objects.filter(period__series=signed.series).count() == 1
        first.refresh_from_db()
        assert first.superseded_at
        assert first.superseded_reason == "Sai số liệu tại mục 2"
        issued = issue_outgoing(outgoing=signed, actor=world.clerk, on=DAY)
        assert issued.status == OutgoingStatus.ISSUED
        [packet] = Packet.objects.filter(code_number=issued.document.code_number, direction="out")
        assert packet
        assert ObjectRole.ISSUED in standing(issued)
        assert any("số vẫn giữ cho văn bản" in line.sentence for line in history(issued))

    def test_signed_without_a_number_it_takes_one_as_usual(self, world: World, keys: None) -> None:
        assert self.again(world, steps.signed(world)).status == OutgoingStatus.SIGNED

    def test_the_signer_is_told_that_the_number_is_kept(self, world: World, keys: None) -> None:
        held = sign_again(outgoing=steps.numbered(world), reason="Sai ngày", actor=world.clerk, on=DAY)
        upload_draft(outgoing=held, file=steps.draft_file(world), actor=world.officer, on=DAY)
        submit_draft(outgoing=held, actor=world.officer, on=DAY)
        waits = approve_draft(outgoing=held, actor=world.head, on=DAY)
        steps.opened(waits, world.leader)
        address = reverse("registry:outgoing_sign", args=[waits.pk])
        answer = browser(world.leader).post(address, {"version": waits.version}, follow=True)
        assert "Văn bản giữ số cũ" in answer.content.decode()

    def test_drafter_and_signer_are_told(self, world: World, keys: None) -> None:
        sign_again(outgoing=steps.numbered(world), reason="Sai ngày", actor=world.clerk, on=DAY)
        told = Notice.objects.filter(kind="outgoing_sign_again").values_list("position_id", flat=True)
        assert set(told) == {world.officer.position_id, world.leader.position_id}

    def test_it_takes_a_reason_and_the_clerk_or_the_signer(self, world: World, keys: None) -> None:
        outgoing = steps.numbered(world)
        with refused("outgoing.no_reason"):
            sign_again(outgoing=outgoing, reason=" ", actor=world.clerk, on=DAY)
        for actor in (world.officer, world.stranger):
            with pytest.raises(PermissionDenied):
                sign_again(outgoing=outgoing, reason="Sai", actor=actor, on=DAY)
        with pytest.raises(Stale):
            sign_again(outgoing=outgoing, reason="Sai", actor=world.clerk, on=DAY, version=outgoing.version - 1)

    def test_what_is_issued_is_not_signed_again(self, world: World, keys: None) -> None:
        with refused("registry.wrong_state"):
            sign_again(outgoing=steps.issued(world), reason="Sai", actor=world.clerk, on=DAY)

    def test_the_issuer_stays_that_of_the_number(self, world: World, keys: None) -> None:
        held = sign_again(outgoing=steps.numbered(world), reason="Sai", actor=world.clerk, on=DAY)
        with refused("outgoing.has_number"):
            set_issuer(outgoing=held, issuer=None, bodies=[], actor=world.officer, on=DAY)

    def test_given_up_for_good_its_number_becomes_void(self, world: World, keys: None) -> None:
        held = sign_again(outgoing=steps.numbered(world), reason="Sai", actor=world.clerk, on=DAY)
        cancelled = cancel_outgoing(outgoing=held, reason="Không ban hành nữa", actor=world.clerk, on=DAY)
        assert cancelled.status == OutgoingStatus.CANCELLED
        assert Number.objects.get(pk=cancelled.number_id).state == "void"

    def test_a_draft_without_a_number_is_not_cancelled(self, world: World) -> None:
        with refused("registry.wrong_state"):
            cancel_outgoing(outgoing=steps.drafted(world), reason="Thôi", actor=world.clerk, on=DAY)
