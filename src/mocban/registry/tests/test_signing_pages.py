"""The pages of signing many documents: choose, read in turn, start, watch, mend what failed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mocban.registry.choices import OutgoingStatus, SigningPurpose, SigningState
from mocban.registry.models import Outgoing, SigningBatch
from mocban.registry.services.drafting import return_draft
from mocban.registry.services.signing_batches import make_signing_batch, start_signing_batch
from mocban.registry.services.signing_runs import run_signing_batch
from tests import steps
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db


def at(name: str, *arguments: Any) -> str:
    return reverse(f"registry:{name}", args=arguments)


def chosen(world: World, documents: list[Outgoing]) -> SigningBatch:
    client = browser(world.leader)
    answer = client.post(at("signing_list"), {"document": [str(one.pk) for one in documents]})
    assert answer.status_code == 302
    return SigningBatch.objects.latest("created_at")


def text(world: World, address: str, **given: Any) -> str:
    answer = browser(world.leader).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_from_the_list_over_reading_to_the_result(world: World, keys: None) -> None:
    documents = [steps.approved(world) for _turn in range(2)]
    assert "Chưa đọc" in text(world, at("signing_list"))
    batch = chosen(world, documents)
    page = at("signing_batch", batch.pk)
    assert "Còn 2 văn bản bạn chưa mở" in text(world, page)
    client = browser(world.leader)
    start = at("signing_start", batch.pk)
    refused = client.post(start, {"version": batch.version})
    assert refused.status_code == 409
    assert "Còn 2 văn bản bạn chưa mở" in refused.content.decode()
    first = client.get(at("signing_read_first", batch.pk), follow=True)
    assert "Đọc lần lượt 1/2" in first.content.decode()
    assert at("signing_read", batch.pk, 2) in first.content.decode()
    assert "Đã đọc hết, tới bước ký" in text(world, at("signing_read", batch.pk, 2))
    assert "bạn chưa mở" not in text(world, page)
    assert client.post(start, {"version": batch.version}).status_code == 302
    running = text(world, page)
    assert "Đang chạy" in running
    assert 'hx-trigger="every 2s"' in running
    run_signing_batch(batch=batch, on=DAY)
    done = text(world, page)
    assert "Được 2/2" in done
    assert "every 2s" not in done
    assert {one.status for one in Outgoing.objects.filter(pk__in=[one.pk for one in documents])} == {
        OutgoingStatus.SIGNED
    }


def test_a_failed_one_shows_its_sentence_and_can_be_left_out(world: World, keys: None) -> None:
    documents = [steps.opened(steps.approved(world), world.leader) for _turn in range(2)]
    batch = chosen(world, documents)
    return_draft(outgoing=documents[0], reason="Sửa", actor=world.leader, on=DAY)
    start_signing_batch(batch=batch, actor=world.leader, in_background=False)
    run_signing_batch(batch=batch, on=DAY)
    words = text(world, at("signing_batch", batch.pk))
    assert "đã thay đổi sau khi bạn chọn" in words
    assert "Làm lại văn bản chưa được" in words
    failed = batch.items.get(state="failed")
    assert browser(world.leader).post(at("signing_drop", batch.pk, failed.ordinal)).status_code == 302
    assert "Đã bỏ khỏi lô" in text(world, at("signing_batch", batch.pk))


def test_unread_documents_are_confirmed_one_by_one_on_the_page(world: World, keys: None) -> None:
    batch = chosen(world, [steps.approved(world), steps.approved(world)])
    ids = [str(item.pk) for item in batch.items.all()]
    client, start = browser(world.leader), at("signing_start", batch.pk)
    assert "Còn 2 văn bản bạn chưa mở" in client.get(at("signing_batch", batch.pk)).content.decode()
    assert client.post(start, {"version": batch.version, "unread_confirmed": ids[:1]}).status_code == 409
    batch.items.update(unread_confirmed=True)
    words = client.get(at("signing_batch", batch.pk)).content.decode()
    assert "văn bản bạn chưa mở" not in words, "what was answered is not asked again"
    assert "Đọc lần lượt" in words
    batch.items.update(unread_confirmed=False)
    assert client.post(start, {"version": batch.version, "unread_confirmed": ids}).status_code == 302
    batch.refresh_from_db()
    assert batch.state == SigningState.RUNNING


def test_stop_and_give_up(world: World, keys: None) -> None:
    batch = chosen(world, [steps.opened(steps.approved(world), world.leader)])
    start_signing_batch(batch=batch, actor=world.leader, in_background=False)
    client = browser(world.leader)
    assert client.post(at("signing_stop", batch.pk)).status_code == 302
    assert "Chạy tiếp" in text(world, at("signing_batch", batch.pk))
    assert client.post(at("signing_discard", batch.pk)).status_code == 302
    batch.refresh_from_db()
    assert batch.state == SigningState.DISCARDED


def test_nothing_ticked_is_told_and_nothing_made(world: World) -> None:
    steps.approved(world)
    answer = browser(world.leader).post(at("signing_list"), {"document": ["", "rubbish"]})
    assert answer.status_code == 409
    assert "Hãy chọn ít nhất một văn bản" in answer.content.decode()
    assert not SigningBatch.objects.exists()


def test_a_batch_is_its_makers_own(world: World, keys: None) -> None:
    batch = chosen(world, [steps.approved(world)])
    for actor in (world.chief, world.stranger):
        assert browser(actor).get(at("signing_batch", batch.pk)).status_code == 404
    assert browser(world.officer).get(at("signing_list")).status_code == 403


def test_the_clerk_chooses_among_the_numbered(world: World, keys: None) -> None:
    numbered = steps.numbered(world)
    client = browser(world.clerk)
    answer = client.get(at("signing_list"), {"purpose": "issue"})
    assert numbered.document.printed_code in answer.content.decode()
    made = client.post(at("signing_list") + "?purpose=issue", {"document": str(numbered.pk)})
    assert made.status_code == 302
    assert SigningBatch.objects.latest("created_at").purpose == SigningPurpose.ISSUE


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_cost_the_same_for_one_document_and_twelve(
    world: World, django_assert_max_num_queries: Any, count: int
) -> None:
    documents = [steps.approved(world) for _turn in range(count)]
    batch = make_signing_batch(
        documents=documents,
        purpose=SigningPurpose.SIGN,
        organisation=world.office.organisation,
        actor=world.leader,
    )
    client = browser(world.leader)
    for address in (at("signing_list"), at("signing_batch", batch.pk)):
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200
