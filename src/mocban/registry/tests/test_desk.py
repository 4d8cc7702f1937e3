"""The clerk's desk: scans, batches, memory, duplicates, entries without a file: services and what guards them."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mocban import law
from mocban.content.models import DigitalObject
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.records.choices import ObjectRole
from mocban.registry import attaching, batching, desk, rules, scan_folder, taking
from mocban.registry.choices import BatchRowState, ReceivedVia, ScanState
from mocban.registry.models import Batch, BatchRow, DeskMemory, Incoming, Scan
from mocban.registry.services.batches import drop_row, edit_row, start_batch
from mocban.registry.services.incoming import attach_file, register_incoming
from mocban.registry.services.scans import clear_away, set_scan_aside, take_scan
from mocban.secrecy.choices import Channel
from mocban.secrecy.models import Incident
from tests import steps
from tests.world import DAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(world: World, tmp_path: Path, settings: Any) -> Path:
    """The scan folder of the department."""
    settings.SCAN_ROOT = tmp_path / "scan"
    settings.CONTENT_ROOT = tmp_path / "content"
    own = settings.SCAN_ROOT / world.office.organisation.code
    own.mkdir(parents=True)
    return own


def drop(folder: Path, name: str, data: bytes | None = None, *, age: int = 60) -> Path:
    """A file that the scanner finished `age` seconds ago."""
    path = folder / name
    path.write_bytes(steps.blank_pdf(name) if data is None else data)
    then = time.time() - age  # the world's own clock
    os.utime(path, (then, then))
    return path


def waiting(world: World) -> list[desk.WaitingScan]:
    return desk.waiting_scans(world.office.organisation, world.clerk)


def next_of(world: World, actor: Actor | None = None) -> Any:
    return taking.take_next(organisation=world.office.organisation, actor=actor or world.clerk)


def second_clerk(world: World) -> Actor:
    """A colleague at the same registry: another position of the body with the clerk's role."""
    return replace(world.clerk, position_id=world.chief.position_id, person_name="Người thứ hai")


def test_the_oldest_file_is_taken_and_its_owner_gets_it_again(world: World, folder: Path) -> None:
    drop(folder, "b.pdf", age=30)
    drop(folder, "a.pdf", age=90)
    scan, accepted = next_of(world)
    assert scan.name == "a.pdf"
    assert accepted.data == (folder / "a.pdf").read_bytes()
    assert next_of(world)[0].pk == scan.pk


