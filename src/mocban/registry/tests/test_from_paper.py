"""The electronic document from paper: the scan stays, what is sealed lies beside it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from mocban.audit.selectors import history
from mocban.content import services as content
from mocban.lib.errors import RuleBroken
from mocban.records.choices import ObjectRole
from mocban.registry.choices import CopyState, Medium, SourceForm
from mocban.registry.models import Outgoing
from mocban.registry.services.from_paper import issue_from_paper
from mocban.registry.services.late import LateDocument, enter_late_outgoing
from mocban.registry.sufficiency import judged
from mocban.signing.choices import KeyPlace
from mocban.signing.models import KeySource
from mocban.signing.services import documents, verify
from tests import steps
from tests.world import DAY, World, browser

from .copying import numbered, requested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def scan(dpi: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (int(8.27 * dpi), int(11.69 * dpi)), "white").save(out, "PDF", resolution=dpi)
    return out.getvalue()


def entered(world: World, data: bytes | None = None, name: str = "ban-quet.pdf") -> Outgoing:
    """A document that was signed and issued on paper, entered late with its scan."""
    late = LateDocument(
        document=steps.fields(world.office, subject="Văn bản giấy", printed_code="", code_number="", code_notation=""),
        true_date=DAY - timedelta(days=2),
        reason="Hệ thống ngừng",
        unit=world.office.units["vtlt"],
        files=(steps.accepted(name, data),) if data else (),
    )
    return enter_late_outgoing(late=late, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)


def stands(world: World, outgoing: Outgoing) -> Any:
    rows = judged(world.chief, "outgoing", since=DAY - timedelta(days=9), until=DAY)
    return rows.get(pk=outgoing.pk).sufficiency


def test_the_scan_is_sealed_beside_itself_and_the_document_leaves_the_list(world: World) -> None:
    outgoing = entered(world, scan())
    before = outgoing.document.parts.get(role=ObjectRole.ISSUED).object
    held = content.read_bytes(before)
    assert stands(world, outgoing) in ("unchecked", "no_signature")
    part = issue_from_paper(outgoing=outgoing, actor=world.clerk, on=DAY)
    assert (part.role, part.ordinal) == (ObjectRole.ISSUED, 2)
    assert content.read_bytes(before) == held
    checked = verify(stored=part.object, actor=world.clerk)
    assert [one["signer"] for one in checked.finding["signatures"]] == [world.office.organisation.name]
    assert stands(world, outgoing) == "signed"
    told = history(outgoing)[-1]
    assert "đã ký số của cơ quan lên bản quét" in told.sentence
    assert any("Điều 18 khoản 6" in one for one in told.basis)


def test_only_the_clerk_holds_the_seal(world: World) -> None:
    outgoing = entered(world, scan())
    for actor in (world.officer, world.chief, world.leader, world.stranger):
        with pytest.raises(PermissionDenied):
            issue_from_paper(outgoing=outgoing, actor=actor, on=DAY)


def test_what_is_no_scan_of_issued_paper_is_refused(world: World) -> None:
    with steps.refused("paper.not_on_paper"):
        issue_from_paper(outgoing=steps.issued(world), actor=world.clerk, on=DAY)
    with steps.refused("copy.not_issued"):
        issue_from_paper(outgoing=steps.drafted(world), actor=world.clerk, on=DAY)
    with steps.refused("paper.no_scan"):
        issue_from_paper(outgoing=entered(world), actor=world.clerk, on=DAY)
    with steps.refused("signing.copy_scan"):
        issue_from_paper(outgoing=entered(world, scan(90)), actor=world.clerk, on=DAY)


def test_a_file_that_is_signed_already_never_loses_its_signature(world: World) -> None:
    signed = content.read_bytes(steps.issued(world).document.parts.get(role=ObjectRole.ISSUED).object)
    outgoing = entered(world, signed)
    with steps.refused("paper.scan_signed"):
        issue_from_paper(outgoing=outgoing, actor=world.clerk, on=DAY)
    once = entered(world, scan())
    issue_from_paper(outgoing=once, actor=world.clerk, on=DAY)
    with steps.refused("paper.scan_signed"):
        issue_from_paper(outgoing=once, actor=world.clerk, on=DAY)


def test_the_page_asks_and_then_seals(world: World) -> None:
    outgoing = entered(world, scan())
    address = reverse("registry:outgoing_from_paper", args=[outgoing.pk])
    clerk = browser(world.clerk)
    asked = clerk.get(address)
    assert "đối chiếu bản quét với bản giấy" in asked.content.decode()
    assert clerk.post(address, {"version": outgoing.version}).status_code == 302
    assert stands(world, outgoing) == "signed"
    assert browser(world.leader).get(address).status_code == 403


def test_a_key_that_asks_for_its_pin_is_asked_for_and_a_wrong_one_seals_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    outgoing = entered(world, scan())
    copy = numbered(
        world,
        requested(
            world,
            steps.registered(world, files=(), received_via="paper").document,
            scan=steps.accepted("ban-quet.pdf", scan()),
            source_form=SourceForm.MAIN,
            from_medium=Medium.PAPER,
            to_medium=Medium.ELECTRONIC,
        ),
    )
    KeySource.objects.create(
        organisation=world.office.organisation, place=KeyPlace.FILE, certificate=b"x", created_at=timezone.now()
    )
    tried: list[str] = []

    def opened(*_owner: Any, pin: str = "", **_more: Any) -> None:
        tried.append(pin)
        raise RuleBroken("signing.wrong_pin", "Mã PIN không đúng.")

    monkeypatch.setattr(documents.keys, "store_for", opened)
    clerk = browser(world.clerk)
    for address, version in (
        (reverse("registry:outgoing_from_paper", args=[outgoing.pk]), outgoing.version),
        (reverse("registry:copy_make", args=[copy.pk]), copy.version),
    ):
        assert 'name="pin"' in clerk.get(address).content.decode()
        answer = clerk.post(address, {"version": version, "pin": "2468"})
        assert answer.status_code == 409
        assert "Mã PIN không đúng." in answer.content.decode()
        assert "2468" not in answer.content.decode()
    assert tried == ["2468", "2468"]
    copy.refresh_from_db()
    assert (outgoing.document.parts.count(), copy.state) == (1, CopyState.NUMBERED)
