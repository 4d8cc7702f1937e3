"""Many documents signed with the PIN typed once: in order, resumable, one failure never blocking the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken, Stale
from mocban.notices.models import Notice
from mocban.people.actor import Actor
from mocban.registry.choices import OutgoingStatus, SigningItemState, SigningPurpose, SigningState
from mocban.registry.models import Outgoing, SigningBatch, SigningItem
from mocban.registry.services import key_steps, signing_batches, signing_runs
from mocban.registry.services.drafting import approve_draft, return_draft, sign_outgoing, submit_draft
from mocban.registry.services.signing_batches import (
    BATCH_LIMIT,
    discard_signing_batch,
    drop_signing_item,
    make_signing_batch,
    start_signing_batch,
    stop_signing_batch,
)
from mocban.registry.services.signing_runs import run_signing_batch
from mocban.signing import keys as key_places
from tests import steps
from tests.steps import refused
from tests.world import DAY, Caller, World, position

pytestmark = pytest.mark.django_db


def made(world: World, count: int = 3, *, opened: bool = True, actor: Actor | None = None) -> SigningBatch:
    documents = [steps.approved(world) for _turn in range(count)]
    if opened:
        for outgoing in documents:
            steps.opened(outgoing, world.leader)
    return make_signing_batch(
        documents=documents,
        purpose=SigningPurpose.SIGN,
        organisation=world.office.organisation,
        actor=actor or world.leader,
    )


def started(world: World, batch: SigningBatch, **given: Any) -> SigningBatch:
    return start_signing_batch(batch=batch, actor=world.leader, in_background=False, **given)


def states(batch: SigningBatch) -> list[str]:
    return list(batch.items.values_list("state", flat=True))


def statuses(batch: SigningBatch) -> list[str]:
    return [item.outgoing.status for item in batch.items.select_related("outgoing")]


def run(batch: SigningBatch, most: int = BATCH_LIMIT) -> bool:
    more = run_signing_batch(batch=batch, on=DAY, most=most)
    batch.refresh_from_db()
    return more


class TestRunning:
    def test_every_document_is_signed_as_single_signing_does_it(self, world: World, keys: None) -> None:
        batch = started(world, made(world))
        assert not run(batch)
        assert batch.state == SigningState.DONE
        assert states(batch) == [SigningItemState.DONE] * 3
        assert statuses(batch) == [OutgoingStatus.SIGNED] * 3
        first = batch.items.first()
        assert first is not None
        alone = steps.signed(world)
        said = [[line.sentence.split("“")[0] for line in history(one)] for one in (first.outgoing, alone)]
        assert said[0] == said[1]
        assert Notice.objects.filter(kind="signing_batch_finished", position_id=world.leader.position_id).exists()

    def test_stopped_in_the_middle_it_goes_on_where_it_was(self, world: World, keys: None) -> None:
        batch = started(world, made(world))
        assert run(batch, most=1)
        stop_signing_batch(batch=batch, actor=world.leader)
        assert not run(batch)
        assert states(batch) == [SigningItemState.DONE, SigningItemState.WAITING, SigningItemState.WAITING]
        run(started(world, batch))
        assert states(batch) == [SigningItemState.DONE] * 3

    def test_a_job_that_comes_back_signs_nothing_twice(self, world: World, keys: None) -> None:
        """A killed worker's job runs again: what was committed stays, the rest follows."""
        batch = started(world, made(world))
        run(batch, most=2)
        run(batch)
        run(batch)
        assert [item.outgoing.document.parts.filter(role="signed").count() for item in batch.items.all()] == [1, 1, 1]

    def test_one_that_fails_never_blocks_the_others_and_is_tried_again(self, world: World, keys: None) -> None:
        batch = made(world)
        second = batch.items.get(ordinal=2).outgoing
        return_draft(outgoing=second, reason="Sửa", actor=world.leader, on=DAY)
        batch = started(world, batch)
        run(batch)
        assert states(batch) == [SigningItemState.DONE, SigningItemState.FAILED, SigningItemState.DONE]
        assert "đã thay đổi sau khi bạn chọn" in batch.items.get(ordinal=2).reason
        assert batch.state == SigningState.DONE
        submit_draft(outgoing=second, actor=world.officer, on=DAY)
        approve_draft(outgoing=second, actor=world.head, on=DAY)
        batch = started(world, batch)
        run(batch)
        assert states(batch) == [SigningItemState.DONE] * 3

    def test_what_nobody_foresaw_is_told_and_blocks_nothing(
        self, world: World, keys: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = started(world, made(world, 2))
        first = batch.items.get(ordinal=1).outgoing_id

        def breaks(**given: Any) -> Outgoing:
            if given["outgoing"].pk == first:
                raise ZeroDivisionError
            return sign_outgoing(**given)

        monkeypatch.setattr(key_steps, "sign_outgoing", breaks)
        run(batch)
        assert states(batch) == [SigningItemState.FAILED, SigningItemState.DONE]
        assert "Lỗi ngoài dự kiến" in batch.items.get(ordinal=1).reason

    def test_a_key_that_is_gone_pauses_the_batch_and_it_resumes(
        self, world: World, keys: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = started(world, made(world), pin="1234")
        calls = []

        def pulled_out(**given: Any) -> Outgoing:
            calls.append(given)
            if len(calls) == 2:
                raise RuleBroken("signing.no_token", "Không thấy thiết bị lưu khóa bí mật.")
            return sign_outgoing(**given)

        monkeypatch.setattr(key_steps, "sign_outgoing", pulled_out)
        run(batch)
        assert (batch.state, batch.reason) == (SigningState.PAUSED, "Không thấy thiết bị lưu khóa bí mật.")
        assert batch.sealed_pin == ""
        assert states(batch) == [SigningItemState.DONE, SigningItemState.WAITING, SigningItemState.WAITING]
        assert Notice.objects.filter(kind="signing_batch_paused", position_id=world.leader.position_id).exists()
        run(started(world, batch, pin="1234"))
        assert states(batch) == [SigningItemState.DONE] * 3

    def test_a_wrong_pin_is_tried_once(self, world: World, keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = []

        def wrong(*_owner: Any, **given: Any) -> None:
            tries.append(given["pin"])
            raise RuleBroken("signing.wrong_pin", "Mã PIN không đúng.")

        monkeypatch.setattr(signing_runs.signing, "open_key", wrong)
        batch = started(world, made(world), pin="0000")
        assert not run(batch)
        assert not run(batch)
        assert tries == ["0000"]
        assert batch.state == SigningState.PAUSED
        assert states(batch) == [SigningItemState.WAITING] * 3

    def test_the_pin_lies_sealed_and_only_while_the_batch_runs(self, world: World, keys: None) -> None:
        batch = started(world, made(world), pin="48151623")
        batch.refresh_from_db()
        assert batch.sealed_pin
        assert "48151623" not in batch.sealed_pin
        with refused("signing.pin_expired"):
            key_places.open_pin(batch.sealed_pin, purpose="signing_batch:another")
        run(batch)
        assert batch.sealed_pin == ""

    def test_who_no_longer_holds_the_position_signs_no_more(self, world: World, keys: None) -> None:
        batch = started(world, made(world))
        held = position(world.leader)
        type(held).objects.filter(pk=held.pk).update(valid_to=DAY.replace(day=1))
        run(batch)
        assert batch.state == SigningState.PAUSED
        assert states(batch) == [SigningItemState.WAITING] * 3


class TestReading:
    def test_unread_documents_are_asked_about_one_by_one(self, world: World, keys: None) -> None:
        batch = made(world, opened=False)
        steps.opened(batch.items.get(ordinal=2).outgoing, world.leader)
        with refused("signing_batch.unread"):
            started(world, batch)
        first, _second, third = batch.items.all()
        with refused("signing_batch.unread"):
            started(world, batch, unread_confirmed=[first.pk])
        run(started(world, batch, unread_confirmed=[first.pk, third.pk]))
        assert states(batch) == [SigningItemState.DONE] * 3
        asked = [any("dù chưa mở" in line.sentence for line in history(item.outgoing)) for item in batch.items.all()]
        assert asked == [True, False, True]


class TestSelecting:
    def test_a_batch_has_one_to_two_hundred_documents(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signing_batches, "BATCH_LIMIT", 2)
        for count, code in ((0, "signing_batch.empty"), (3, "signing_batch.too_many")):
            with refused(code):
                made(world, count)

    def test_only_what_waits_for_the_own_signature_is_selected(self, world: World) -> None:
        with pytest.raises(PermissionDenied):
            made(world, 1, actor=world.chief)
        common: dict[str, Any] = {
            "purpose": SigningPurpose.SIGN,
            "organisation": world.office.organisation,
            "actor": world.leader,
        }
        with refused("registry.wrong_state"):
            make_signing_batch(documents=[steps.drafted(world)], **common)

    def test_only_its_maker_runs_it(self, world: World) -> None:
        batch = made(world, 1)
        for verb in (start_signing_batch, stop_signing_batch, discard_signing_batch):
            with pytest.raises(PermissionDenied):
                verb(batch=batch, actor=world.chief)

    def test_a_document_left_out_waits_as_before(self, world: World, keys: None) -> None:
        batch = made(world, 2)
        drop_signing_item(item=batch.items.get(ordinal=1), actor=world.leader)
        batch.refresh_from_db()
        run(started(world, batch))
        assert states(batch) == [SigningItemState.DROPPED, SigningItemState.DONE]
        assert statuses(batch) == [OutgoingStatus.APPROVED, OutgoingStatus.SIGNED]
        with refused("registry.wrong_state"):
            drop_signing_item(item=batch.items.get(ordinal=2), actor=world.leader)

    def test_given_up_it_signs_nothing_more(self, world: World, keys: None) -> None:
        batch = made(world, 2)
        discard_signing_batch(batch=batch, actor=world.leader)
        with refused("registry.wrong_state"):
            started(world, batch)
        assert statuses(batch) == [OutgoingStatus.APPROVED] * 2

    def test_two_tabs_start_it_once(self, world: World, keys: None) -> None:
        batch = made(world, 1)
        started(world, batch, version=batch.version)
        with pytest.raises((Stale, RuleBroken)):
            started(world, batch, version=batch.version)

    def test_a_batch_that_is_done_has_nothing_left_to_run(self, world: World, keys: None) -> None:
        batch = started(world, made(world, 1))
        run(batch)
        with refused("signing_batch.done"):
            started(world, batch)


class TestIssuing:
    def test_a_clerk_issues_a_batch_with_the_same_machinery(self, world: World, keys: None) -> None:
        documents = [steps.numbered(world) for _turn in range(2)]
        batch = make_signing_batch(
            documents=documents,
            purpose=SigningPurpose.ISSUE,
            organisation=world.office.organisation,
            actor=world.clerk,
        )
        start_signing_batch(batch=batch, actor=world.clerk, in_background=False)
        run(batch)
        assert statuses(batch) == [OutgoingStatus.ISSUED] * 2
        assert SigningItem.objects.filter(batch=batch, done_at=None).count() == 0


class TestOverTheApi:
    def test_a_program_selects_confirms_starts_and_reads_the_results(self, world: World, keys: None) -> None:
        documents = [steps.approved(world) for _turn in range(2)]
        leader = Caller(world.leader)
        made = leader.done(
            "post", "/registry/signing-batches", {"documents": [str(one.pk) for one in documents], "purpose": "sign"}
        )
        address = f"/registry/signing-batches/{made['id']}"
        status, problem = leader.refused("post", f"{address}/start", {"version": made["version"]})
        assert (status, problem["code"]) == (409, "signing_batch.unread")
        confirmed = [item["id"] for item in made["items"]]
        start = {"version": made["version"], "unread_confirmed": confirmed}
        assert leader.done("post", f"{address}/start", start)["state"] == "running"
        assert leader.refused("post", f"{address}/start", start)[0] == 412
        run(SigningBatch.objects.get(pk=made["id"]))
        done = leader.done("get", address)
        assert (done["state"], [item["state"] for item in done["items"]]) == ("done", ["done", "done"])
        assert Caller(world.chief).refused("get", address)[0] == 403
        assert Caller(world.stranger).refused("get", address)[0] == 404
