"""The verbs of the archives: hand over, receive, return, place, pack."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from mocban.archives.models import Fonds, Holding, Place
from mocban.archives.services.holdings import pack_holding, place_holding
from mocban.archives.services.places import create_fonds, create_place
from mocban.archives.services.submissions import receive_submission, return_submission, submit_files
from mocban.audit.selectors import history
from mocban.lib.errors import Stale
from mocban.notices.models import Notice
from mocban.preservation.choices import PackageState
from mocban.records.choices import FileState
from mocban.records.models import Document, File, PlanLine
from tests import steps
from tests.steps import refused
from tests.world import DAY, World

pytestmark = pytest.mark.django_db


def test_handing_over_lets_the_archivist_see_files_and_documents(world: World) -> None:
    file = steps.closed_file(world)
    assert not File.objects.visible_to(world.archivist).exists()
    submission = steps.sent(world, files=[file])
    assert (submission.state, submission.title) == ("sent", "Phòng Văn thư – Lưu trữ")
    assert File.objects.visible_to(world.archivist).get().state == FileState.SUBMITTED
    assert Document.objects.visible_to(world.archivist).count() == 1
    assert Notice.objects.filter(position_id=world.archivist.position_id, kind="submission_sent").exists()
    with refused("file.wrong_state"):
        steps.sent(world, files=[file])


def test_what_is_not_closed_or_not_of_the_unit_is_not_handed_over(world: World) -> None:
    unit = world.office.units["vtlt"]
    with refused("submission.empty"):
        submit_files(unit=unit, files=[], title="", actor=world.officer, on=DAY)
    with refused("file.wrong_state"):
        steps.sent(world, files=[steps.opened_file(world)])
    foreign = steps.closed_file(world, notation="02.VTLT", plan_line=None)
    File.objects.filter(pk=foreign.pk).update(unit=world.office.units["tccb"])
    with refused("submission.empty"):
        steps.sent(world, files=[foreign])
    with pytest.raises(PermissionDenied):
        submit_files(unit=unit, files=[foreign], title="", actor=world.people()["other_officer"], on=DAY)


def test_the_list_puts_permanent_files_first(world: World) -> None:
    lines = {file.permanent: file for file in (plan_file(world, "01.VTLT"), plan_file(world, "02.VTLT"))}
    submission = steps.sent(world, files=list(lines.values()))
    assert [line.file.permanent for line in submission.lines.all()] == [True, False]


def plan_file(world: World, notation: str) -> File:
    line = PlanLine.objects.get(plan__organisation=world.office.organisation, notation=notation)
    return steps.closed_file(world, notation=notation, plan_line=line, retention_code=line.retention_code)


def test_receiving_makes_a_holding_and_minutes(world: World) -> None:
    submission = steps.sent(world)
    with refused("submission.no_condition"):
        receive_submission(submission=submission, condition=" ", actor=world.archivist, on=DAY)
    with pytest.raises(Stale):
        receive_submission(submission=submission, condition="Đủ", actor=world.archivist, on=DAY, version=9)
    for actor in (world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            receive_submission(submission=submission, condition="Đủ", actor=actor, on=DAY)
    received = receive_submission(submission=submission, condition="Đủ", actor=world.archivist, on=DAY, version=1)
    assert (received.state, received.condition) == ("received", "Đủ")
    assert world.archivist.person_name in received.received_by
    holding = Holding.objects.visible_to(world.archivist).get()
    assert holding.file.state == FileState.ARCHIVED
    assert history(received)[-1].basis
    with refused("submission.wrong_state"):
        receive_submission(submission=submission, condition="Đủ", actor=world.archivist, on=DAY)


def test_returned_files_are_closed_again_and_can_be_handed_over_again(world: World) -> None:
    submission = steps.sent(world)
    with refused("submission.no_reason"):
        return_submission(submission=submission, reason=" ", actor=world.archivist, on=DAY)
    return_submission(submission=submission, reason="Thiếu văn bản.", actor=world.archivist, on=DAY, version=1)
    file = File.objects.get()
    assert file.state == FileState.CLOSED
    assert "Thiếu văn bản." in history(file)[-1].sentence
    assert not File.objects.visible_to(world.archivist).exists()
    assert steps.sent(world, files=[file]).state == "sent"


def test_a_file_is_placed_where_the_archives_are_and_moved_with_its_code(world: World) -> None:
    holding = steps.received(world)
    foreign = {
        "fonds": Fonds.objects.get(organisation=world.other.organisation),
        "place": Place.objects.filter(organisation=world.other.organisation).first(),
    }
    own = steps.shelf(world)
    for name, thing in foreign.items():
        with refused("holding.other_body"):
            place_holding(holding=holding, actor=world.archivist, on=DAY, **{**own, name: thing})
    with pytest.raises(PermissionDenied):
        place_holding(holding=holding, actor=world.clerk, on=DAY, **own)
    placed = place_holding(holding=holding, actor=world.archivist, on=DAY, version=1, **own)
    assert placed.archival_code == "SNV.2026.01.VTLT"
    with pytest.raises(Stale):
        place_holding(holding=holding, actor=world.archivist, on=DAY, version=1, **own)


def test_a_placed_file_is_packed_checked_and_says_so(world: World) -> None:
    holding = steps.received(world)
    with refused("holding.not_placed"):
        pack_holding(holding=holding, actor=world.archivist, on=DAY)
    placed = place_holding(holding=holding, actor=world.archivist, on=DAY, **steps.shelf(world))
    packed = pack_holding(holding=placed, actor=world.archivist, on=DAY)
    packed.package.refresh_from_db()
    assert packed.package.state == PackageState.SOUND
    assert packed.package.identifier in history(packed)[-1].sentence
    again = pack_holding(holding=packed, actor=world.archivist, on=DAY)
    assert again.package != packed.package or again.version > packed.version


def test_fonds_and_boxes_are_named_once(world: World) -> None:
    given = {"organisation": world.office.organisation, "actor": world.archivist, "on": DAY}
    with refused("fonds.exists"):
        create_fonds(code="SNV", title="Phông khác", **given)
    with refused("fonds.exists"):
        create_fonds(code="X", title=" ", **given)
    with refused("place.exists"):
        create_place(store="Kho 1", shelf="Giá A1", box="Hộp 01", **given)
    with pytest.raises(PermissionDenied):
        create_fonds(code="X", title="Phông X", **{**given, "actor": world.clerk})
    assert create_fonds(code="X", title="Phông X", **given).code == "X"
