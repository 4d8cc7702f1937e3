"""Signatures of what arrives are checked before the clerk accepts it, by whatever way it came."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mocban.audit.models import Event
from mocban.content import services as content
from mocban.content.examine import examine
from mocban.content.models import DigitalObject
from mocban.exchange import services as exchange
from mocban.exchange.models import Packet
from mocban.lib.ids import new_id
from mocban.people.actor import system_actor
from mocban.registry.models import Batch, BatchRow, Incoming
from mocban.registry.services.batches import start_batch
from mocban.signing.choices import VerificationCause
from mocban.signing.models import Verification
from mocban.signing.services.verifying import verify_together
from mocban.signing.tests import signed
from mocban.signing.tests.pki import pki
from tests import steps
from tests.world import DAY, Caller, World, browser

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
SEEN = "Tôi đã xem kết quả và vẫn tiếp nhận"


def broken(data: bytes) -> bytes:
    """A signed PDF in which one letter of the document's title was changed afterwards."""
    at = data.index(b"/Producer")
    return data[: at + 1] + b"p" + data[at + 2 :]


GOOD = signed.pdf(pki())
BAD = broken(GOOD)


@pytest.fixture(autouse=True)
def _store(tmp_path: Any, settings: Any) -> None:
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def packet(world: World, *files: tuple[str, bytes]) -> Packet:
    """A packet with these files, waiting at the department's registry."""
    sender, receiver = world.other.organisation, world.office.organisation
    actor = system_actor(sender)
    kept = [
        content.store(examined=examine(data, name), data=data, organisation=sender, actor=actor) for name, data in files
    ]
    given = {"document_id": new_id(), "code_number": "12", "code_notation": "VP", "issued_on": DAY}
    sent = exchange.OutgoingPacket(
        **given,
        kind_name="Công văn",
        subject=steps.SUBJECT,
        signer_name="Nguyễn Văn Mẫu",
        signer_title="Chánh Văn phòng",
        urgency=0,
        recipients=((receiver.code, receiver.name),),
        files=kept,
    )
    exchange.send_document(packet=sent, organisation=sender, actor=world.stranger, on=DAY)
    exchange.receive_pending(organisation=receiver, actor=system_actor(receiver), on=DAY)
    return Packet.objects.get(organisation=receiver, direction="in")


def objects(arrived: Packet) -> list[DigitalObject]:
    return [one.object for one in arrived.attachments.select_related("object__organisation")]


def check(arrived: Packet) -> None:
    verify_together([str(stored.pk) for stored in objects(arrived)])


def accepted(world: World, **changes: str) -> dict[str, str]:
    book = str(world.office.incoming_book.pk)
    values = {"book": book, "arrived_on": f"{DAY:%d/%m/%Y}", "subject": steps.SUBJECT, "kind_code": "official-letter"}
    return {**values, "issuer_name": "Văn phòng Tỉnh ủy", **changes}


