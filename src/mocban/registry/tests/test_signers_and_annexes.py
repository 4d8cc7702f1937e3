"""Several signers in order, and annexes in files of their own."""

from __future__ import annotations

import html
import io
import re

import pikepdf
import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as new_document

from mocban.config.demo.compose import letter_pdf
from mocban.config.demo.wheel import draft as draft_letter
from mocban.content import services as content
from mocban.content.selectors import names
from mocban.exchange.models import Packet
from mocban.exchange.services import receive_pending
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.records.choices import ObjectRole
from mocban.registry.choices import OutgoingStatus
from mocban.registry.models import Outgoing, SigningPlan
from mocban.registry.selectors import to_sign
from mocban.registry.services.drafting import (
    DraftFile,
    approve_draft,
    return_draft,
    sign_outgoing,
    submit_draft,
    upload_draft,
)
from mocban.registry.services.enclosing import enclose_files, leave_out_file
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.registry.services.signing_order import set_signers
from mocban.signing.models import Signature
from mocban.signing.services import issue_person_key, verify
from mocban.signing.tests.seen import flat_text
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser, position

pytestmark = pytest.mark.django_db


def two_names(world: World, second: Actor) -> bytes:
    """A draft that prints the second signer's name in a cell of its own, on a page behind the first."""
    first = letter_pdf(draft_letter(world.office, [world.other], steps.SUBJECT, "vtlt", on=DAY))
    letter = draft_letter(world.office, [world.other], steps.SUBJECT, "vtlt", on=DAY)
    other = letter_pdf(type(letter)(**{**letter.__dict__, "signer_name": second.person_name}))
    with pikepdf.open(io.BytesIO(first)) as whole, pikepdf.open(io.BytesIO(other)) as more:
        whole.pages.extend(more.pages)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()


def with_two_signers(world: World, second: Actor) -> Outgoing:
    outgoing = steps.drafted(world, with_file=False)
    set_signers(outgoing=outgoing, positions=[position(second)], actor=world.officer, on=DAY)
    data = two_names(world, second)
    file = DraftFile(accepted=steps.accepted("du-thao.pdf", data), pdf=data)
    upload_draft(outgoing=outgoing, file=file, actor=world.officer, on=DAY)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    return approve_draft(outgoing=outgoing, actor=world.head, on=DAY)


class TestSigners:
    def test_they_sign_in_order_and_the_number_comes_after_the_last(self, world: World, keys: None) -> None:
        outgoing, second = with_two_signers(world, world.chief), world.chief
        body = world.office.organisation
        issue_person_key(person=position(second).person, organisation=body, actor=system_actor(body))
        names = [field["name"] for field in SigningPlan.objects.get(outgoing=outgoing).fields]
        assert {"signature", "signature_2"} <= set(names)
        with pytest.raises(PermissionDenied):
            sign_outgoing(outgoing=outgoing, actor=second, on=DAY, unread_confirmed=True)
        first = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
        assert first.status == OutgoingStatus.COSIGNING
        assert not to_sign(world.leader).filter(pk=outgoing.pk).exists()
        assert to_sign(second).filter(pk=outgoing.pk).exists()
        book = steps.outgoing_book(world)
        with refused("registry.wrong_state"):
            take_outgoing_number(outgoing=first, book=book, actor=world.clerk, on=DAY)
        with pytest.raises(PermissionDenied):
            sign_outgoing(outgoing=first, actor=world.leader, on=DAY)
        with refused("outgoing.unread"):
            sign_outgoing(outgoing=first, actor=second, on=DAY)
        last = sign_outgoing(outgoing=steps.opened(first, second), actor=second, on=DAY)
        assert last.status == OutgoingStatus.SIGNED
        numbered = take_outgoing_number(outgoing=last, book=book, actor=world.clerk, on=DAY)
        issued = issue_outgoing(outgoing=numbered, actor=world.clerk, on=DAY)
        sealed = issued.document.parts.get(role=ObjectRole.ISSUED).object
        found = verify(stored=sealed, actor=world.clerk)
        assert (found.verdict, found.signature_count) == ("valid", 3)

    def test_the_second_may_return_it_and_what_was_signed_is_history(self, world: World, keys: None) -> None:
        outgoing = with_two_signers(world, world.chief)
        first = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
        back = return_draft(outgoing=first, reason="Chưa thống nhất mục 2", actor=world.chief, on=DAY)
        assert back.status == OutgoingStatus.DRAFT
        assert back.document.parts.get(role=ObjectRole.SIGNED).superseded_at

    def test_nobody_signs_twice_and_only_the_drafter_says_who(self, world: World) -> None:
        outgoing = steps.drafted(world)
        for positions in ([world.leader], [world.chief, world.chief]):
            with refused("signers.twice"):
                set_signers(
                    outgoing=outgoing, positions=[position(one) for one in positions], actor=world.officer, on=DAY
                )
        with pytest.raises(PermissionDenied):
            set_signers(outgoing=outgoing, positions=[], actor=world.clerk, on=DAY)
        stranger = position(world.stranger)
        with refused("outgoing.other_body"):
            set_signers(outgoing=outgoing, positions=[stranger], actor=world.officer, on=DAY)

    def test_a_later_signer_sees_the_document_as_long_as_named(self, world: World) -> None:
        outgoing, other = steps.drafted(world), world.actor(Role.HEAD_OF_UNIT, "tccb")
        assert not Outgoing.objects.visible_to(other).filter(pk=outgoing.pk).exists()
        set_signers(outgoing=outgoing, positions=[position(other)], actor=world.officer, on=DAY)
        assert Outgoing.objects.visible_to(other).filter(pk=outgoing.pk).exists()
        set_signers(outgoing=outgoing, positions=[], actor=world.officer, on=DAY)
        assert not Outgoing.objects.visible_to(other).filter(pk=outgoing.pk).exists()

    def test_the_page_takes_them_in_the_order_of_the_boxes(self, world: World) -> None:
        outgoing = steps.drafted(world)
        address = reverse("registry:outgoing_signers", args=[outgoing.pk])
        client = browser(world.officer)
        assert "Người ký thứ 2" in client.get(address).content.decode()
        answer = client.post(address, {"version": outgoing.version, "later_signers": ["", "rubbish"]})
        assert answer.status_code == 422