def test_two_clerks_never_take_the_same_file(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    drop(folder, "b.pdf", age=30)
    first = next_of(world)[0]
    other = second_clerk(world)
    assert next_of(world, other)[0].name == "b.pdf"
    [file] = [one.file for one in waiting(world) if one.row and one.row.pk == first.pk]
    with steps.refused("scan.taken"):
        take_scan(file=file, organisation=world.office.organisation, actor=other)


def test_a_file_that_a_colleague_left_can_be_taken_over(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    scan = next_of(world)[0]
    assert next_of(world, second_clerk(world)) is None
    Scan.objects.filter(pk=scan.pk).update(taken_at=timezone.now() - timedelta(minutes=31))
    assert next_of(world, second_clerk(world))[0].pk == scan.pk


def test_a_file_set_aside_waits_for_whoever_wants_it(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    scan = set_scan_aside(scan=next_of(world)[0], actor=world.clerk)
    assert scan.state == ScanState.ASIDE
    assert next_of(world) is None
    [listed] = waiting(world)
    assert listed.free
    assert taking.take(listed.file, organisation=world.office.organisation, actor=world.clerk)[0].pk == scan.pk


def test_a_growing_file_is_left_alone(world: World, folder: Path) -> None:
    drop(folder, "a.pdf", age=0)
    drop(folder, "b.pdf.part")
    assert [one.state for one in waiting(world)] == ["growing", "growing"]
    assert next_of(world) is None
    assert not Scan.objects.exists()


def test_what_is_no_document_is_listed_as_refused_and_stays(world: World, folder: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 20_000
    secret = folder.parent / "secret.pdf"
    secret.write_bytes(steps.blank_pdf("ngoài"))
    (folder / "link.pdf").symlink_to(secret)
    os.mkfifo(folder / "pipe.pdf")
    drop(folder, "empty.pdf", b"")
    drop(folder, "virus.exe", b"MZ")
    drop(folder, "huge.pdf", b"%PDF-1.7" + b"x" * 30_000)
    drop(folder, "no.pdf", b"this is no pdf")
    (folder / ".hidden.pdf").write_bytes(b"x")
    (folder / "sub").mkdir()
    assert next_of(world) is None
    shown = {one.shown: one.reason for one in waiting(world)}
    assert set(shown) == {"link.pdf", "pipe.pdf", "empty.pdf", "virus.exe", "huge.pdf", "no.pdf"}
    assert all(shown.values())
    assert {one.state for one in waiting(world)} == {ScanState.REFUSED}
    assert (folder / "no.pdf").exists()
    assert not DigitalObject.objects.filter(name="no.pdf").exists()


@pytest.mark.parametrize(
    "name", ["a..%2f..%2fetc.pdf", "a\nb.pdf", "<script>.pdf", "\udcff\udcfe.pdf", "x" * 200 + ".pdf"]
)
def test_a_hostile_name_is_only_ever_shown_made_safe(world: World, folder: Path, name: str) -> None:
    drop(folder, name, steps.blank_pdf())
    scan, _accepted = next_of(world)
    assert not set(scan.name) & set('/\n<>"%')
    entry = registered_from(world, scan)
    assert clear_away(world.office.organisation) == 1
    [moved] = (folder / "done").rglob("*.pdf")
    assert moved.name.startswith(f"{entry.number_value:05d}-")


def registered_from(world: World, scan: Scan, **changes: Any) -> Incoming:
    data = taking.taken(scan, organisation=world.office.organisation).data
    file = steps.accepted(scan.name or "a.pdf", data)
    given = replace(steps.arrival(world, files=(file,), received_via=ReceivedVia.PAPER, **changes), scan=scan)
    return register_incoming(arrival=given, book=world.office.incoming_book, actor=world.clerk, on=DAY)


def test_a_registered_file_is_moved_after_the_commit_once_and_never_offered_again(world: World, folder: Path) -> None:
    path = drop(folder, "a.pdf")
    data = path.read_bytes()
    scan = next_of(world)[0]
    registered_from(world, scan)
    assert path.exists()  # the commit has not come: nothing is moved
    assert next_of(world) is None or not path.exists()
    clear_away(world.office.organisation)
    assert not path.exists()
    assert [one.read_bytes() for one in (folder / "done").rglob("*.pdf")] == [data]
    assert clear_away(world.office.organisation) == 0
    with steps.refused("scan.gone"):
        registered_from(world, scan)


def test_a_link_in_place_of_the_folder_of_finished_files_is_not_followed(
    world: World, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "done").symlink_to(elsewhere)
    path = drop(folder, "a.pdf")
    registered_from(world, next_of(world)[0])
    assert clear_away(world.office.organisation) == 0
    assert path.exists()
    assert not list(elsewhere.iterdir())


def test_a_folder_that_cannot_be_written_offers_nothing_twice(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.pdf")
    scan = next_of(world)[0]
    registered_from(world, scan)

    def full(*_args: Any, **_given: Any) -> bool:
        raise OSError(28, "no space left")

    monkeypatch.setattr(scan_folder, "move_away", full)
    assert clear_away(world.office.organisation) == 0
    assert waiting(world) == []
    with steps.refused("registry.wrong_state"):
        registered_from(world, scan, printed_code="99/X")


def test_a_file_that_changed_after_it_was_taken_is_not_registered(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    scan = next_of(world)[0]
    drop(folder, "a.pdf", steps.blank_pdf("khác"), age=40)
    with steps.refused("scan.gone"):
        taking.taken(scan, organisation=world.office.organisation)


def test_a_secret_scan_leaves_an_incident_and_nothing_else(world: World, folder: Path, monkeypatch: Any) -> None:
    from mocban.capture import services as capture
    from mocban.records import intake

    marked = capture.IntakeText("TUYỆT MẬT\nBáo cáo", readable=True)
    monkeypatch.setattr(intake, "intake_text", lambda _data, _examined: marked)
    drop(folder, "bao-cao-rat-rieng.pdf")
    assert next_of(world) is None
    scan = Scan.objects.get()
    assert (scan.state, scan.name) == (ScanState.REFUSED, "")
    assert Incident.objects.count() == 1
    assert next_of(world) is None
    assert Incident.objects.count() == 1
    [listed] = waiting(world)
    assert listed.shown == ""
    assert (folder / "bao-cao-rat-rieng.pdf").exists()


@pytest.mark.parametrize("who", ["chief", "officer", "stranger", "administrator"])
def test_only_a_clerk_of_the_body_takes_files_and_makes_batches(world: World, folder: Path, who: str) -> None:
    drop(folder, "a.pdf")
    actor = world.people()[who]
    [listed] = waiting(world)
    with pytest.raises(PermissionDenied):
        take_scan(file=listed.file, organisation=world.office.organisation, actor=actor)
    with pytest.raises(PermissionDenied):
        start_batch(organisation=world.office.organisation, actor=actor)


def test_every_transition_outside_the_tables_is_refused() -> None:
    for state in ScanState:
        for verb in ("take", "set_aside", "refuse", "register"):
            if (state, verb) not in rules.SCAN_TRANSITIONS:
                with steps.refused("registry.wrong_state"):
                    rules.next_scan(state, verb)
    for row_state in BatchRowState:
        for verb in ("edit", "fail", "drop", "register"):
            if (row_state, verb) not in rules.BATCH_ROW_TRANSITIONS:
                with steps.refused("registry.wrong_state"):
                    rules.next_batch_row(row_state, verb)


def test_the_desk_remembers_its_last_book_way_and_entry(world: World) -> None:
    assert desk.previous_values(world.clerk) == {}
    entry = steps.registered(world, received_via=ReceivedVia.PAPER, signer_title="Chủ tịch")
    memory = DeskMemory.objects.get(position_id=world.clerk.position_id)
    assert (memory.book_id, memory.received_via, memory.last_id) == (entry.book_id, "paper", entry.pk)
    copied = desk.previous_values(world.clerk)
    assert copied["issuer_name"] == "Ủy ban nhân dân xã Hòa Bình"
    assert copied["signer_title"] == "Chủ tịch"
    assert "subject" not in copied
    issuer = "ỦY BAN NHÂN DÂN XÃ HOÀ BÌNH"
    assert desk.title_of(world.clerk, signer="Trần Văn Bình", issuer=issuer) == "Chủ tịch"
    assert desk.title_of(world.stranger, signer="Trần Văn Bình", issuer=issuer) == ""


@pytest.mark.parametrize(
    ("regime", "notation", "code"),
    [
        ("state", "QĐ-SNV", "decision"),
        ("state", "2026/QĐ-UBND", "decision"),
        ("state", "QC-SNV", "working-regulation"),
        ("state", "SNV-VP", "official-letter"),
        ("state", "qđ-snv", "official-letter"),
        ("party", "QĐ/TU", "decision"),
        ("state", "SNV", None),
        ("state", "", None),
        ("state", "2026", None),
    ],
)
def test_a_symbol_names_its_kind(regime: str, notation: str, code: str | None) -> None:
    kind = desk.kind_of_notation(notation, law.kinds(regime=regime, on=DAY))
    assert (kind.code if kind else None) == code


def uploads(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, steps.blank_pdf(name)) for name in names]


def staged(world: World, *names: str) -> Batch:
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    batching.stage_uploads(batch, uploads(*names), channel=Channel.UPLOAD, actor=world.clerk, on=DAY)
    return batch


def type_rows(world: World, batch: Batch, *, skip: int = 0) -> None:
    kind = steps.fields(world.office).kind_code
    for row in batching.rows_of(batch)[skip:]:
        values = {
            "book": str(world.office.incoming_book.pk),
            "arrived_on": f"{DAY:%d/%m/%Y}",
            "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
            "printed_code": f"{row.ordinal}/UBND-VP",
            "issued_on": "2/11",
            "kind_code": kind,
            "subject": f"Về việc số {row.ordinal}",
        }
        edit_row(row=row, values=values, actor=world.clerk)


def test_a_batch_is_registered_in_order_and_one_bad_row_holds_up_nobody(world: World, folder: Path) -> None:
    batch = staged(world, "a.pdf", "b.pdf", "c.pdf")
    type_rows(world, batch)
    bad = batching.rows_of(batch)[1]
    edit_row(row=bad, values={**bad.values, "subject": ""}, actor=world.clerk)
    done, left = batching.register_waiting(batch, channel=Channel.FORM, actor=world.clerk, on=DAY)
    assert (done, left) == (2, 0)
    rows = batching.rows_of(batch)
    assert [row.state for row in rows] == ["registered", "failed", "registered"]
    assert "Trích yếu" in rows[1].reason
    assert [row.incoming.number_value for row in rows if row.incoming] == [1, 2]
    assert rows[0].incoming.document.parts.get(role=ObjectRole.MAIN).object_id == rows[0].object_id
    edit_row(row=rows[1], values={**rows[1].values, "subject": "Đã sửa"}, actor=world.clerk)
    assert batching.register_waiting(batch, channel=Channel.FORM, actor=world.clerk, on=DAY) == (1, 0)
    assert batching.register_waiting(batch, channel=Channel.FORM, actor=world.clerk, on=DAY) == (0, 0)
    assert Incoming.objects.count() == 3


def test_a_batch_goes_on_where_a_closed_browser_left_it(world: World, folder: Path) -> None:
    batch = staged(world, *(f"{n}.pdf" for n in range(4)))
    type_rows(world, batch)
    options: dict[str, Any] = {"channel": Channel.FORM, "actor": world.clerk, "on": DAY}
    assert batching.register_waiting(batch, most=2, **options) == (2, 2)
    assert list(desk.open_batches(world.clerk)) == [batch]
    assert batching.register_waiting(batch, **options) == (2, 0)
    assert list(desk.open_batches(world.clerk)) == []
    numbers = [row.incoming.number_value for row in batching.rows_of(batch)]
    assert numbers == [1, 2, 3, 4]


def test_sixty_files_fill_a_batch_and_the_rest_is_named(world: World, folder: Path, monkeypatch: Any) -> None:
    from mocban.registry.services import batches

    monkeypatch.setattr(batches, "BATCH_LIMIT", 5)
    monkeypatch.setattr(batching, "BATCH_LIMIT", 5)
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    left = batching.stage_uploads(
        batch, uploads(*(f"{n}.pdf" for n in range(7))), channel=Channel.UPLOAD, actor=world.clerk, on=DAY
    )
    assert left == ["5.pdf", "6.pdf"]
    assert batch.rows.count() == 5
    with steps.refused("batch.full"):
        batches.note_refused(batch=batch, name="x", reason="x", actor=world.clerk)


def test_a_file_that_cannot_come_in_is_a_row_that_says_why(world: World, folder: Path) -> None:
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    sent = [SimpleUploadedFile("../../x.exe", b"MZ"), *uploads("a.pdf")]
    batching.stage_uploads(batch, sent, channel=Channel.UPLOAD, actor=world.clerk, on=DAY)
    first, second = batching.rows_of(batch)
    assert (first.state, first.object) == (BatchRowState.REFUSED, None)
    assert first.reason
    assert second.state == BatchRowState.WAITING


def test_a_twin_in_the_batch_and_an_earlier_entry_are_told_and_need_a_tick(world: World, folder: Path) -> None:
    batch = staged(world, "a.pdf", "b.pdf")
    type_rows(world, batch)
    one, two = batching.rows_of(batch)
    edit_row(row=two, values={**two.values, "printed_code": one.values["printed_code"]}, actor=world.clerk)
    assert batching.twins(batching.rows_of(batch)) == {two.pk: 1}
    options: dict[str, Any] = {"channel": Channel.FORM, "actor": world.clerk, "on": DAY}
    assert batching.register_waiting(batch, **options) == (1, 0)
    failed = batching.rows_of(batch)[1]
    assert failed.state == BatchRowState.FAILED
    assert "Cùng số, ký hiệu" in failed.reason
    edit_row(row=failed, values={**failed.values, "confirmed": "on"}, actor=world.clerk)
    assert batching.register_waiting(batch, **options) == (1, 0)


def test_a_dropped_row_erases_its_staged_copy_and_frees_the_scan(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    assert batching.stage_folder(batch, actor=world.clerk, on=DAY) == 1
    [row] = batching.rows_of(batch)
    assert row.scan.in_batch
    assert not [one for one in waiting(world) if one.free]
    stored = row.object
    drop_row(row=row, actor=world.clerk)
    stored.refresh_from_db()
    assert stored.state == "erased"
    assert [one.free for one in waiting(world)] == [True]
    assert desk.can_read_object(stored.pk, world.clerk) is False


def test_a_staged_file_is_read_by_the_desk_only(world: World, folder: Path) -> None:
    [row] = batching.rows_of(staged(world, "a.pdf"))
    assert desk.can_read_object(row.object_id, world.clerk)
    for who in ("chief", "officer", "stranger"):
        assert not desk.can_read_object(row.object_id, world.people()[who])


def test_a_folder_batch_moves_its_files_away_after_registering(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    batching.stage_folder(batch, actor=world.clerk, on=DAY)
    type_rows(world, batch)
    batching.register_waiting(batch, channel=Channel.FORM, actor=world.clerk, on=DAY)
    assert BatchRow.objects.get().incoming.scans.count() == 1
    assert clear_away(world.office.organisation) == 1


def test_files_named_by_number_find_their_entries(world: World, folder: Path) -> None:
    first = steps.registered(world, files=())
    second = steps.registered(world, files=(), printed_code="13/UBND-VP")
    with_file = steps.registered(world, printed_code="14/UBND-VP")
    drop(folder, f"{first.number_value}.pdf")
    drop(folder, f"den-{second.number_value:04d}.pdf")
    drop(folder, f"{with_file.number_value}.pdf")
    drop(folder, "khac.pdf")
    assert desk.counts_without_file(world.clerk)["total"] == 2
    done, refused = attaching.attach_fitting(world.office.organisation, actor=world.clerk, book=None, on=DAY)
    assert (done, refused) == (2, [])
    assert desk.counts_without_file(world.clerk)["total"] == 0
    assert clear_away(world.office.organisation) == 2
    assert (folder / "khac.pdf").exists()


@pytest.mark.parametrize(
    ("name", "number"), [("123.pdf", 123), ("0007.pdf", 7), ("den-5.pdf", 5), ("Đến 5.pdf", 5), ("a5.pdf", None)]
)
def test_a_file_name_bears_a_number(name: str, number: int | None) -> None:
    assert attaching.number_in(name) == number


def test_a_scan_is_attached_once_and_only_by_the_registry(world: World) -> None:
    entry = steps.registered(world, files=())
    with pytest.raises(PermissionDenied):
        attach_file(entry=entry, file=steps.accepted(), actor=world.actor(Role.OFFICER), on=DAY)
    attach_file(entry=entry, file=steps.accepted(), actor=world.clerk, on=DAY)
    with steps.refused("incoming.has_file"):
        attach_file(entry=entry, file=steps.accepted(), actor=world.clerk, on=DAY)
