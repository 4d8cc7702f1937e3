"""Copies from the request to the file: numbers, files, who is told, who sees; the original stays what it was."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image

from mocban.audit.selectors import history
from mocban.content import services as content
from mocban.lib.errors import Stale
from mocban.notices.models import Notice
from mocban.records.choices import DocumentState, ObjectRole
from mocban.registry.choices import CopyMaker, CopyState, Medium, SourceForm
from mocban.registry.models import Copy, Number, Outgoing
from mocban.registry.services.copies import approve_copy, make_copy, number_copy, refuse_copy
from mocban.registry.services.paper import issue_paper
from mocban.signing.services import verify
from tests import steps
from tests.world import DAY, World

from .copying import copies_book, made, numbered, requested

pytestmark = pytest.mark.django_db


def words(copy: Copy) -> str:
    assert copy.object is not None
    pages = pypdfium2.PdfDocument(content.read_bytes(copy.object))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def issued_object(outgoing: Outgoing) -> Any:
    return outgoing.document.parts.get(role=ObjectRole.ISSUED).object


@pytest.fixture(scope="module")
def outgoing(world: World, keys: None, django_db_blocker: Any) -> Outgoing:
    with django_db_blocker.unblock():
        return steps.issued(world)


def scan(dpi: int = 200) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (int(8.27 * dpi), int(11.69 * dpi)), "white").save(out, "PDF", resolution=dpi)
    return steps.accepted("ban-quet.pdf", out.getvalue())


def test_a_paper_copy_of_our_own_original_bears_the_block_and_leaves_the_signed_file_as_it_was(
    world: World, outgoing: Outgoing
) -> None:
    before = issued_object(outgoing)
    copy = made(world, outgoing.document)
    found = words(copy)
    for part in ("SAO Y", "Số: 01/SY-SNV", "ngày 04 tháng 11 năm 2026", world.chief.person_name, "- Lưu: VT."):
        assert part in found
    assert "- Phòng Tổ chức cán bộ;" in found
    assert (copy.state, copy.maker, copy.copied_on, copy.amount) == (CopyState.MADE, CopyMaker.ISSUER, DAY, 3)
    after = issued_object(outgoing)
    assert (after.pk, after.sha256) == (before.pk, before.sha256)
    assert verify(stored=after, actor=world.clerk).valid


def test_an_electronic_copy_of_paper_is_marked_and_sealed_by_the_organisation(world: World, keys: None) -> None:
    entry = steps.registered(world, files=(), received_via="paper")
    copy = made(
        world,
        entry.document,
        scan=scan(),
        source_form=SourceForm.MAIN,
        from_medium=Medium.PAPER,
        to_medium=Medium.ELECTRONIC,
    )
    assert f"Sao y; {world.office.organisation.name}; 04/11/2026; 12:0" in words(copy)
    checked = verify(stored=copy.object, actor=world.clerk)
    assert checked.valid
    [signature] = checked.finding["signatures"]
    assert (signature["signer"], signature["whole"]) == (world.office.organisation.name, True)
    assert copy.maker == CopyMaker.RECEIVER


def test_a_scan_below_the_standard_stops_the_copy_and_its_number_stays(world: World, keys: None) -> None:
    entry = steps.registered(world, files=(), received_via="paper")
    given = {"source_form": SourceForm.MAIN, "from_medium": Medium.PAPER, "to_medium": Medium.ELECTRONIC}
    copy = numbered(world, requested(world, entry.document, scan=scan(100), **given))
    with steps.refused("signing.copy_scan"):
        make_copy(copy=copy, actor=world.clerk, on=DAY)
    copy.refresh_from_db()
    assert (copy.state, copy.object) == (CopyState.NUMBERED, None)


def test_all_kinds_share_one_series(world: World, outgoing: Outgoing) -> None:
    full = made(world, outgoing.document)
    extract = made(world, outgoing.document, kind="extract-copy", pages=(1, 1))
    typed = made(world, outgoing.document, kind="extract-copy", excerpt="Khoản 1: lập hồ sơ.\nKhoản 2: nộp lưu.")
    assert [full.printed_code, extract.printed_code, typed.printed_code] == [
        "Số: 01/SY-SNV",
        "Số: 02/TrS-SNV",
        "Số: 03/TrS-SNV",
    ]
    assert "Khoản 2: nộp lưu." in words(typed)
    assert "TRÍCH SAO" in words(typed)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "no-such-kind"}, "copy.unknown_kind"),
        ({"kind": "second-copy"}, "copy.wrong_source"),
        ({"source_form": SourceForm.FULL_COPY}, "copy.wrong_source"),
        ({"source_form": SourceForm.MAIN}, "copy.main_is_paper"),
        ({"to_medium": Medium.ELECTRONIC}, "copy.wrong_medium"),
        ({"pages": (1, 1)}, "copy.whole"),
        ({"kind": "extract-copy"}, "copy.no_part"),
    ],
)
def test_a_wrong_choice_is_refused_and_leaves_nothing(
    world: World, outgoing: Outgoing, changes: dict[str, Any], code: str
) -> None:
    with steps.refused(code):
        requested(world, outgoing.document, **changes)
    assert not Copy.objects.exists()


def test_a_draft_and_a_document_without_a_file_are_not_copied(world: World) -> None:
    with steps.refused("copy.not_issued"):
        requested(world, steps.drafted(world, with_file=False).document)
    paper = steps.registered(world, files=())
    with steps.refused("copy.no_source"):
        requested(world, paper.document)


def test_paper_photocopied_by_hand_takes_a_number_and_has_no_file(world: World) -> None:
    paper = steps.registered(world, files=())
    given = {"source_form": SourceForm.MAIN, "from_medium": Medium.PAPER}
    copy = made(world, paper.document, **given)
    assert (copy.state, copy.object, copy.number_value) == (CopyState.MADE, None, 1)


def test_the_signer_decides_and_each_step_is_told_and_written_down(world: World, outgoing: Outgoing) -> None:
    copy = requested(world, outgoing.document)
    for actor in (world.leader, world.clerk, world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            approve_copy(copy=copy, actor=actor, on=DAY)
    with pytest.raises(Stale):
        approve_copy(copy=copy, actor=world.chief, on=DAY, version=7)
    made_copy = make_copy(copy=numbered(world, copy), actor=world.clerk, on=DAY)
    told = {notice.kind for notice in Notice.objects.filter(url=f"/registry/copies/{copy.pk}/")}
    assert told == {"copy_requested", "copy_approved", "copy_made"}
    steps_taken = ["copy.requested", "copy.approved", "copy.numbered", "copy.made"]
    assert [entry.verb for entry in history(made_copy)] == steps_taken
    assert "copy.made" in {entry.verb for entry in history(outgoing.document)}


def test_a_refused_copy_takes_no_number(world: World, outgoing: Outgoing) -> None:
    copy = requested(world, outgoing.document)
    with steps.refused("copy.no_reason"):
        refuse_copy(copy=copy, reason=" ", actor=world.chief, on=DAY)
    refuse_copy(copy=copy, reason="Chưa cần.", actor=world.chief, on=DAY)
    with steps.refused("registry.wrong_state"):
        number_copy(copy=copy, book=copies_book(world), actor=world.clerk, on=DAY)
    assert not Number.objects.filter(period__series__direction="copies").exists()


def test_a_number_comes_from_the_book_of_copies_only(world: World, outgoing: Outgoing) -> None:
    copy = requested(world, outgoing.document)
    approve_copy(copy=copy, actor=world.chief, on=DAY)
    for book, code in ((steps.outgoing_book(world), "copy.other_book"), (world.other.incoming_book, "book.other_body")):
        with steps.refused(code):
            number_copy(copy=copy, book=book, actor=world.clerk, on=DAY)


def test_readers_of_the_document_see_the_copy_and_nobody_else(world: World, outgoing: Outgoing) -> None:
    requested(world, outgoing.document)
    seen = {name for name, actor in world.people().items() if Copy.objects.visible_to(actor).exists()}
    assert seen == {"clerk", "chief", "leader", "head", "officer"}


def test_a_held_document_is_not_copied(world: World) -> None:
    entry = steps.registered(world)
    entry.document.state = DocumentState.HELD
    entry.document.save(update_fields=["state"])
    with steps.refused("document.held"):
        requested(world, entry.document)


def test_paper_issued_from_the_original_is_counted_for_the_register(world: World, outgoing: Outgoing) -> None:
    issue_paper(outgoing=outgoing, amount=3, note="Kho bạc Nhà nước", actor=world.clerk, on=DAY)
    issue_paper(outgoing=outgoing, amount=2, note="", actor=world.clerk, on=DAY)
    outgoing.refresh_from_db()
    assert outgoing.copies_amount == 5
    assert [one.ordinal for one in outgoing.paper_issues.all()] == [1, 2]
    with pytest.raises(PermissionDenied):
        issue_paper(outgoing=outgoing, amount=1, note="", actor=world.officer, on=DAY)
    with steps.refused("paper.amount"):
        issue_paper(outgoing=outgoing, amount=0, note="", actor=world.clerk, on=DAY)
    with steps.refused("copy.not_issued"):
        issue_paper(outgoing=steps.drafted(world), amount=1, note="", actor=world.clerk, on=DAY)
