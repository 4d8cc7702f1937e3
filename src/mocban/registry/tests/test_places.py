"""Number, date, signature and seal moved by hand before the first signature."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from lxml import html

from mocban.audit.models import ReadLog
from mocban.audit.selectors import history
from mocban.registry.choices import OutgoingStatus
from mocban.registry.models import Outgoing, SigningPlan
from mocban.registry.services.drafting import sign_outgoing
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.registry.services.placing import place_fields
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db


def laid(outgoing: Outgoing) -> dict[str, dict[str, Any]]:
    plan = SigningPlan.objects.get(outgoing=outgoing)
    return {field["name"]: field for field in plan.fields}


def moved(field: dict[str, Any], *, right: float = 0, down: float = 0, page: int | None = None) -> dict[str, float]:
    chosen = field["page"] if page is None else page
    return {"page": chosen, "left": field["left"] + right, "top": field["top"] + down}


def test_the_draft_itself_says_where_the_fields_lie(world: World) -> None:
    fields = laid(steps.approved(world))
    assert set(fields) == {"number", "date", "signature", "seal"}
    assert fields["number"]["left"] < fields["date"]["left"]
    assert fields["signature"]["top"] > fields["date"]["top"]


def test_a_moved_signature_takes_the_seal_along_and_is_signed_there(world: World, keys: None) -> None:
    outgoing = steps.approved(world)
    before = laid(outgoing)
    place_fields(
        outgoing=outgoing, moved={"signature": moved(before["signature"], down=2)}, actor=world.officer, on=DAY
    )
    after = laid(outgoing)
    for name in ("signature", "seal"):
        assert after[name]["top"] == pytest.approx(before[name]["top"] + 2, abs=0.2)
    assert after["number"] == before["number"]
    signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    assert signed.status == OutgoingStatus.SIGNED


def test_a_number_written_elsewhere_is_written_whole_and_issued(world: World, keys: None) -> None:
    outgoing = steps.approved(world)
    place_fields(outgoing=outgoing, moved={"number": {"page": 0, "left": 30.0, "top": 8.0}}, actor=world.clerk, on=DAY)
    assert laid(outgoing)["number"]["top"] == pytest.approx(8, abs=0.2)
    signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    numbered = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    assert issue_outgoing(outgoing=numbered, actor=world.clerk, on=DAY).status == OutgoingStatus.ISSUED


@pytest.mark.parametrize(
    ("name", "place", "code"),
    [
        ("signature", {"page": 0, "left": 200.0, "top": 290.0}, "signing.place_outside"),
        ("signature", {"page": 7, "left": 100.0, "top": 100.0}, "signing.place_outside"),
        ("signature", {"page": -1, "left": 100.0, "top": 100.0}, "signing.place_outside"),
        ("date", {"page": 0, "left": 60.0, "top": 90.0}, "signing.place_covers"),
    ],
)
def test_a_place_outside_the_page_or_over_text_is_refused_and_nothing_moves(
    world: World, name: str, place: dict[str, float], code: str
) -> None:
    outgoing = steps.approved(world)
    before = laid(outgoing)
    with refused(code):
        place_fields(outgoing=outgoing, moved={name: place}, actor=world.officer, on=DAY)
    assert laid(outgoing) == before


def test_an_empty_choice_finds_the_places_again(world: World) -> None:
    outgoing = steps.approved(world)
    before = laid(outgoing)
    place_fields(outgoing=outgoing, moved={"seal": moved(before["seal"], right=-3)}, actor=world.leader, on=DAY)
    place_fields(outgoing=outgoing, moved={}, actor=world.leader, on=DAY)
    assert laid(outgoing) == before


def test_after_a_move_the_signer_opens_the_new_version(world: World, keys: None) -> None:
    outgoing = steps.opened(steps.approved(world), world.leader)
    seal = moved(laid(outgoing)["seal"], right=-2)
    place_fields(outgoing=outgoing, moved={"seal": seal}, actor=world.clerk, on=DAY)
    with refused("outgoing.unread"):
        sign_outgoing(outgoing=outgoing, actor=world.leader, on=DAY)
    assert any("đã đặt lại chỗ" in line.sentence for line in history(outgoing))


def test_nothing_is_moved_after_the_first_signature_nor_by_strangers(world: World, keys: None) -> None:
    outgoing = steps.signed(world)
    with refused("registry.wrong_state"):
        place_fields(outgoing=outgoing, moved={}, actor=world.officer, on=DAY)
    for actor in (world.stranger, world.archivist):
        with pytest.raises(PermissionDenied):
            place_fields(outgoing=outgoing, moved={}, actor=actor, on=DAY)


class TestPages:
    def page(self, world: World, outgoing: Outgoing) -> tuple[Any, str]:
        return browser(world.officer), reverse("registry:outgoing_places", args=[outgoing.pk])

    def typed(self, outgoing: Outgoing, **changes: float) -> dict[str, Any]:
        values: dict[str, Any] = {"version": Outgoing.objects.get(pk=outgoing.pk).version}
        for name, field in laid(outgoing).items():
            values |= {f"{name}-left": field["left"], f"{name}-top": field["top"]}
        return {**values, **changes}

    def test_a_place_typed_in_millimetres_is_kept(self, world: World) -> None:
        outgoing = steps.approved(world)
        client, address = self.page(world, outgoing)
        assert "Kéo khung trên trang" in client.get(address).content.decode()
        top = laid(outgoing)["signature"]["top"] + 1.5
        answer = client.post(address, self.typed(outgoing, **{"signature-top": top}))
        assert answer.status_code == 302
        assert laid(outgoing)["signature"]["top"] == pytest.approx(top, abs=0.2)
        assert SigningPlan.objects.get(outgoing=outgoing).moved.keys() == {"signature"}
        assert "đã dời" in client.get(address).content.decode()

    def test_a_refused_place_stays_on_the_page_with_its_sentence(self, world: World) -> None:
        outgoing = steps.approved(world)
        client, address = self.page(world, outgoing)
        answer = client.post(address, self.typed(outgoing, **{"signature-left": 195}))
        words = answer.content.decode()
        assert answer.status_code == 409
        assert 'value="195"' in words
        stale = client.post(address, {**self.typed(outgoing), "version": 1})
        assert stale.status_code == 412

    def test_a_draft_shows_its_places_before_it_is_submitted(self, world: World) -> None:
        client, address = self.page(world, steps.drafted(world))
        assert "Lưu vị trí" in client.get(address).content.decode()

    def test_the_pages_are_pictures_for_those_who_see_the_document(self, world: World) -> None:
        outgoing = steps.approved(world)
        address = reverse("registry:outgoing_page", args=[outgoing.pk, 1])
        answer = browser(world.leader).get(address)
        assert answer["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        assert browser(world.leader).get(reverse("registry:outgoing_page", args=[outgoing.pk, 0])).status_code == 404
        assert browser(world.leader).get(reverse("registry:outgoing_page", args=[outgoing.pk, 99])).status_code == 409
        assert browser(world.stranger).get(address).status_code == 404

    def test_opening_the_pages_counts_as_reading(self, world: World) -> None:
        outgoing = steps.approved(world)
        words = browser(world.leader).get(reverse("registry:outgoing_read", args=[outgoing.pk])).content.decode()
        assert "Ký số" in words
        prepared = SigningPlan.objects.get(outgoing=outgoing).prepared_id
        assert ReadLog.objects.filter(object_key__contains=str(prepared), person_id=world.leader.person_id).exists()

    @pytest.mark.parametrize("name", ["outgoing_places", "outgoing_read", "outgoing_sign"])
    def test_each_page_leads_back_to_the_document(self, world: World, name: str) -> None:
        outgoing = steps.approved(world)
        who = world.officer if name == "outgoing_places" else world.leader
        page = html.fromstring(browser(who).get(reverse(f"registry:{name}", args=[outgoing.pk])).content)
        links = [link.get("href") for link in page.get_element_by_id("content").iter("a")]
        assert "" not in links
        assert links.count(reverse("registry:outgoing", args=[outgoing.pk])) == 2, "above and beside the button"
