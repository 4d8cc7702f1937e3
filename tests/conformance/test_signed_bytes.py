"""A signed file is never harmed: whatever is done with it, its bytes stay, and everything made is another file.

Stamps, text, pictures, copies and packages are made beside a signed version; the next signature only adds to it.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mocban.archives.services.holdings import pack_holding
from mocban.capture.services import extract, recognise
from mocban.config.demo.afterwards import book_of_copies
from mocban.config.demo.wheel import accept_packet
from mocban.content import services as content
from mocban.content.choices import ObjectState, RenditionKind
from mocban.content.models import DigitalObject, Rendition
from mocban.content.tests import factories
from mocban.exchange.services import receive_pending
from mocban.lib.hashing import sha256_hex
from mocban.people.actor import system_actor
from mocban.people.choices import Role
from mocban.preservation import storage
from mocban.records.choices import ObjectRole
from mocban.records.services import attach
from mocban.registry.choices import Medium, SourceForm
from mocban.registry.models import Outgoing
from mocban.registry.services.copies import CopyPlan, approve_copy, make_copy, number_copy, request_copy
from mocban.registry.services.drafting import (
    DraftFile,
    approve_draft,
    create_draft,
    sign_outgoing,
    submit_draft,
    upload_draft,
)
from mocban.registry.services.enclosing import enclose_files
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.signing.carrying import carries_signature
from mocban.signing.models import Verification
from mocban.signing.services import verify
from tests import steps
from tests.world import DAY, World, browser, keys, position, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def file_of(document: Any, role: ObjectRole) -> DigitalObject:
    stored: DigitalObject = document.parts.get(role=role).object
    return stored


def signers(stored: DigitalObject) -> list[tuple[str, str]]:
    found: Verification = verify(stored=stored, actor=system_actor(stored.organisation))
    return [(one["signer"], one["conclusion"]) for one in found.finding["signatures"]]


@pytest.fixture
def outgoing(world: World) -> Outgoing:  # noqa: F811
    return steps.issued(world)


class Kept:
    """The signed versions of a document, as they are now."""

    def __init__(self, *files: DigitalObject) -> None:
        self.files = {one.pk: (one.sha256, content.read_bytes(one), signers(one)) for one in files}

    def stay(self) -> None:
        for pk, (sha256, data, signed) in self.files.items():
            stored = DigitalObject.objects.get(pk=pk)
            assert (stored.sha256, stored.state) == (sha256, ObjectState.STORED)
            assert content.read_bytes(stored) == data
            assert sha256_hex(data) == sha256
            assert signers(stored) == signed


def test_each_signature_only_adds_to_the_bytes_before_it(world: World, outgoing: Outgoing) -> None:  # noqa: F811
    draft, signed, issued = (
        content.read_bytes(file_of(outgoing.document, role))
        for role in (ObjectRole.DRAFT, ObjectRole.SIGNED, ObjectRole.ISSUED)
    )
    assert not carries_signature(draft)
    assert issued.startswith(signed)
    assert len({sha256_hex(one) for one in (draft, signed, issued)}) == 3


def test_text_stamp_copies_paper_and_download_leave_the_issued_file_as_it_was(
    world: World,  # noqa: F811
    outgoing: Outgoing,
) -> None:
    document = outgoing.document
    issued = file_of(document, ObjectRole.ISSUED)
    kept = Kept(issued, file_of(document, ObjectRole.SIGNED))
    system = system_actor(world.office.organisation)
    extract(stored=issued, actor=system)
    recognise(stored=issued, actor=system)
    kept.stay()
    made = copied(world, outgoing)
    assert made.pk not in kept.files
    assert not carries_signature(content.read_bytes(made))
    kept.stay()
    clerk = browser(world.clerk)
    printed = clerk.get(reverse("registry:outgoing_printable", args=[outgoing.pk])).getvalue()
    assert printed.startswith(b"%PDF")
    assert not carries_signature(printed)  # what is printed does not claim to be the signed file
    answer = clerk.get(reverse("content:object", args=[issued.pk]))
    assert b"".join(answer) == content.read_bytes(issued)
    kept.stay()


def copied(world: World, outgoing: Outgoing) -> DigitalObject:  # noqa: F811
    """A copy on paper of the electronic original."""
    plan = CopyPlan(
        document=outgoing.document,
        kind="full-copy",
        source_form=SourceForm.ORIGINAL,
        from_medium=Medium.ELECTRONIC,
        to_medium=Medium.PAPER,
        signer=position(world.chief),
    )
    copy = request_copy(plan=plan, actor=world.officer, on=DAY)
    approve_copy(copy=copy, actor=world.chief, on=DAY)
    number_copy(copy=copy, book=book_of_copies(world.office, on=DAY), actor=world.clerk, on=DAY)
    made = make_copy(copy=copy, actor=world.clerk, on=DAY).object
    assert made is not None
    return made


def test_the_file_arrives_at_the_other_body_byte_for_byte_and_is_stamped_on_a_copy(
    world: World,  # noqa: F811
    outgoing: Outgoing,
) -> None:
    issued = file_of(outgoing.document, ObjectRole.ISSUED)
    receiver = world.other.organisation
    receive_pending(organisation=receiver, actor=system_actor(receiver), on=DAY)
    entry = accept_packet(world.other, outgoing, on=DAY)
    main = file_of(entry.document, ObjectRole.MAIN)
    assert main.sha256 == issued.sha256
    kept = Kept(issued, main)
    stamped = (
        browser(world.other.actor(Role.CLERK)).get(reverse("registry:incoming_stamped", args=[entry.pk])).getvalue()
    )
    assert stamped.startswith(b"%PDF")
    assert not carries_signature(stamped)
    assert not DigitalObject.objects.filter(sha256=sha256_hex(stamped)).exists()
    kept.stay()


def test_the_archive_package_holds_the_signed_bytes(world: World, outgoing: Outgoing) -> None:  # noqa: F811
    issued = file_of(outgoing.document, ObjectRole.ISSUED)
    kept = Kept(issued)
    holding = pack_holding(holding=steps.placed(world, document=outgoing.document), actor=world.archivist, on=DAY)
    with zipfile.ZipFile(storage.path_of(holding.package.file_name)) as packed:
        held = {sha256_hex(packed.read(name)) for name in packed.namelist()}
    assert issued.sha256 in held
    kept.stay()


def test_an_annex_that_others_signed_goes_out_byte_for_byte(world: World, outgoing: Outgoing) -> None:  # noqa: F811
    signed = content.read_bytes(file_of(outgoing.document, ObjectRole.ISSUED))
    blank = steps.blank_pdf("Phụ lục")
    draft = steps.drafted(world)
    files = [DraftFile(accepted=steps.accepted("phu-luc.pdf", data), pdf=data) for data in (signed, blank)]
    enclose_files(outgoing=draft, files=files, actor=world.officer, on=DAY)
    submit_draft(outgoing=draft, actor=world.officer, on=DAY)
    approve_draft(outgoing=draft, actor=world.head, on=DAY)
    sign_outgoing(outgoing=steps.opened(draft, world.leader), actor=world.leader, on=DAY)
    take_outgoing_number(outgoing=draft, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
    issue_outgoing(outgoing=draft, actor=world.clerk, on=DAY)
    foreign, ours = (part.object for part in draft.document.parts.filter(role=ObjectRole.ANNEX).order_by("ordinal"))
    assert content.read_bytes(foreign) == signed
    assert carries_signature(content.read_bytes(ours))
    enclosed = draft.document.parts.filter(role=ObjectRole.ENCLOSED).order_by("ordinal").last()
    assert content.read_bytes(enclosed.object) == blank


def test_a_rendition_is_an_object_of_its_own(world: World, outgoing: Outgoing) -> None:  # noqa: F811
    issued = file_of(outgoing.document, ObjectRole.ISSUED)
    kept = Kept(issued)
    system = system_actor(world.office.organisation)
    for kind in RenditionKind.values:
        made = content.store_rendition(
            original=issued,
            kind=kind,
            data=b"%PDF-1.7 anders",
            name="ban.pdf",
            media_type="application/pdf",
            actor=system,
        )
        assert made.pk != issued.pk
        assert Rendition.objects.get(object=made).original_id == issued.pk
    kept.stay()


class TestRefusals:
    def test_the_file_of_a_signed_document_is_not_replaced(self, world: World) -> None:  # noqa: F811
        for made in (steps.signed, steps.numbered, steps.issued):
            outgoing = made(world)
            kept = Kept(outgoing.document.parts.exclude(role=ObjectRole.DRAFT).last().object)
            parts = outgoing.document.parts.count()
            with steps.refused("outgoing.signed"):
                upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY)
            assert outgoing.document.parts.count() == parts
            kept.stay()

    def test_the_page_says_why(self, world: World) -> None:  # noqa: F811
        outgoing = steps.signed(world)
        draft = io.BytesIO(steps.draft_pdf(world))
        draft.name = "du-thao.pdf"
        address = reverse("registry:outgoing_upload", args=[outgoing.pk])
        answer = browser(world.officer).post(address, {"file": draft, "version": outgoing.version})
        assert answer.status_code == 409
        words = answer.content.decode()
        assert "mọi thay đổi đều làm mất giá trị chữ ký" in words
        assert "Điều 5" in words

    def test_a_signed_file_is_no_draft(self, world: World, outgoing: Outgoing) -> None:  # noqa: F811
        signed = content.read_bytes(file_of(outgoing.document, ObjectRole.ISSUED))
        office = factories.docx("Chào", **{"_xmlsignatures/origin.sigs": b"x"})
        for name, data in (("da-ky.pdf", signed), ("da-ky.docx", office)):
            file = DraftFile(accepted=steps.accepted(name, data), pdf=data)
            before = Outgoing.objects.count()
            with steps.refused("signing.signed_draft"), transaction.atomic():
                create_draft(plan=steps.plan(world), file=file, actor=world.officer, on=DAY)
            assert Outgoing.objects.count() == before

    def test_what_was_received_has_one_file_for_ever(self, world: World) -> None:  # noqa: F811
        entry = steps.registered(world)
        other = steps.registered(world, files=(steps.accepted(data=steps.blank_pdf("Tệp khác")),)).document
        stored = file_of(other, ObjectRole.MAIN)
        with steps.refused("document.has_file"):
            attach(document=entry.document, stored=stored, role=ObjectRole.MAIN, actor=world.clerk)

    def test_not_even_the_database_lets_a_row_stand_for_other_bytes(
        self,
        world: World,  # noqa: F811
        outgoing: Outgoing,
    ) -> None:
        issued = outgoing.document.parts.get(role=ObjectRole.ISSUED)
        other = outgoing.document.parts.get(role=ObjectRole.DRAFT).object
        for rows, change in (
            (DigitalObject.objects.filter(pk=issued.object_id), {"sha256": "0" * 64}),
            (DigitalObject.objects.filter(pk=issued.object_id), {"size": 1}),
            (outgoing.document.parts.filter(pk=issued.pk), {"object": other}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**change)