class TestPacket:
    def test_the_page_says_that_it_is_being_checked_and_asks_again(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", GOOD))
        page = text(browser(world.clerk).get(reverse("exchange:packet", args=[arrived.pk])))
        assert "Đang kiểm tra chữ ký số" in page
        assert 'hx-trigger="every 3s"' in page

    def test_then_it_shows_who_signed_when_and_by_whose_clock(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", GOOD))
        check(arrived)
        client = browser(world.clerk)
        page = text(client.get(reverse("exchange:packet", args=[arrived.pk])))
        for words in ("Chưa đủ căn cứ tin cậy", "Trần Thị Bích Ngọc", "theo đồng hồ người ký"):
            assert words in page
        assert "every 3s" not in page
        [stored] = objects(arrived)
        asked = client.get(reverse("signing:arrived"), {"object": str(stored.pk)}, headers=FRAGMENT)
        assert "Trần Thị Bích Ngọc" in text(asked)
        assert Verification.objects.get(object=stored).cause == VerificationCause.ARRIVAL

    def test_whoever_may_not_read_the_files_learns_nothing(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", GOOD))
        check(arrived)
        [stored] = objects(arrived)
        asked = browser(world.stranger).get(reverse("signing:arrived"), {"object": [str(stored.pk), "rubbish"]})
        assert "Trần Thị Bích Ngọc" not in text(asked)

    @pytest.mark.parametrize("checked", [True, False], ids=["checked", "not yet checked"])
    def test_an_invalid_one_is_accepted_only_by_who_has_seen_it(self, world: World, checked: bool) -> None:
        arrived = packet(world, ("cong-van.pdf", BAD))
        if checked:
            check(arrived)
        clerk, address = browser(world.clerk), reverse("registry:packet_register", args=[arrived.pk])
        refused = clerk.post(address, accepted(world))
        assert (refused.status_code, Incoming.objects.count()) == (409, 0)
        assert SEEN in text(refused)
        done = clerk.post(address, accepted(world, signatures_seen="1"))
        assert done.status_code == 302, text(done)[:2000]
        entry = Incoming.objects.get()
        event = Event.objects.get(verb="incoming.invalid_signature_seen")
        assert str(entry.pk) in str(event.objects_touched)
        assert event.person_name == world.clerk.person_name

    def test_one_whose_signer_is_unknown_is_accepted_without_a_question(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", GOOD))
        done = browser(world.clerk).post(reverse("registry:packet_register", args=[arrived.pk]), accepted(world))
        assert done.status_code == 302, text(done)[:2000]
        assert not Event.objects.filter(verb="incoming.invalid_signature_seen").exists()

    def test_a_program_must_say_that_it_has_seen_it_as_well(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", BAD))
        clerk, address = Caller(world.clerk), f"/registry/incoming/from-packet/{arrived.pk}"
        status, problem = clerk.refused("post", address, accepted(world, arrived_on=f"{DAY:%Y-%m-%d}"))
        assert (status, problem["code"]) == (409, "incoming.invalid_signature")
        given = {**accepted(world, arrived_on=f"{DAY:%Y-%m-%d}"), "signatures_seen": True}
        clerk.done("post", address, given)

    def test_a_detached_signature_finds_its_file_by_content(self, world: World) -> None:
        letter, other = steps.blank_pdf("một"), steps.blank_pdf("hai")
        signature = signed.cms(pki(), letter, detached=True)
        arrived = packet(world, ("phu-luc.pdf", other), ("van-ban.pdf", letter), ("chu-ky.p7s", signature))
        check(arrived)
        plain, main, held = objects(arrived)
        found = Verification.objects.get(object=held)
        assert (found.companion_id, found.signature_count) == (main.pk, 1)
        assert found.verdict != "invalid"
        assert Verification.objects.get(object=plain).signature_count == 0

    def test_a_file_changed_beside_its_signature_is_found_by_name_and_called_broken(self, world: World) -> None:
        signature = signed.cms(pki(), steps.blank_pdf("một"), detached=True)
        arrived = packet(world, ("van-ban.pdf", steps.blank_pdf("hai")), ("van-ban.pdf.p7s", signature))
        check(arrived)
        assert Verification.objects.get(object=objects(arrived)[1]).verdict == "invalid"

    @pytest.mark.parametrize(
        ("name", "make"),
        [
            ("van-ban.p7m", lambda: signed.cms(pki(), steps.blank_pdf("một"))),
            ("van-ban.xml", lambda: signed.xml(pki(), "<vb><noidung>Kính gửi</noidung></vb>")),
        ],
    )
    def test_other_signed_formats_are_checked_too(self, world: World, name: str, make: Any) -> None:
        arrived = packet(world, (name, make()))
        check(arrived)
        assert Verification.objects.get(object=objects(arrived)[0]).signature_count == 1

    def test_a_job_that_runs_again_checks_nothing_twice(self, world: World) -> None:
        arrived = packet(world, ("cong-van.pdf", GOOD))
        check(arrived)
        check(arrived)
        assert Verification.objects.count() == 1


class TestDesk:
    def upload(self, data: bytes, name: str = "cong-van.pdf") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, data, "application/pdf")

    def test_a_chosen_file_is_judged_in_memory_and_shown_at_once(self, world: World) -> None:
        client = browser(world.clerk)
        page = text(client.post(reverse("registry:incoming_read"), {"file": self.upload(GOOD)}, headers=FRAGMENT))
        assert "Trần Thị Bích Ngọc" in page
        assert SEEN not in page
        page = text(client.post(reverse("registry:incoming_read"), {"file": self.upload(BAD)}, headers=FRAGMENT))
        assert SEEN in page
        assert not Verification.objects.exists()

    def test_an_invalid_upload_is_registered_only_by_who_has_seen_it(self, world: World) -> None:
        client, address = browser(world.clerk), reverse("registry:incoming_new")
        refused = client.post(address, {**accepted(world), "file": self.upload(BAD)}, headers=FRAGMENT)
        assert (refused.status_code, Incoming.objects.count()) == (409, 0)
        assert SEEN in text(refused)
        done = client.post(address, {**accepted(world, signatures_seen="1"), "file": self.upload(BAD)})
        assert done.status_code == 302, text(done)[:2000]
        assert Event.objects.filter(verb="incoming.invalid_signature_seen").count() == 1

    def test_an_annex_is_judged_as_well_and_a_detached_signature_with_its_file(self, world: World) -> None:
        letter = steps.blank_pdf("một")
        signature = signed.cms(pki(), steps.blank_pdf("hai"), detached=True)
        files = {
            "file": self.upload(letter, "van-ban.pdf"),
            "annexes": [self.upload(signature, "van-ban.pdf.p7s")],
        }
        refused = browser(world.clerk).post(reverse("registry:incoming_new"), {**accepted(world), **files})
        assert refused.status_code == 409
        assert "van-ban.pdf.p7s" in text(refused)

    def test_a_row_of_a_batch_says_why_it_waits_for_somebody_to_look(self, world: World) -> None:
        batch: Batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
        client, address = browser(world.clerk), reverse("registry:batch", args=[batch.pk])
        client.post(reverse("registry:batch_add", args=[batch.pk]), {"files": [self.upload(BAD)]})
        row = BatchRow.objects.get()
        boxes = {f"{row.pk}-{name}": value for name, value in accepted(world).items()}
        client.post(address, {**boxes, "register": "1"})
        row.refresh_from_db()
        assert (row.state, "không hợp lệ" in row.reason) == ("failed", True)
        client.post(address, {**boxes, f"{row.pk}-signatures_seen": "1"})
        client.post(address, {"register": "1", "more": "1"})
        row.refresh_from_db()
        assert row.state in ("registered", "waiting")
