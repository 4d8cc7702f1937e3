"""Choosing for a batch: page by page, by filters, and batches signed with the token of the own computer."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mocban.registry import signing_selectors
from mocban.registry.choices import OutgoingStatus, SigningItemState, SigningPurpose, SigningState
from mocban.registry.models import Outgoing, SigningBatch
from mocban.registry.services import signing_batches
from mocban.registry.services.drafting import approve_draft, return_draft, submit_draft
from mocban.registry.services.signing_batches import add_to_signing_batch
from mocban.signing.models import PendingSignature
from mocban.ui import paging
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser

from .test_signing_batches import made, started, states
from .test_token_signing import leader_of, on_token, organisation_on_token, token_signs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
LIST = "/registry/signing/"


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a page."""

    def keyset(queryset: Any, **given: Any) -> paging.Page:
        return paging.keyset(queryset, **{**given, "size": 2})

    monkeypatch.setattr(signing_selectors, "keyset", keyset)


def next_page(text: str) -> str:
    found = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    return found if found.startswith("/") else LIST + found


class TestChoosing:
    def test_every_waiting_document_stands_on_one_page(self, world: World, small_pages: None) -> None:
        documents = [steps.approved(world) for _turn in range(5)]
        client, address, seen = browser(world.leader), LIST, []
        for _turn in range(3):
            text = client.get(address).content.decode()
            seen.append([one.pk for one in documents if f'value="{one.pk}"' in text])
            assert ">5<" in text
            address = next_page(text) if 'rel="next"' in text else ""
        assert [len(page) for page in seen] == [2, 2, 1]
        assert [pk for page in seen for pk in page] == [one.pk for one in documents], "oldest first"
        assert address == ""

    def test_ticks_of_several_pages_make_one_batch(self, world: World, small_pages: None) -> None:
        documents = [steps.approved(world) for _turn in range(3)]
        answer = browser(world.leader).post(LIST, {"document": [str(one.pk) for one in documents]})
        assert answer.status_code == 302
        assert SigningBatch.objects.get().items.count() == 3

    def test_filters_hold_over_pages_and_for_taking_all(self, world: World, small_pages: None) -> None:
        documents = [steps.approved(world) for _turn in range(4)]
        for one in documents[:3]:
            steps.opened(one, world.leader)
        client = browser(world.leader)
        text = client.get(LIST, {"read": "yes"}).content.decode()
        assert ">3<" in text
        assert "read=yes" in next_page(text)
        assert ">1<" in client.get(LIST, {"read": "no"}).content.decode()
        unit = documents[0].unit_id
        assert ">4<" in client.get(LIST, {"unit": str(unit)}).content.decode()
        assert "Không văn bản nào khớp" in client.get(LIST, {"q": "không có chữ này"}).content.decode()
        assert client.post(LIST + "?read=yes", {"all": "1"}).status_code == 302
        batch = SigningBatch.objects.get()
        assert [item.outgoing_id for item in batch.items.all()] == [one.pk for one in documents[:3]]

    @pytest.mark.parametrize(
        "query", [{"cursor": "rubbish"}, {"unit": "'"}, {"kind": "\x00"}, {"batch": "x"}, {"read": "?"}]
    )
    def test_a_broken_address_is_only_another_list(self, world: World, query: dict[str, str]) -> None:
        steps.approved(world)
        assert browser(world.leader).get(LIST, query).status_code == 200

    def test_all_takes_no_more_than_a_batch_holds(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signing_batches, "BATCH_LIMIT", 2)
        documents = [steps.approved(world) for _turn in range(3)]
        browser(world.leader).post(LIST, {"all": "1"})
        batch = SigningBatch.objects.get()
        assert [item.outgoing_id for item in batch.items.all()] == [one.pk for one in documents[:2]]

    def test_without_scripts_a_batch_grows_page_by_page(self, world: World, small_pages: None) -> None:
        documents = [steps.approved(world) for _turn in range(3)]
        client = browser(world.leader)
        client.post(LIST, {"document": [str(documents[0].pk)]})
        batch = SigningBatch.objects.get()
        assert f"?batch={batch.pk}" in client.get(reverse("registry:signing_batch", args=[batch.pk])).content.decode()
        more = f"{LIST}?batch={batch.pk}"
        assert "Thêm vào lô" in client.get(more).content.decode()
        client.post(more, {"document": [str(one.pk) for one in documents[:2]]})
        assert [item.outgoing_id for item in batch.items.all()] == [one.pk for one in documents[:2]]
        client.post(more, {"all": "1"})
        assert batch.items.count() == 3
        assert SigningBatch.objects.count() == 1

    def test_all_fills_a_batch_with_what_it_has_not(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signing_batches, "BATCH_LIMIT", 3)
        documents = [steps.approved(world) for _turn in range(4)]
        client = browser(world.leader)
        client.post(LIST, {"document": [str(one.pk) for one in documents[:2]]})
        batch = SigningBatch.objects.get()
        client.post(f"{LIST}?batch={batch.pk}", {"all": "1"})
        assert [item.outgoing_id for item in batch.items.all()] == [one.pk for one in documents[:3]]

    def test_only_a_batch_of_the_own_that_waits_grows(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        batch, more = made(world, 1), steps.approved(world)
        client = browser(world.clerk)
        client.post(f"{LIST}?batch={batch.pk}", {"document": [str(more.pk)]})
        assert batch.items.count() == 1
        monkeypatch.setattr(signing_batches, "BATCH_LIMIT", 1)
        with refused("signing_batch.too_many"):
            add_to_signing_batch(batch=batch, documents=[more], actor=world.leader)
        running = started(world, batch)
        with refused("registry.wrong_state"):
            add_to_signing_batch(batch=running, documents=[more], actor=world.leader)


class TestTokenBatches:
    """The batch page itself signs with the token: the test stands in for its script and for the program."""

    @pytest.fixture
    def token(self, world: World) -> None:
        on_token(leader_of(world), world.office.organisation, world.leader)

    def begun(self, client: Client, batch: SigningBatch, ordinal: int, **given: Any) -> Any:
        return client.post(reverse("registry:signing_item_begin", args=[batch.pk, ordinal]), given)

    def finished(self, client: Client, batch: SigningBatch, ordinal: int, begun: Any, owner: Any) -> Any:
        rows = list(PendingSignature.objects.filter(pk__in=[one["id"] for one in begun.json()["signatures"]]))
        brought = token_signs(owner, rows)
        given = {
            "pending": [name for name, _made in brought],
            "signature": [base64.b64encode(made).decode() for _name, made in brought],
        }
        return client.post(reverse("registry:signing_item_finish", args=[batch.pk, ordinal]), given)

    def test_a_batch_is_signed_from_its_own_page_and_resumed(self, world: World, token: None) -> None:
        batch = made(world, 3)
        client, page = browser(world.leader), reverse("registry:signing_batch", args=[batch.pk])
        assert client.get(page).content.decode().count("data-document ") == 3
        begun = [self.begun(client, batch, place) for place in (1, 2, 3)]
        for place in (1, 2):  # then the token is pulled out
            assert self.finished(client, batch, place, begun[place - 1], leader_of(world)).status_code == 200
        assert states(batch) == [SigningItemState.DONE, SigningItemState.DONE, SigningItemState.WAITING]
        again = client.get(page).content.decode()
        assert again.count("data-document ") == 1
        assert "Đã xong trong lô này" in again
        third = self.begun(client, batch, 3)
        assert self.finished(client, batch, 3, third, leader_of(world)).json()["said"] == "Đã ký số."
        batch.refresh_from_db()
        assert (batch.state, states(batch)) == (SigningState.DONE, [SigningItemState.DONE] * 3)
        assert [item.outgoing.status for item in batch.items.all()] == [OutgoingStatus.SIGNED] * 3
        assert "Được 3/3" in client.get(page).content.decode()

    def test_one_that_cannot_be_signed_says_why_and_blocks_nobody(self, world: World, token: None) -> None:
        batch = made(world, 2)
        first = batch.items.get(ordinal=1).outgoing
        return_draft(outgoing=first, reason="Sửa", actor=world.leader, on=DAY)
        client = browser(world.leader)
        assert self.begun(client, batch, 1).status_code in (409, 412)
        assert self.finished(client, batch, 2, self.begun(client, batch, 2), leader_of(world)).status_code == 200
        assert states(batch) == [SigningItemState.FAILED, SigningItemState.DONE]
        page = client.get(reverse("registry:signing_batch", args=[batch.pk])).content.decode()
        assert batch.items.get(ordinal=1).reason[:20] in page
        submit_draft(outgoing=first, actor=world.officer, on=DAY)
        approve_draft(outgoing=first, actor=world.head, on=DAY)
        steps.opened(Outgoing.objects.get(pk=first.pk), world.leader)
        begun = self.begun(client, batch, 1)
        assert self.finished(client, batch, 1, begun, leader_of(world)).status_code == 200

    def test_what_was_never_opened_is_confirmed_there(self, world: World, token: None) -> None:
        batch = made(world, 1, opened=False)
        client = browser(world.leader)
        assert self.begun(client, batch, 1).status_code == 409
        begun = self.begun(client, batch, 1, unread_confirmed="on")
        assert self.finished(client, batch, 1, begun, leader_of(world)).status_code == 200

    def test_the_clerk_issues_many_with_the_organisations_token(self, world: World) -> None:
        numbered = [steps.numbered(world) for _turn in range(2)]
        organisation_on_token(world)
        client = browser(world.clerk)
        client.post(LIST + "?purpose=issue", {"document": [str(one.pk) for one in numbered]})
        batch = SigningBatch.objects.get(purpose=SigningPurpose.ISSUE)
        for place in (1, 2):
            begun = self.begun(client, batch, place)
            answer = self.finished(client, batch, place, begun, world.office.organisation)
            assert answer.json()["said"] == "Đã đóng dấu và phát hành."
        batch.refresh_from_db()
        assert batch.state == SigningState.DONE

    def test_it_is_a_personal_act(self, world: World, token: None) -> None:
        batch = made(world, 1)
        for actor in (world.chief, world.stranger, world.clerk):
            assert self.begun(browser(actor), batch, 1).status_code == 404
        assert self.begun(browser(world.leader), batch, 9).status_code == 404

    def test_the_page_costs_the_same_for_one_document_and_many(
        self, world: World, token: None, django_assert_max_num_queries: Any
    ) -> None:
        batch = made(world, 6)
        client = browser(world.leader)
        with django_assert_max_num_queries(25):
            assert client.get(reverse("registry:signing_batch", args=[batch.pk])).status_code == 200