def annex(world: World, name: str = "phu-luc.pdf", data: bytes | None = None, pdf: bytes | None = None) -> DraftFile:
    held = steps.blank_pdf("Phụ lục") if data is None else data
    return DraftFile(accepted=steps.accepted(name, held), pdf=held if pdf is None else pdf)


def word() -> bytes:
    out = io.BytesIO()
    new_document().save(out)
    return out.getvalue()


def table() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "Số liệu")
    return out.getvalue()


def issued_with(world: World, files: list[DraftFile]) -> Outgoing:
    outgoing = steps.drafted(world)
    enclose_files(outgoing=outgoing, files=files, actor=world.officer, on=DAY)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    approve_draft(outgoing=outgoing, actor=world.head, on=DAY)
    signed = sign_outgoing(outgoing=steps.opened(outgoing, world.leader), actor=world.leader, on=DAY)
    numbered = take_outgoing_number(outgoing=signed, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    return issue_outgoing(outgoing=numbered, actor=world.clerk, on=DAY)


class TestAnnexes:
    def test_an_annex_is_marked_signed_by_the_organisation_and_sent(self, world: World, keys: None) -> None:
        issued = issued_with(world, [annex(world)])
        part = issued.document.parts.get(role=ObjectRole.ANNEX)
        assert Signature.objects.get(signed_object=part.object).kind == "organisation"
        found = verify(stored=part.object, actor=world.clerk)
        assert (found.verdict, found.signature_count) == ("valid", 1)
        words = flat_text(content.read_bytes(part.object))
        assert f"Số: {issued.document.printed_code}" in words
        assert "04/11/2026" in words
        receiver = world.other.organisation
        receive_pending(organisation=receiver, actor=system_actor(receiver), on=DAY)
        [packet] = Packet.objects.filter(organisation=receiver, state="waiting")
        assert packet.attachments.count() == 2

    def test_the_page_of_the_issued_document_leads_to_the_signatures_of_every_file(
        self, world: World, keys: None
    ) -> None:
        issued = issued_with(world, [annex(world, "bang-ke.docx", word(), steps.blank_pdf("Bảng kê"))])
        files = {part.role: part.object for part in issued.document.parts.select_related("object")}
        for role in (ObjectRole.ISSUED, ObjectRole.ANNEX):
            verify(stored=files[role], actor=world.clerk)
        address = reverse("registry:outgoing", args=[issued.pk])
        words = browser(world.clerk).get(address).content.decode()
        names = [html.unescape(name) for name in re.findall(r"</svg>([^<]+)</a> <span class=\"muted\">", words)]
        assert names[:2] == [files[ObjectRole.ISSUED].name, "bang-ke.pdf"], "what went out comes first"
        for role in (ObjectRole.ISSUED, ObjectRole.ANNEX):
            signatures = reverse("signing:object", args=[files[role].pk])
            assert f'<a href="{signatures}">' in words
            assert f'<a href="{address}">' in browser(world.clerk).get(signatures).content.decode(), "and back"

    def test_lists_call_a_file_by_its_document_for_those_who_see_it(self, world: World, keys: None) -> None:
        document = issued_with(world, []).document
        stored = document.parts.get(role=ObjectRole.ISSUED).object_id
        assert names([stored], world.clerk) == {stored: f"{document.printed_code} {document.subject}"}
        assert names([stored], world.stranger) == {}

    def test_annexes_of_one_name_do_not_go_out_under_one_name(self, world: World) -> None:
        outgoing = steps.drafted(world)
        pdf = steps.blank_pdf("Phụ lục")
        files = [annex(world, name, word(), pdf) for name in ("phu-luc.docx", "phu-luc.docx", "khac.docx")]
        kept = enclose_files(outgoing=outgoing, files=files, actor=world.officer, on=DAY)
        made = [one.object.renditions.get(kind="pdf").object.name for one in kept]
        assert made == ["phu-luc.pdf", "phu-luc.docx.pdf", "khac.pdf"]

    def test_a_table_goes_out_as_it_is_and_the_page_says_why(self, world: World, keys: None) -> None:
        outgoing = steps.drafted(world)
        enclose_files(outgoing=outgoing, files=[annex(world, "bieu.xlsx", table(), b"")], actor=world.officer, on=DAY)
        words = browser(world.officer).get(reverse("registry:outgoing", args=[outgoing.pk])).content.decode()
        assert "Không phải PDF nên không ký được" in words
        issued = issued_with(world, [annex(world, "bieu.xlsx", table(), b"")])
        part = issued.document.parts.get(role=ObjectRole.ANNEX)
        assert part.object == issued.document.parts.get(role=ObjectRole.ENCLOSED).object
        assert not Signature.objects.filter(signed_object=part.object).exists()

    def test_a_file_that_is_signed_already_is_left_unharmed(self, world: World, keys: None) -> None:
        before = issued_with(world, [])
        sealed = content.read_bytes(before.document.parts.get(role=ObjectRole.ISSUED).object)
        issued = issued_with(world, [annex(world, "van-ban.pdf", sealed, sealed)])
        assert content.read_bytes(issued.document.parts.get(role=ObjectRole.ANNEX).object) == sealed

    def test_what_was_left_out_is_not_sent(self, world: World, keys: None) -> None:
        outgoing = steps.drafted(world)
        [part] = enclose_files(outgoing=outgoing, files=[annex(world)], actor=world.officer, on=DAY)
        leave_out_file(outgoing=outgoing, part_id=part.pk, actor=world.officer, on=DAY)
        with refused("outgoing.no_file"):
            leave_out_file(outgoing=outgoing, part_id=part.pk, actor=world.officer, on=DAY)
        part.refresh_from_db()
        assert part.superseded_at

    def test_nothing_is_added_after_it_was_submitted(self, world: World) -> None:
        outgoing = steps.approved(world)
        with refused("registry.wrong_state"):
            enclose_files(outgoing=outgoing, files=[annex(world)], actor=world.officer, on=DAY)

    def test_the_page_takes_files_and_leaves_them_out(self, world: World) -> None:
        outgoing = steps.drafted(world)
        client = browser(world.officer)
        upload = SimpleUploadedFile("phu-luc.pdf", steps.blank_pdf("Phụ lục 2"), "application/pdf")
        version = Outgoing.objects.get(pk=outgoing.pk).version
        address = reverse("registry:outgoing_enclose", args=[outgoing.pk])
        assert client.post(address, {"version": version, "enclosed": upload}).status_code == 302
        part = outgoing.document.parts.get(role=ObjectRole.ENCLOSED)
        assert "cơ quan ký khi phát hành" in client.get(f"/registry/outgoing/{outgoing.pk}/").content.decode()
        out = reverse("registry:outgoing_leave_out", args=[outgoing.pk, part.pk])
        assert client.post(out, {"version": version + 1}).status_code == 302
        part.refresh_from_db()
        assert part.superseded_at
