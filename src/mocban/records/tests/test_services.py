"""The verbs of records: documents, files, the yearly plan, and what an incident takes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban import law
from mocban.audit.selectors import history
from mocban.content.choices import ObjectState
from mocban.content.models import DigitalObject
from mocban.lib.errors import Stale
from mocban.people.actor import system_actor
from mocban.records import selectors
from mocban.records.choices import DocumentState, FileState, ObjectRole
from mocban.records.models import Document, File, PlanLine
from mocban.records.search import document_rows
from mocban.records.services import (
    add_document,
    add_plan_line,
    add_to_file,
    approve_plan,
    attach,
    can_read_object,
    close_file,
    create_plan,
    erase_ids,
    remove_from_file,
    reopen_file,
    report_secret,
    update_document,
)
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, position

pytestmark = pytest.mark.django_db


# Documents


def added(world: World, **changes: Any) -> Document:
    return add_document(
        values=steps.fields(world.office, **changes),
        organisation=world.office.organisation,
        actor=world.clerk,
        on=DAY,
    )


def test_text_is_kept_on_one_line_in_one_form(world: World) -> None:
    document = added(world, subject="Vê\u0300   việc\nbáo cáo", issuer_name="Uỷ ban  nhân dân")
    assert (document.subject, document.issuer_name) == ("Về việc báo cáo", "Uỷ ban nhân dân")


def test_a_correction_keeps_what_stood_there_outside_the_trail_and_a_second_one_is_stale(world: World) -> None:
    document = added(world)
    values = steps.fields(world.office, subject="Về việc khác", page_amount=9)
    update_document(document=document, values=values, actor=world.clerk, on=DAY, version=1)
    changes = {(change.before, change.after) for change in history(document)[-1].changes}
    assert ("…", "…") in changes
    assert any(after == "9" for _before, after in changes)
    [former] = document.former_values.all()
    assert (former.field, former.value) == ("subject", steps.SUBJECT)
    assert not any(steps.SUBJECT in str(pair) for pair in changes)
    with pytest.raises(Stale):
        update_document(document=document, values=values, actor=world.clerk, on=DAY, version=1)
    assert update_document(document=document, values=values, actor=world.clerk, on=DAY, version=2).version == 2


def test_the_same_number_of_the_same_issuer_and_year_is_found_however_it_is_typed(world: World) -> None:
    held = added(world)
    asked = {"organisation_id": held.organisation_id, "code_number": "12", "code_notation": "UBND-VP"}
    same = {"issuer_name": "UỶ BAN  nhân dân xã Hòa Bình", "issued_on": date(2026, 5, 1)}
    assert selectors.earlier_duplicate(**asked, **same) == held
    for change in ({"issuer_name": "Xã khác"}, {"issued_on": date(2025, 5, 1)}, {"issuer_name": ""}):
        assert selectors.earlier_duplicate(**asked, **{**same, **change}) is None
    assert selectors.earlier_duplicate(**{**asked, "organisation_id": world.other.organisation.pk}, **same) is None


def test_a_stored_object_is_read_by_those_who_see_its_document(world: World) -> None:
    stored = steps.registered(world).document.parts.get().object_id
    found = {name for name, actor in world.people().items() if can_read_object(stored, actor)}
    assert found == {"clerk", "chief", "leader"}


# Files


def test_a_file_of_the_plan_carries_its_schedule_row(world: World) -> None:
    file = steps.opened_file(world)
    row = law.retention_row(file.retention_code, regime="state", on=DAY)
    assert (file.state, file.retention_citation, file.permanent) == (FileState.OPEN, row.citation, row.years is None)
    assert row.citation in [cited for line in history(file) for cited in line.basis]


def test_a_file_is_not_opened_without_title_or_with_a_taken_notation_or_an_unknown_row(world: World) -> None:
    steps.opened_file(world)
    for changes, code in (
        ({}, "file.notation_taken"),
        ({"notation": "09.VTLT", "title": " "}, "file.no_title"),
        ({"notation": "09.VTLT", "retention_code": "no-such-row"}, "retention.unknown"),
    ):
        with refused(code):
            steps.opened_file(world, **changes)
    assert File.objects.count() == 1


def test_a_document_in_a_file_is_seen_by_the_unit_and_stays_seen_while_it_is_there(world: World) -> None:
    file, document = steps.opened_file(world), steps.registered(world).document
    visible = Document.objects.visible_to(world.officer)
    assert not visible.filter(pk=document.pk).exists()
    add_to_file(file=file, document=document, actor=world.officer, on=DAY)
    assert visible.filter(pk=document.pk).exists()
    with refused("file.document_twice"):
        add_to_file(file=file, document=document, actor=world.officer, on=DAY)
    remove_from_file(file=file, document=document, actor=world.officer, on=DAY)
    assert not visible.filter(pk=document.pk).exists()
    with refused("file.wrong_state"):
        remove_from_file(file=file, document=document, actor=world.officer, on=DAY)


def test_taking_a_document_out_of_a_file_leaves_what_other_reasons_let_see(world: World) -> None:
    file = steps.opened_file(world)
    outgoing = steps.drafted(world, with_file=False)
    add_to_file(file=file, document=outgoing.document, actor=world.officer, on=DAY)
    remove_from_file(file=file, document=outgoing.document, actor=world.officer, on=DAY)
    assert Document.objects.visible_to(world.officer).filter(pk=outgoing.document_id).exists()


def test_a_document_may_sit_in_two_files_of_a_unit(world: World) -> None:
    first, second = steps.opened_file(world), steps.opened_file(world, notation="08.VTLT", plan_line=None)
    document = steps.registered(world).document
    for file in (first, second):
        add_to_file(file=file, document=document, actor=world.officer, on=DAY)
    remove_from_file(file=first, document=document, actor=world.officer, on=DAY)
    assert Document.objects.visible_to(world.officer).filter(pk=document.pk).exists()


def test_an_empty_file_is_not_closed_and_a_closed_one_takes_nothing(world: World) -> None:
    file = steps.opened_file(world)
    with refused("file.empty"):
        close_file(file=file, actor=world.officer, on=DAY)
    documents = [steps.registered(world, code_number=str(number)).document for number in (21, 22, 23)]
    for document in documents:
        add_to_file(file=file, document=document, actor=world.officer, on=DAY)
    remove_from_file(file=file, document=documents[1], actor=world.officer, on=DAY)
    with pytest.raises(Stale):
        close_file(file=file, actor=world.officer, on=DAY, version=9)
    closed = close_file(file=file, actor=world.officer, on=DAY, version=1)
    assert (closed.state, closed.ended_on) == (FileState.CLOSED, DAY)
    limit = law.value("archives.submit_within", on=DAY, regime="state")
    assert closed.submit_by > DAY
    assert limit.citation in history(closed)[-1].basis
    assert list(closed.entries.values_list("ordinal", "document_id")) == [(1, documents[0].pk), (2, documents[2].pk)]
    with refused("file.wrong_state"):
        add_to_file(file=closed, document=documents[1], actor=world.officer, on=DAY)
    with refused("file.no_reason"):
        reopen_file(file=closed, reason=" ", actor=world.officer, on=DAY)
    with pytest.raises(Stale):
        reopen_file(file=closed, reason="Bổ sung.", actor=world.officer, on=DAY, version=1)
    opened = reopen_file(file=closed, reason="Bổ sung.", actor=world.officer, on=DAY, version=2)
    assert (opened.state, opened.ended_on, opened.submit_by) == (FileState.OPEN, None, None)


def test_only_the_maker_and_the_head_of_the_unit_close_a_file(world: World) -> None:
    file = steps.opened_file(world)
    add_to_file(file=file, document=steps.registered(world).document, actor=world.officer, on=DAY)
    for name in ("clerk", "other_head", "other_officer", "stranger", "archivist"):
        with pytest.raises(PermissionDenied):
            close_file(file=file, actor=world.people()[name], on=DAY)
    assert close_file(file=file, actor=world.head, on=DAY).state == FileState.CLOSED


# The yearly plan


def test_a_plan_is_drafted_filled_and_issued_once(world: World) -> None:
    body = world.office
    with refused("plan.exists"):
        create_plan(organisation=body.organisation, year=2026, actor=world.clerk, on=DAY)
    plan = create_plan(organisation=body.organisation, year=2027, actor=world.clerk, on=DAY)
    with refused("plan.empty"):
        approve_plan(plan=plan, actor=world.leader, on=DAY)
    line = {
        "plan": plan,
        "unit": body.units["vtlt"],
        "heading": "1. Văn thư",
        "notation": "01.VTLT",
        "title": "Hồ sơ năm sau",
        "retention_code": PlanLine.objects.filter(plan__organisation=body.organisation).first().retention_code,
        "maker": position(world.officer),
        "actor": world.clerk,
        "on": DAY,
    }
    add_plan_line(**line)
    for changes, code in (
        ({}, "plan.notation_taken"),
        ({"notation": "02.VTLT", "retention_code": "no-such-row"}, "retention.unknown"),
        ({"notation": "02.VTLT", "unit": world.other.units["th"]}, "plan.other_body"),
    ):
        with refused(code):
            add_plan_line(**{**line, **changes})
    with pytest.raises(PermissionDenied):
        approve_plan(plan=plan, actor=world.officer, on=DAY)
    approve_plan(plan=plan, actor=world.leader, on=DAY)
    with refused("plan.approved"):
        add_plan_line(**{**line, "notation": "03.VTLT"})
    with refused("plan.approved"):
        approve_plan(plan=plan, actor=world.leader, on=DAY)


# Incidents


def test_a_reported_document_says_nothing_and_is_not_read_any_more(world: World) -> None:
    document = steps.registered(world, subject="Tin cần giữ kín").document
    stored = document.parts.get().object
    report_secret(document=document, level="secret", actor=world.clerk)
    document.refresh_from_db()
    assert document.state == DocumentState.FROZEN
    assert "Tin cần giữ kín" not in f"{document} {document.trail_name} {document.description}"
    assert DigitalObject.objects.get(pk=stored.pk).state == ObjectState.FROZEN
    assert list(document_rows([document.pk])) == []
    assert all("Tin cần giữ kín" not in line.sentence for line in history(document))


def test_nothing_is_written_to_a_frozen_document(world: World) -> None:
    entry = steps.registered(world)
    stored = entry.document.parts.get().object
    report_secret(document=entry.document, level="secret", actor=world.clerk)
    with refused("content.frozen"):
        update_document(document=entry.document, values=steps.fields(world.office), actor=world.clerk, on=DAY)
    with refused("content.frozen"):
        attach(document=entry.document, stored=stored, role=ObjectRole.ANNEX, actor=world.clerk)
    entry.document.refresh_from_db()
    assert entry.document.subject == "(văn bản bị phong tỏa)"
    stored.refresh_from_db()
    with refused("content.frozen"):
        attach(document=added(world), stored=stored, role=ObjectRole.MAIN, actor=world.clerk)


def test_two_erasures_in_a_row_wait_for_one_new_index(world: World) -> None:
    """The second comes while the rebuilding that the first asked for still waits in the queue."""
    for name in ("mot.pdf", "hai.pdf"):
        file = steps.accepted(name, steps.blank_pdf(name))
        document = steps.registered(world, files=(file,), subject="Tin cần giữ kín").document
        report_secret(document=document, level="secret", actor=world.clerk)
        erase_ids([document.parts.get().object_id], actor=world.clerk)
        document.refresh_from_db()
        assert (document.state, document.sealed_fields) == (DocumentState.ERASED, {})


def test_a_document_without_a_file_has_nothing_to_freeze(world: World) -> None:
    document = steps.registered(world, files=()).document
    with refused("document.no_objects"):
        report_secret(document=document, level="secret", actor=world.clerk)
    with pytest.raises(PermissionDenied):
        report_secret(document=document, level="secret", actor=world.stranger)


def test_the_installation_itself_may_act_for_its_own_body_only(world: World) -> None:
    file, document = steps.opened_file(world), steps.registered(world).document
    with pytest.raises(PermissionDenied):
        add_to_file(file=file, document=document, actor=system_actor(world.other.organisation), on=DAY)
    add_to_file(file=file, document=document, actor=system_actor(world.office.organisation), on=DAY)
